import type { DType } from '../dtype.js';
import type { Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import type { Windows } from '../windows.js';
import type { Convolution } from './convolution.js';
import type { Activation } from './linear.js';

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

/** Functions of one operand. */
export type UnaryName =
  | 'neg'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'erf'
  | 'erfc'
  | 'relu';

/** Functions of two operands, which are broadcast against each other. */
export type BinaryName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'minimum'
  | 'maximum'
  | 'logaddexp'
  | 'equal'
  | 'less'
  | 'lessEqual';

/** Element by element, with broadcasting. */
export interface Elementwise extends Record<UnaryName, Unary>, Record<BinaryName, Binary> {
  where: {
    readonly inputs: readonly [condition: Tensor, a: Tensor, b: Tensor];
    readonly attributes: NoAttributes;
  };
  cast: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly dtype: DType } };
}

/** Folds along axes. */
export interface Reductions {
  sum: Reduction;
  max: Reduction;
}

/** Walks along one axis, from its first element to its last. */
export interface AlongAxis {
  /** The axis is gone from the result. */
  argmax: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly axis: number } };
  cumsum: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: { readonly axis: number; readonly reverse: boolean };
  };
  argsort: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: { readonly axis: number; readonly descending: boolean };
  };
}

/** The same elements elsewhere. */
export interface Rearrangements {
  reshape: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly shape: Shape } };
  transpose: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: { readonly axes: readonly number[] };
  };
  expand: { readonly inputs: readonly [x: Tensor]; readonly attributes: { readonly shape: Shape } };
  /** Along each axis, the elements at `start`, `start + step`, ...: `size` of them, all within the operand. */
  slice: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: {
      readonly starts: readonly number[];
      readonly sizes: Shape;
      readonly steps: readonly number[];
    };
  };
  embed: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: {
      readonly shape: Shape;
      readonly starts: readonly number[];
      readonly steps: readonly number[];
      readonly fill: number;
    };
  };
  /** Any number of operands from one on. */
  concat: { readonly inputs: readonly Tensor[]; readonly attributes: { readonly axis: number } };
}

/** Elements picked by index along one axis. */
export interface Indexing {
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
}

/** Products of matrices, factors and solutions. */
export interface LinearAlgebra {
  matmul: Binary;
  cholesky: Unary;
  triangularSolve: {
    readonly inputs: readonly [a: Tensor, b: Tensor];
    readonly attributes: { readonly upper: boolean; readonly unitDiagonal: boolean };
  };
}

/** Filters that slide over the last two axes: a convolution and its two adjoints. */
export interface Convolutions {
  conv2d: { readonly inputs: readonly [x: Tensor, weight: Tensor]; readonly attributes: Convolution };
  conv2dGradInput: {
    readonly inputs: readonly [g: Tensor, weight: Tensor];
    readonly attributes: Convolution & { readonly size: readonly [height: number, width: number] };
  };
  conv2dGradWeight: {
    readonly inputs: readonly [x: Tensor, g: Tensor];
    readonly attributes: Convolution & { readonly kernel: readonly [height: number, width: number] };
  };
}

/** Windows that slide over the last two axes, and what is found in them. */
export interface Pooling {
  maxPool2dIndices: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: Windows & { readonly kernel: readonly [height: number, width: number] };
  };
}

/** Composites that are primitives for speed or digits. */
export interface Fused {
  softmax: Unary;
  logSoftmax: Unary;
  /** Axes are sorted, distinct and not negative. */
  normalize: {
    readonly inputs: readonly [x: Tensor];
    readonly attributes: { readonly axes: readonly number[]; readonly epsilon: number };
  };
  linear: {
    readonly inputs: readonly [x: Tensor, weight: Tensor, bias: Tensor];
    readonly attributes: { readonly activation: Activation };
  };
  logSumExp: Unary;
  softmaxCrossEntropy: {
    readonly inputs: readonly [logits: Tensor, labels: Tensor];
    readonly attributes: NoAttributes;
  };
  softmaxCrossEntropyGradient: {
    readonly inputs: readonly [logits: Tensor, labels: Tensor, g: Tensor];
    readonly attributes: NoAttributes;
  };
  renyi: RenyiRows;
  renyiGradientP: RenyiRows;
  renyiGradientQ: RenyiRows;
  renyiGradientAlpha: RenyiRows;
}

/**
 * Every primitive with the operands and attributes it takes, in chapters. The tables of kernels and derivatives are typed
 * by it, chapter by chapter.
 */
export interface Signatures
  extends Elementwise,
    Reductions,
    AlongAxis,
    Rearrangements,
    Indexing,
    LinearAlgebra,
    Convolutions,
    Pooling,
    Fused {}
