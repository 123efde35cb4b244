import { describe, expect, it } from 'vitest';
import { checkKernel } from '../conformance.testing.js';
import type { PrimitiveName } from '../primitive.js';
import { deviationsAtSpecialValues } from '../special-values.testing.js';
import { gpuBackend } from './backend.js';
import { gpuBounds } from './bounds.testing.js';

const backend = await gpuBackend({ mode: 'webasm' });

describe('a kernel of the gpu backend in mode webasm agrees with the naive definition:', () => {
  it.each(Object.keys(backend.kernels) as PrimitiveName[])('%s', (name) => {
    checkKernel(backend, name, { ...gpuBounds(name), runs: 40 });
  });
});

it('the gpu backend in mode webasm knows NaN, the infinities and both zeros', async () => {
  expect(await deviationsAtSpecialValues(backend)).toEqual([]);
});
