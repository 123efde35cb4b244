import { Bytes } from './emitter/bytes.js';
import { constant } from './emitter/expression.js';
import { f32x4, i32x4 } from './emitter/instructions.js';
import { ModuleBuilder } from './emitter/module.js';
import { instantiate, isPresent, validates } from './engine.js';
import type { Tile } from './modules/matmul-tile.js';

/** Whether this engine runs the kernels, and if not, why. */
export type WasmSupport =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string };

let support: WasmSupport | undefined;

/** Found out once, by running a module of one vector instruction. */
export function wasmSupport(): WasmSupport {
  support ??= probe();
  return support;
}

function probe(): WasmSupport {
  if (!isPresent()) return { available: false, reason: 'this engine has no WebAssembly' };
  const module = new ModuleBuilder();
  module.function('run', {}, 'i32', (f) => f.return(i32x4.extractLane(i32x4.splat(1), 0)));
  const bytes = module.toBytes();
  if (!validates(bytes)) return { available: false, reason: 'this engine has WebAssembly without SIMD' };
  try {
    instantiate(padded(bytes));
    return { available: true };
  } catch (error) {
    // A page's Content-Security-Policy without 'wasm-unsafe-eval', say.
    return { available: false, reason: `this engine refuses to compile WebAssembly: ${String(error)}` };
  }
}

/**
 * The same module with a custom section that makes it larger than any of ours: there are browsers that compile only a few
 * kilobytes on a page's main thread.
 */
function padded(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const content = new Bytes();
  content.name('padding');
  content.zeros(2 ** 15);
  const section = new Bytes();
  section.byte(0);
  section.framed(content);
  const whole = new Uint8Array(module.length + section.length);
  whole.set(module);
  whole.set(section.toArray(), module.length);
  return whole;
}

/**
 * The register tile that suits the engine, by what it validates (measured in GFLOP/s on one core, 128-bit limit 58). With 6 rows
 * more is kept in registers: 57 with multiply-add. V8 before version 13 moves all loads of a loop before the arithmetic and so runs out
 * of registers (28, where 4 rows give 42 and 53); 64-bit memories came to V8, and to Firefox, after that was mended.
 */
export function tileFor(): Tile {
  const fused = hasRelaxedSimd();
  return { rows: fused && hasMemory64() ? 6 : 4, fused };
}

/** Whether the engine multiplies and adds in one instruction. */
function hasRelaxedSimd(): boolean {
  const module = new ModuleBuilder();
  const one = f32x4.splat(constant('f32', 1));
  module.function('run', {}, 'f32', (f) => f.return(f32x4.extractLane(f32x4.relaxedMadd(one, one, one), 0)));
  return validates(module.toBytes());
}

function hasMemory64(): boolean {
  const header = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return validates(new Uint8Array([...header, 5, 3, 1, 4, 1]));
}
