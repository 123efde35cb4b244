import type { Kernel } from '../backend.js';
import type { PrimitiveName } from '../primitive.js';
import { alongAxisKernels } from './along-axis.js';
import { convolutionKernels } from './convolution.js';
import { elementwiseKernels } from './elementwise.js';
import { indexingKernels } from './indexing.js';
import { linearKernel } from './linear.js';
import { matmulKernel } from './matmul.js';
import { normalizeKernel } from './normalize.js';
import { poolingKernels } from './pooling.js';
import { rearrangementKernels } from './rearrangements.js';
import { reductionKernels } from './reductions.js';
import { renyiKernels } from './renyi.js';
import { softmaxKernels } from './softmax.js';
import type { Allocator } from './storage.js';
import { triangularKernels } from './triangular.js';

/** A kernel for every primitive. */
export type ReferenceKernels = { readonly [N in PrimitiveName]: Kernel<N> };

/**
 * The reference loops for the backend that the allocator belongs to: they run wherever the elements of a tensor can be
 * seen as a typed array (`arrayOf`).
 */
export function referenceKernels(allocator: Allocator): ReferenceKernels {
  return {
    ...elementwiseKernels(allocator),
    ...reductionKernels(allocator),
    ...alongAxisKernels(allocator),
    ...rearrangementKernels(allocator),
    ...indexingKernels(allocator),
    matmul: matmulKernel(allocator),
    ...triangularKernels(allocator),
    linear: linearKernel(allocator),
    ...convolutionKernels(allocator),
    ...poolingKernels(allocator),
    normalize: normalizeKernel(allocator),
    ...softmaxKernels(allocator),
    ...renyiKernels(allocator),
  };
}
