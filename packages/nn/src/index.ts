/**
 * Modules, initialization, optimizers, data sets and metrics.
 * @packageDocumentation
 */
export { ReLU, Tanh } from './activations.js';
export { clipGradientNorm, clipGradientValues, gradientNorm, type NormOptions } from './clip.js';
export { Dataset, type DatasetInit, stratifiedSplit } from './dataset.js';
export { uniformFanIn } from './init.js';
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
export { decodeSafetensors, encodeSafetensors } from './safetensors.js';
export { Sequential } from './sequential.js';
export { Adagrad, type AdagradOptions } from './adagrad.js';
export { Adam, type AdamOptions, AdamW } from './adam.js';
export { NAdam, type NAdamOptions } from './nadam.js';
export { Optimizer, type OptimizerState, type PreparedStep } from './optimizer.js';
export { RAdam, type RAdamOptions } from './radam.js';
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
