/** How a kernel multiplies and adds. */
export interface MultiplyAdd {
  /** How many results are under way at once: what hides the time that one takes. */
  readonly chains: number;
  /** With one instruction of relaxed SIMD, where the engine has it. */
  readonly fused: boolean;
}

/** What is used here of the WebAssembly API, which is in no type library of Node's. */
interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
  ) => { readonly exports: { readonly run: (turns: number) => number } };
  validate(bytes: Uint8Array): boolean;
}

const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: WasmApi };

const v128 = 0x7b;
/** How often each chain goes on between two branches. */
const unrolled = 4;
const half = [0, 0, 0, 0x3f];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const splat = [0xfd, 0x13];
const mul = [0xfd, 0xe6, 0x01];
const add = [0xfd, 0xe4, 0x01];
const relaxedMadd = [0xfd, 0x85, 0x02];

/**
 * A module with one function, `run(turns)`, that does nothing but x = x / 2 + 1 / 2 on vectors of four float32 in
 * registers: what the arithmetic of a core can give where memory plays no part. Each x goes to 1 and stays normal. Codes:
 * WebAssembly Core Specification 2.0, section 5, and the relaxed SIMD proposal.
 */
function multiplyAddModule({ chains, fused }: MultiplyAdd): Uint8Array {
  const [turns, factor, first] = [0, 1, 2];
  const locals = Array.from({ length: chains }, (_, i) => first + i);
  const step = (x: number): number[] =>
    fused
      ? [...get(x), ...get(factor), ...get(factor), ...relaxedMadd, ...set(x)]
      : [...get(x), ...get(factor), ...mul, ...get(factor), ...add, ...set(x)];
  const code = [
    ...[1, chains + 1, v128],
    ...[0x43, ...half, ...splat, ...set(factor)],
    // loop: all steps; turns - 1; again unless that is 0
    ...[0x03, 0x40],
    ...Array.from({ length: unrolled }, () => locals.flatMap(step)).flat(),
    ...[...get(turns), 0x41, 1, 0x6b, 0x22, turns, 0x0d, 0, 0x0b],
    // A lane of the sum of all, so that all are needed.
    ...locals.flatMap((x, i) => [...get(x), ...(i > 0 ? add : [])]),
    ...[0xfd, 0x1f, 0, 0x0b],
  ];
  const section = (id: number, content: readonly number[]): number[] => [
    id,
    ...unsigned(content.length),
    ...content,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // One type (i32 to f32), one function of it, exported as run.
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, 0x72, 0x75, 0x6e, 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Whether this engine multiplies and adds in one instruction. */
export function canFuse(): boolean {
  return wasm.validate(multiplyAddModule({ chains: 1, fused: true }));
}

/** @returns the kernel: it runs so many turns, and returns a number that depends on all of them */
export function multiplyAddKernel(kind: MultiplyAdd): (turns: number) => number {
  return new wasm.Instance(new wasm.Module(multiplyAddModule(kind))).exports.run;
}

/** Floating-point operations of a turn: four lanes, a product and a sum each. */
export function flopsOfTurn({ chains }: MultiplyAdd): number {
  return chains * unrolled * 4 * 2;
}

/** With fewer chains, each waits for itself on some processors; with more, they no longer fit into 16 registers. */
export function kindsOfArithmetic(): MultiplyAdd[] {
  const fused = canFuse();
  return [12, 13].flatMap((chains) => [{ chains, fused: false }, ...(fused ? [{ chains, fused }] : [])]);
}
