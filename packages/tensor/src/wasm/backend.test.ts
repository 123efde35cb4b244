import { describe, expect, it } from 'vitest';
import { checkKernel } from '../conformance.testing.js';
import { BackendError, DomainError } from '../errors.js';
import type { PrimitiveName } from '../primitive.js';
import { primitives } from '../primitives/index.js';
import { referenceBackend } from '../reference/backend.js';
import type { Tensor } from '../tensor.js';
import { unitStream } from '../views.testing.js';
import { Layout } from '../layout.js';
import { cast } from '../ops/functions.js';
import { matmul } from '../ops/matmul.js';
import { sum } from '../ops/reduce.js';
import { crossEntropy } from '../ops/cross-entropy.js';
import { WasmBackend } from './backend.js';

/** Every call that the fast kernels take, however few elements it has. */
const backend = new WasmBackend({ smallest: 0 });

/** Errors in units of the last place of float32, where they are not 0. */
const ulps: { readonly [N in PrimitiveName]?: number } = {
  exp: 1,
  expm1: 2,
  log: 1,
  log1p: 2,
  tanh: 2,
  sigmoid: 2,
  softplus: 2,
  sin: 1,
  cos: 1,
  erf: 1,
};

describe('a kernel of the wasm backend agrees with the naive definition, for all dtypes, shapes and strides:', () => {
  it.each(Object.keys(primitives) as PrimitiveName[])('%s', (name) => {
    checkKernel(backend, name, { ulps: ulps[name] ?? 0, float32Epsilon: 2 ** -24, runs: 300 });
  });
});

describe('float64', () => {
  it('has the bits of the reference backend in arithmetic and in sums', () => {
    const draw = unitStream(5);
    const layout = Layout.contiguous([61, 7]);
    const values = [1, 2].map(() =>
      Float64Array.from({ length: layout.size }, () => Math.exp(40 * draw() - 20) - 1),
    );
    const results = [backend, referenceBackend].map((home) => {
      const [a, b] = values.map((list) => home.upload(list, layout, 'float64')) as [Tensor, Tensor];
      const single = home.upload(Float32Array.from(values[0] as Float64Array), layout, 'float32');
      return [
        a.add(b),
        a.sub(b),
        a.mul(b),
        a.div(b),
        a.mul(0.1),
        sum(a),
        sum(a.mul(b)),
        cast(single, 'float64'),
      ].map((x) => x.dataSync());
    });
    expect(results[0]).toEqual(results[1]);
  });
});

describe('linear memory', () => {
  const filled = (own: WasmBackend, rows: number, columns: number, value: number) =>
    own.upload(new Float32Array(rows * columns).fill(value), Layout.contiguous([rows, columns]), 'float32');

  it('is empty between calls and as large after 10,000 steps as after the first, without scopes', () => {
    const own = new WasmBackend({ smallest: 0 });
    let x = filled(own, 8, 8, 0.125);
    const { linearMemory } = own;
    const step = (): void => {
      x = matmul(x, x.transpose()).add(0.25).tanh();
      expect(linearMemory.usedBytes).toBe(0);
    };
    step();
    const { capacityBytes } = linearMemory;
    for (let i = 1; i < 10_000; i++) step();
    expect(linearMemory.capacityBytes).toBe(capacityBytes);
  });

  it('is empty after a call that was refused, for its elements or for lack of memory', () => {
    const own = new WasmBackend({ smallest: 0, maximumBytes: 2 ** 20 });
    const x = filled(own, 4, 8, 1);
    const labels = own.upload([0, 8, 0, 0], Layout.contiguous([4]), 'int32');
    expect(() => crossEntropy(x, labels)).toThrow(DomainError);
    const large = filled(own, 400, 400, 1);
    expect(() => matmul(large, large)).toThrow(BackendError);
    expect(own.linearMemory.usedBytes).toBe(0);
    expect(matmul(x, x.transpose()).toArray()).toEqual(new Array(4).fill(new Array(4).fill(8)));
  });
});
