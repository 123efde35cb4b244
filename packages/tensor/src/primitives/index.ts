import type { Primitive, PrimitiveName } from '../primitive.js';
import * as alongAxis from './along-axis.js';
import { conv2d, conv2dGradInput, conv2dGradWeight } from './convolution.js';
import * as elementwise from './elementwise.js';
import * as fused from './fused.js';
import * as indexing from './indexing.js';
import { linear } from './linear.js';
import { matmul } from './matmul.js';
import { maxPool2dIndices } from './pooling.js';
import * as rearrangements from './rearrangements.js';
import * as reductions from './reductions.js';
import { cholesky, triangularSolve } from './triangular.js';

/** The closed set: every backend and every table of derivatives is measured against it. */
export const primitives: { readonly [N in PrimitiveName]: Primitive<N> } = {
  ...elementwise,
  ...reductions,
  ...alongAxis,
  ...rearrangements,
  ...indexing,
  matmul,
  cholesky,
  triangularSolve,
  linear,
  conv2d,
  conv2dGradInput,
  conv2dGradWeight,
  maxPool2dIndices,
  ...fused,
};
