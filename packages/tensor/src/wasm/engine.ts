/*
 * What this package uses of the WebAssembly API, which is part of neither the language nor its type library. Looking
 * it up by name also tells where it is missing.
 */

interface WasmModule {
  readonly [Symbol.toStringTag]: 'WebAssembly.Module';
}

export interface WasmMemory {
  /** Of a memory that threads share, a SharedArrayBuffer; what is made of it by `slice` is never shared. */
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What an instance exports: functions of numbers. */
export type Exports = Readonly<Record<string, (...values: number[]) => number>>;

interface WasmApi {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: Readonly<Record<string, unknown>> },
  ) => { readonly exports: Exports };
  readonly Memory: new (descriptor: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => WasmMemory;
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}

function wasmApi(): WasmApi | undefined {
  return (globalThis as { readonly WebAssembly?: WasmApi }).WebAssembly;
}

/** Whether there is WebAssembly at all. */
export function isPresent(): boolean {
  return wasmApi() !== undefined;
}

function requireWasm(): WasmApi {
  const api = wasmApi();
  if (api === undefined) throw new Error('this JavaScript engine has no WebAssembly');
  return api;
}

/** Compiles and runs a module. @throws what the engine throws, for instance where a page's policy forbids it */
export function instantiate(
  bytes: Uint8Array<ArrayBuffer>,
  imports: Readonly<Record<string, unknown>> = {},
): Exports {
  const api = requireWasm();
  return new api.Instance(new api.Module(bytes), { env: imports }).exports;
}

export function createMemory(initial: number, maximum: number, shared = false): WasmMemory {
  return new (requireWasm().Memory)({ initial, maximum, shared });
}

export function validates(bytes: Uint8Array<ArrayBuffer>): boolean {
  return wasmApi()?.validate(bytes) ?? false;
}
