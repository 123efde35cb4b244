import type { DType } from '../dtype.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** The attributes of a primitive that needs none. */
export type NoAttributes = Readonly<Record<never, never>>;
export const noAttributes: NoAttributes = {};

interface Unary {
  readonly inputs: readonly [x: Tensor];
  readonly attributes: NoAttributes;
}

interface Binary {
  readonly inputs: readonly [a: Tensor, b: Tensor];
  readonly attributes: NoAttributes;
}

/** Axes are sorted, distinct and not negative. */
interface Reduction {
  readonly inputs: readonly [x: Tensor];
  readonly attributes: { readonly axes: readonly number[]; readonly keepDims: boolean };
}

/** Logits of shape [..., classes] and an order of shape []. */
interface RenyiRows {
  readonly inputs: readonly [logitsP: Tensor, logitsQ: Tensor, alpha: Tensor];
  readonly attributes: NoAttributes;
}

/** Every primitive with the operands and attributes it takes. The tables of kernels and derivatives are typed by it. */
export interface Signatures {
  // elementwise, with broadcasting
  add: Binary;
  sub: Binary;
  mul: Binary;
  div: Binary;
  pow: Binary;
  equal: Binary;
  less: Binary;
  where: {
    readonly inputs: readonly [condition: Tensor, a: Tensor, b: Tensor];
    readonly attributes: NoAttributes;
  };
  neg: Unary;
  exp: Unary;
  expm1: Unary;
  log: Unary;
  log1p: Unary;
  sqrt: Unary;
  tanh: Unary;
  relu: Unary;
  cast: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly dtype: DType } };

  // reductions
  sum: Reduction;
  max: Reduction;

  // rearrangements
  reshape: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly shape: Shape } };
  transpose: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: { readonly axes: readonly number[] };
  };
  expand: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly shape: Shape } };

  // indexing along one axis
  gather: {
    readonly inputs: readonly [x: Tensor, indices: Tensor];
    readonly attributes: { readonly axis: number };
  };
  scatterAdd: {
    readonly inputs: readonly [x: Tensor, indices: Tensor, updates: Tensor];
    readonly attributes: { readonly axis: number };
  };
  oneHot: {
    readonly inputs: readonly [labels: Tensor];
    readonly attributes: { readonly classes: number; readonly dtype: DType };
  };

  // linear algebra
  matmul: Binary;

  // fused
  logSoftmax: Unary;
  softmaxCrossEntropy: {
    readonly inputs: readonly [logits: Tensor, labels: Tensor];
    readonly attributes: NoAttributes;
  };
  renyi: RenyiRows;
  renyiGradientP: RenyiRows;
  renyiGradientQ: RenyiRows;
  renyiGradientAlpha: RenyiRows;
}
