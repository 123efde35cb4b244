/**
 * Modules, initialization, optimizers, data sets and metrics.
 * @packageDocumentation
 */
export { ReLU, Tanh } from './activations.js';
export { clipGradientNorm, gradientNorm, type NormOptions } from './clip.js';
export { Dataset, type DatasetInit, stratifiedSplit } from './dataset.js';
export { uniformFanIn } from './init.js';
export { Linear, type LinearOptions } from './linear.js';
export { ensembleScore, type Score, score } from './metrics.js';
export { mlp } from './mlp.js';
export { Module, type StateDict } from './module.js';
export { decodeSafetensors, encodeSafetensors } from './safetensors.js';
export { Sequential } from './sequential.js';
export { Optimizer, type PreparedStep } from './optimizer.js';
export { SGD, type SGDOptions } from './sgd.js';
