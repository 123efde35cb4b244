import { afterEach, describe, expect, it, vi } from 'vitest';
import { ones, tensor } from './create.js';
import { defaultBackend, setDefaultBackend } from './default-backend.js';
import { BackendError } from './errors.js';
import { explain } from './explain.js';
import { add } from './ops/arithmetic.js';
import { exp } from './ops/functions.js';
import { cumsum } from './ops/cumsum.js';
import { gather } from './ops/indexing.js';
import { matmul } from './ops/matmul.js';
import { to } from './ops/to.js';
import { referenceBackend } from './reference/backend.js';
import { Tensor } from './tensor.js';
import { wasmBackend } from './wasm/backend.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** The modules as an engine would load them that has this for WebAssembly. */
async function inEngineWith(webAssembly: unknown): Promise<{
  readonly backend: string;
  readonly support: unknown;
  readonly calls: readonly { readonly kernel: string }[];
}> {
  vi.resetModules();
  vi.stubGlobal('WebAssembly', webAssembly);
  const api = await import('./index.js');
  const x = api.ones([5000], { backend: api.wasmBackend });
  return {
    backend: api.defaultBackend().name,
    support: api.wasmSupport(),
    calls: api.explain(() => expect(api.add(x, 1).dataSync()[4999]).toBe(2)),
  };
}

describe('the default backend', () => {
  it('is wasm where the engine runs it, and what setDefaultBackend says', () => {
    expect(defaultBackend()).toBe(wasmBackend);
    expect(tensor([1]).storage.backend).toBe(wasmBackend);
    setDefaultBackend(referenceBackend);
    expect(ones([2]).storage.backend).toBe(referenceBackend);
    setDefaultBackend(wasmBackend);
  });

  it('is the reference backend where WebAssembly is missing, has no SIMD, or may not be compiled; the wasm backend then loops and says why', async () => {
    const engine = globalThis as unknown as { readonly WebAssembly: Record<string, unknown> };
    const { validate, Memory, Instance } = engine.WebAssembly;
    const missing = await inEngineWith(undefined);
    const plain = await inEngineWith({ Memory, validate: () => false });
    const forbidden = await inEngineWith({
      Memory,
      Instance,
      validate,
      Module: class {
        constructor() {
          throw new Error('refused by policy');
        }
      },
    });
    for (const [{ backend, support, calls }, reason] of [
      [missing, 'this engine has no WebAssembly'],
      [plain, 'this engine has WebAssembly without SIMD'],
      [forbidden, 'this engine refuses to compile WebAssembly: Error: refused by policy'],
    ] as const) {
      expect(backend).toBe('reference');
      expect(support).toEqual({ available: false, reason });
      expect(calls.map(({ kernel }) => kernel)).toEqual([`loop: ${reason}`]);
    }
  });
});

describe('explain', () => {
  const kernelsOf = (f: () => unknown): string[] => explain(f).map(({ kernel }) => kernel);

  it('tells which kernel of the wasm backend ran, and why', () => {
    const x = ones([64, 64]);
    const wide = ones([64, 64], { dtype: 'float64' });
    const labels = tensor(new Int32Array(64 * 64), { shape: [64, 64] });
    expect(explain(() => matmul(x, x))).toEqual([
      { primitive: 'matmul', shape: [64, 64], dtype: 'float32', backend: 'wasm', kernel: 'float32 SIMD' },
    ]);
    expect(kernelsOf(() => matmul(wide, wide))).toEqual(['loop: an operand is float64']);
    expect(kernelsOf(() => exp(ones([3])))).toEqual(['loop: too few elements']);
    expect(kernelsOf(() => x.transpose())).toEqual(['view']);
    expect(kernelsOf(() => gather(x, labels, 1))).toEqual(['float32 SIMD']);
    expect(kernelsOf(() => gather(x, labels, 0))).toEqual([
      'loop: these strides or axes have no other kernel',
    ]);
    expect(kernelsOf(() => cumsum(x))).toEqual(['loop: this primitive has no other kernel']);
  });

  it('nests, and ends when its function throws', () => {
    let inner: readonly unknown[] = [];
    const outer = explain(() => {
      inner = explain(() => exp(tensor([1])));
      add(tensor([1]), 1);
      expect(() =>
        explain(() => {
          throw new Error('stop');
        }),
      ).toThrow('stop');
    });
    expect(inner).toHaveLength(1);
    expect(outer.map(({ primitive }) => primitive)).toEqual(['exp', 'add']);
  });
});

describe('to', () => {
  it('copies to another backend, in row-major order, and leaves what is there already', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const moved = x.transpose().to(referenceBackend);
    expect(moved.storage.backend).toBe(referenceBackend);
    expect(moved.toArray()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(to(x, wasmBackend)).toBe(x);
  });

  it('refuses a tensor of a transformation', () => {
    const x = tensor([1]);
    const interpreter = { level: 1, process: () => x };
    const traced = new Tensor(x.layout, x.dtype, x.storage, x.offset, { interpreter, primal: x });
    expect(() => to(traced, referenceBackend)).toThrow(BackendError);
  });
});
