import { describe, expect, it } from 'vitest';
import type { Backend } from '../backend.js';
import { checkKernel } from '../conformance.testing.js';
import { bind } from '../bind.js';
import { scope } from '../memory/scope.js';
import { concat } from '../ops/concat.js';
import { cast } from '../ops/functions.js';
import { matmul } from '../ops/matmul.js';
import { layerNorm } from '../ops/normalization.js';
import { sum } from '../ops/reduce.js';
import { renyiDivergence } from '../ops/renyi.js';
import type { PrimitiveName } from '../primitive.js';
import { conv2d as convolution, conv2dGradInput, conv2dGradWeight } from '../primitives/convolution.js';
import { primitives } from '../primitives/index.js';
import type { Tensor } from '../tensor.js';
import { WasmBackend } from './backend.js';
import { HighMemory } from './high-memory.testing.js';
import { firstDifference, programs, random } from './programs.testing.js';

/** Calls of few elements take some cache lines: each of their blocks lies across 2^31 now and then. */
const small = new WasmBackend({
  smallest: 0,
  linearMemory: new HighMemory(Array.from({ length: 16 }, (_, i) => 64 * i)),
});

/** Bounds of the enumeration in `backend.test.ts`, of which the largest will do here: an address that is wrong shows in whole numbers. */
const bounds = { ulps: 2, float32Epsilon: 2 ** -24 };

describe('a kernel agrees with the naive definition around the address 2^31:', () => {
  it.each(Object.keys(primitives) as PrimitiveName[])('%s', (name) => {
    checkKernel(small, name, { ...bounds, runs: 300 });
  });
});

type Make = (shape: readonly number[], seed: number) => Tensor;

/** A convolution with zeros around the image, and its adjoints. */
const convolutions =
  (stride: readonly number[]) =>
  (make: Make): Tensor => {
    const [x, weight] = [make([1, 6, 4, 19], 1), make([6, 6, 2, 5], 2)];
    const padding = [[1, 0] as const, [2, 2] as const];
    const attributes = { stride, padding, dilation: [1, 1], groups: 1 };
    const y = bind(convolution, [x, weight], attributes);
    const dx = bind(conv2dGradInput, [y, weight], { ...attributes, size: [4, 19] });
    const dw = bind(conv2dGradWeight, [x, y], { ...attributes, kernel: [2, 5] });
    return concat([y, dx, dw].map((result) => result.reshape([-1])));
  };

/** Calls of some kilobytes in which a loop, for instance over zeros at an edge, ends soon after it began. */
const edges: typeof programs = {
  'a convolution with steps of 1': convolutions([1, 1]),
  'a convolution with steps of 2 down': convolutions([2, 1]),
  'a convolution with steps of 2 down and across': convolutions([2, 2]),
  'operands of products that are packed, in order and transposed': (make) => {
    const [a, b, c, d] = [make([13, 41], 1), make([41, 19], 2), make([41, 13], 3), make([19, 41], 4)];
    return concat([matmul(a, b), matmul(a, d.transpose()), matmul(c.transpose(), b)]);
  },
  'Rényi divergences of logits that are too large for the kernel': (make) =>
    renyiDivergence(make([5, 7], 1).mul(1e6), make([5, 7], 2), 1.5),
  'a sum of float64': (make) => sum(cast(make([301], 1), 'float64')),
  'rows of 7 that are normalized': (make) => layerNorm(make([40, 7], 1), [7]),
};

const lineBytes = 64;

describe('a kernel has the same bits wherever the address 2^31 lies among its operands:', () => {
  it.each([
    ...Object.entries(edges).map(([name, program]) => ({ name, program, smallest: 0 })),
    ...Object.entries(programs).map(([name, program]) => ({ name, program, smallest: 400 })),
  ])('$name', ({ program, smallest }) => {
    const on = (backend: Backend): Tensor => program((shape, seed) => random(backend, shape, seed));
    const expected = on(new WasmBackend({ smallest })).dataSync();
    const holds = (linearMemory: HighMemory, times: number): void => {
      const backend = new WasmBackend({ linearMemory, smallest });
      for (let i = 0; i < times; i++) {
        const actual = scope(() => on(backend).dataSync());
        expect(firstDifference(actual, expected)).toBe(-1);
      }
    };
    const above = new HighMemory([0]);
    holds(above, 1);
    // At each line of a small one, at some of a large one.
    const lines = Math.ceil(above.taken / lineBytes);
    const places = lines < 2000 ? lines : 9;
    const distances = Array.from(
      { length: places },
      (_, i) => lineBytes * Math.floor(((i + 0.5) / places) * lines),
    );
    holds(new HighMemory(distances), places);
  });
});
