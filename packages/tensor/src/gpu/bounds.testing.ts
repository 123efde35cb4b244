import type { ConformanceOptions } from '../conformance.testing.js';
import type { PrimitiveName } from '../primitive.js';

/** |b log a| is at most 8 log 8 here, and its rounding errors go into the exponent: two of them, and those of the two functions. */
const ulpsOfPower = 2 * Math.ceil(8 * Math.log(8)) + 8;

/** How far the kernels of the gpu backend may be off, in any mode. docs/numerics.md says why. */
export function gpuBounds(name: PrimitiveName): ConformanceOptions {
  const ulps = name === 'pow' ? ulpsOfPower : 4;
  return { dtypes: ['float32', 'int32', 'bool'], float32Epsilon: 2 ** -22, ulps, smallest: 2 ** -126 };
}

/** Those that compute large results in tiles, which the cases here are too small for unless the backend is told to. */
export const tiledPrimitives: readonly PrimitiveName[] = [
  'matmul',
  'linear',
  'conv2d',
  'conv2dGradInput',
  'conv2dGradWeight',
];
