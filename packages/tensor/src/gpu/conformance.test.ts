import { describe, it } from 'vitest';
import { checkKernel } from '../conformance.testing.js';
import type { PrimitiveName } from '../primitive.js';
import { gpuBackend } from './backend.js';
import { gpuBounds } from './bounds.testing.js';

const backend = await gpuBackend({ mode: 'webasm' });

describe('a kernel of the gpu backend in mode webasm agrees with the naive definition:', () => {
  it.each(Object.keys(backend.kernels) as PrimitiveName[])('%s', (name) => {
    checkKernel(backend, name, { ...gpuBounds(name), runs: 40 });
  });
});
