/**
 * Modules, initialization, optimizers, data sets and metrics.
 * @packageDocumentation
 */
export {
  ELU,
  GELU,
  LeakyReLU,
  LogSoftmax,
  ReLU,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from './activations.js';
export { type CalibrationBin, calibration, calibrationError, predictionOf } from './calibration.js';
export {
  agreement,
  type Average,
  brierScore,
  confusionMatrix,
  f1Score,
  predictions,
  topKAccuracy,
} from './classification.js';
export {
  clipGradientNorm,
  clipGradientValues,
  gradientNorm,
  type NormOptions,
  scaleGradients,
  squareSums,
} from './clip.js';
export { type BatchOptions, Dataset, type DatasetInit, stratifiedSplit } from './dataset.js';
export {
  type InitializerOptions,
  kaimingNormal,
  type KaimingOptions,
  kaimingUniform,
  orthogonal,
  truncatedNormal,
  type TruncatedNormalOptions,
  uniformFanIn,
  xavierNormal,
  xavierUniform,
} from './init.js';
export {
  attention,
  type AttentionOptions,
  MultiHeadAttention,
  type MultiHeadAttentionInputs,
  type MultiHeadAttentionOptions,
} from './layers/attention.js';
export { BatchNorm1d, BatchNorm2d, type BatchNormModuleOptions } from './layers/batch-norm.js';
export {
  Conv1d,
  Conv2d,
  type ConvOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvTransposeModuleOptions,
} from './layers/convolution.js';
export { Dropout, dropout } from './layers/dropout.js';
export {
  Embedding,
  embedding,
  type EmbeddingModuleOptions,
  type EmbeddingOptions,
} from './layers/embedding.js';
export { EmbeddingBag, embeddingBag, type EmbeddingBagOptions } from './layers/embedding-bag.js';
export { GroupNorm, LayerNorm, type NormModuleOptions } from './layers/norms.js';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AvgPool1d,
  AvgPool2d,
  MaxPool1d,
  MaxPool2d,
} from './layers/pooling.js';
export { Flatten, Identity, Residual } from './layers/shapes.js';
export { TransformerBlock, type TransformerBlockOptions } from './layers/transformer-block.js';
export { Linear, type LinearOptions } from './linear.js';
export {
  binaryCrossEntropyWithLogits,
  type BinaryCrossEntropyOptions,
} from './losses/binary-cross-entropy.js';
export { jensenShannon, klDivLoss, type KlDivLossOptions } from './losses/divergences.js';
export type { LossOptions } from './losses/reduction.js';
export { huberLoss, l1Loss, mseLoss, smoothL1Loss } from './losses/regression.js';
export { ensembleScore, type Score, score } from './metrics.js';
export { mlp } from './mlp.js';
export { Module, type StateDict } from './module.js';
export { decodeSafetensors, encodeSafetensors } from '@renyi/tensor/files';
export { Sequential } from './sequential.js';
export { Adagrad, type AdagradOptions } from './adagrad.js';
export { Adam, type AdamOptions, AdamW } from './adam.js';
export { NAdam, type NAdamOptions } from './nadam.js';
export { Optimizer, type OptimizerState, type PreparedStep } from './optimizer.js';
export { RAdam, type RAdamOptions } from './radam.js';
export { loadRandomState, randomState } from './random-state.js';
export { type PlateauOptions, type PlateauState, ReduceOnPlateau } from './reduce-on-plateau.js';
export { RMSprop, type RMSpropOptions } from './rmsprop.js';
export type { OptimizedParameters, ParameterGroup } from './parameter-groups.js';
export {
  type Rule,
  RuleOptimizer,
  type Rules,
  type SettingsAt,
  type Slots,
  type Update,
} from './rule-optimizer.js';
export {
  chain,
  constant,
  cosine,
  exponential,
  linear,
  multiStep,
  oneCycle,
  perEpoch,
  type Schedule,
  stepDecay,
} from './schedules.js';
export { SGD, type SGDOptions } from './sgd.js';
export { StateBuffer } from './state-buffer.js';
export { type Summary, summary, type SummaryLayer } from './summary.js';
