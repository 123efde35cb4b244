import type { DType } from '../dtype.js';
import type { Layout } from '../layout.js';
import type { Attributes, Inputs, PrimitiveName } from '../primitive.js';
import type { Tensor } from '../tensor.js';

/** A kernel that may pass: where it answers undefined, the reference loop computes the call. */
export type FastKernel<N extends PrimitiveName> = (
  inputs: Inputs<N>,
  attributes: Attributes<N>,
  layout: Layout,
  dtype: DType,
) => Tensor | undefined;

export type FastKernels = { readonly [N in PrimitiveName]?: FastKernel<N> };
