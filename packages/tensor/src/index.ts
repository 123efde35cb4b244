/**
 * Tensors, the primitives that compute on them, and the reference backend.
 * @packageDocumentation
 */
export type { Backend, Kernel, Storage } from './backend.js';
export { bind } from './bind.js';
export { checkOptions, checkSetting, checkTensor } from './checks.js';
export { type CreateOptions, full, fullLike, ones, onesLike, tensor, zeros, zerosLike } from './create.js';
export { defaultBackend, setDefaultBackend } from './default-backend.js';
export { definitions, type FusedName } from './definitions.js';
export { type DType, dtypes, isFloat, promote, type TypedArray } from './dtype.js';
export {
  BackendError,
  ConfigError,
  DisposedError,
  DomainError,
  DTypeError,
  type ErrorDetails,
  FormatError,
  type Freer,
  KernelMissingError,
  ShapeError,
  TensorError,
} from './errors.js';
export { explain, type KernelCall } from './explain.js';
export { fuse } from './fuse.js';
export type { Fusion, Program, Step } from './fusion.js';
export { Generator, type GeneratorState } from './generator.js';
export { type BackwardOptions, type Interpreter, nextLevel, type Trace } from './interpreter.js';
export type { Layout } from './layout.js';
export { checkLive } from './memory/disposed.js';
export {
  countMemoryOf,
  type LiveTensor,
  memory,
  type MemoryReport,
  type MemoryUse,
  trackMemory,
} from './memory/memory.js';
export { currentScope, programScope, type Scope } from './memory/registry.js';
export {
  asyncScope,
  freeEarly,
  holdForTransformation,
  keep,
  type KeepOptions,
  runForTransformation,
  scope,
  scopeOfStep,
  type StepOutcome,
  unkeep,
  wait,
} from './memory/scope.js';
export { concat, stack } from './ops/concat.js';
export { diagonal, trace } from './ops/diagonal.js';
export { einsum } from './ops/einsum.js';
export { embed, type EmbedOptions, pad } from './ops/embed.js';
export {
  conv1d,
  conv2d,
  type ConvolutionOptions,
  convTranspose1d,
  convTranspose2d,
  type ConvTransposeOptions,
} from './ops/convolution.js';
export {
  type CrossEntropyOptions,
  crossEntropy,
  nllLoss,
  type NllLossOptions,
} from './ops/cross-entropy.js';
export { adaptiveAvgPool1d, adaptiveAvgPool2d } from './ops/adaptive-pooling.js';
export {
  elu,
  gelu,
  type GeluOptions,
  hardtanh,
  type HardtanhOptions,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  selu,
  sigmoid,
  silu,
  softplus,
  type SoftplusOptions,
  softsign,
} from './ops/activations.js';
export { add, div, maximum, minimum, mul, neg, type Operand, pow, sub } from './ops/arithmetic.js';
export { clamp } from './ops/clamp.js';
export { equal, greater, greaterEqual, less, lessEqual, notEqual, where } from './ops/compare.js';
export {
  abs,
  cast,
  ceil,
  cos,
  erf,
  erfc,
  exp,
  expm1,
  floor,
  log,
  log1p,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  tanh,
} from './ops/functions.js';
export { cumsum, type CumsumOptions } from './ops/cumsum.js';
export {
  type AlongOptions,
  type ArgOptions,
  argmax,
  argmin,
  type Found,
  max,
  maxWithIndices,
  min,
  minWithIndices,
} from './ops/extremes.js';
export { gather, oneHot, scatterAdd } from './ops/indexing.js';
export { linear, type LinearOptions } from './ops/linear.js';
export { logaddexp, logSumExp, xlogy } from './ops/logarithms.js';
export { isFinite, isNaN, logicalAnd, logicalNot, logicalOr, logicalXor } from './ops/logic.js';
export { booleanMask, maskedFill, type TriangleOptions, tril, triu } from './ops/mask.js';
export { matmul } from './ops/matmul.js';
export { dot, outer } from './ops/products.js';
export { std, variance, type VarianceOptions } from './ops/moments.js';
export { norm, type NormOptions } from './ops/norm.js';
export type { SliceRange } from './ops/ranges.js';
export {
  batchNorm,
  type BatchNormOptions,
  groupNorm,
  layerNorm,
  type NormalizationOptions,
} from './ops/normalization.js';
export { flip, select, split } from './ops/parts.js';
export { expand, flatten, reshape, squeeze, transpose, unsqueeze } from './ops/rearrange.js';
export {
  avgPool1d,
  avgPool2d,
  type AvgPoolOptions,
  maxPool1d,
  maxPool2d,
  type MaxPoolOptions,
  type PoolOptions,
} from './ops/pooling.js';
export { all, any, mean, prod, type ReduceOptions, sum } from './ops/reduce.js';
export { renyiDivergence, renyiGradientAlpha, renyiGradientP, renyiGradientQ } from './ops/renyi.js';
export { slice, type SliceOptions } from './ops/slice.js';
export { logSoftmax, softmax, type SoftmaxOptions } from './ops/softmax.js';
export { argsort, sort, type SortOptions, topK, type TopKOptions } from './ops/sort.js';
export { type Indices, indexAdd, indexSelect, take } from './ops/take.js';
export { tile } from './ops/tile.js';
export { cholesky, triangularSolve, type TriangularSolveOptions } from './ops/triangular.js';
export { to } from './ops/to.js';
export type { Attributes, Inputs, Primitive, PrimitiveName } from './primitive.js';
export { primitives } from './primitives/index.js';
export type { Convolution } from './primitives/convolution.js';
export type { Activation } from './primitives/linear.js';
export type {
  AlongAxis,
  Convolutions,
  Elementwise,
  Fused,
  Indexing,
  LinearAlgebra,
  NoAttributes,
  Pooling,
  Rearrangements,
  Reductions,
  Signatures,
} from './primitives/signatures.js';
export { referenceBackend } from './reference/backend.js';
export { arange, eye, linspace } from './sequences.js';
export { formatShape, sameShape, type Shape, sizeOf } from './shape.js';
export { type NestedArray, Tensor } from './tensor.js';
export { wasmBackend } from './wasm/backend.js';
export { type WasmSupport, wasmSupport } from './wasm/support.js';
export type { Padding, PerAxis, Windows } from './windows.js';
