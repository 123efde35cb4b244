import { describe, expect, it } from 'vitest';
import { checkKernel } from '../conformance.testing.js';
import type { PrimitiveName } from '../primitive.js';
import { deviationsAtSpecialValues } from '../special-values.testing.js';
import { gpuBackend } from './backend.js';
import { gpuBounds, tiledPrimitives } from './bounds.testing.js';
import { deviationsOfLarge } from './large.testing.js';

const backend = await gpuBackend({ mode: 'webasm' });

describe('a kernel of the gpu backend in mode webasm agrees with the naive definition:', () => {
  it.each(Object.keys(backend.kernels) as PrimitiveName[])('%s', (name) => {
    checkKernel(backend, name, { ...gpuBounds(name), runs: 40 });
  });
});

describe.each(['webasm', 'cpu'] as const)('in tiles, in mode %s, they agree as well:', (mode) => {
  it.each(tiledPrimitives)('%s', async (name) => {
    checkKernel(await gpuBackend({ mode, smallestTiled: 0 }), name, { ...gpuBounds(name), runs: 40 });
  });
});

it('large products and convolutions agree with the reference in mode webasm, in tiles or not', async () => {
  expect(await deviationsOfLarge(backend)).toEqual([]);
  const direct = await gpuBackend({ mode: 'webasm', smallestTiled: Number.POSITIVE_INFINITY });
  expect(await deviationsOfLarge(direct)).toEqual([]);
});

it('the gpu backend in mode webasm knows NaN, the infinities and both zeros', async () => {
  expect(await deviationsAtSpecialValues(backend)).toEqual([]);
});
