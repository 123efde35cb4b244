/** This library, as the cases know PyTorch. The environment variable RENYI_BACKEND picks the backend, `reference` by default. */
import { Parameter } from '@renyi/autodiff';
import {
  type Backend,
  referenceBackend,
  setDefaultBackend,
  Tensor,
  TensorError,
  wasmBackend,
} from '@renyi/tensor';
import type { Adapter, Answer, Answers } from './adapter-contract.js';
import { gradients, type Outputs } from './differentiate.js';
import type { FloatDType } from './format.js';
import { clipGradNorm } from './programs/clip-grad-norm.js';
import { doubleBackward } from './programs/double-backward.js';
import { optimizer } from './programs/optimizer.js';
import { makeOptimizer } from './programs/optimizers.js';
import { lrSchedule } from './programs/schedules.js';
import { train } from './programs/train.js';
import { trainRdml } from './programs/train-rdml.js';
import { toAnswer, toTensor, useFloat } from './tensors.js';
import { operations } from './torch/index.js';
import type { Attributes, Inputs } from './torch/operation.js';
import { UnsupportedError } from './unsupported.js';

export const name = '@renyi';

const backends: Readonly<Record<string, () => Backend | Promise<Backend>>> = {
  reference: () => referenceBackend,
  wasm: () => wasmBackend,
  // Its library is loaded when it is asked for. Float32 alone.
  gpu: async () => (await import('@renyi/tensor/gpu')).gpuBackend(),
};

/** Takes a backend and a dtype for all that follows. */
export async function setup(
  dtype: FloatDType,
  backend: string = process.env['RENYI_BACKEND'] ?? 'reference',
): Promise<void> {
  const make = Object.hasOwn(backends, backend) ? backends[backend] : undefined;
  if (make === undefined)
    throw new Error(`no backend ${backend}; there are ${Object.keys(backends).join(', ')}`);
  setDefaultBackend(await make());
  useFloat(dtype);
}

export const runCase: Adapter['runCase'] = async (op, inputs, attrs, cotangents) => {
  if (op === 'optimizer') return construct(attrs);
  const operation = Object.hasOwn(operations, op) ? operations[op] : undefined;
  if (operation === undefined) throw new UnsupportedError(op);
  const tensors = Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, toTensor(x)]));
  const run = (given: Inputs): Outputs => {
    const answer = operation(given, attrs as Attributes);
    return answer instanceof Tensor ? { out: answer } : answer;
  };
  const outputs = run(tensors);
  return {
    outputs: await answers(outputs),
    grads: await answers(gradients(run, tensors, outputs, cotangents)),
  };
};

/** Settings of an optimizer, which are good or refused. */
function construct(attrs: Readonly<Record<string, unknown>>): Answers {
  const parameter = new Parameter(toTensor({ shape: [1], data: [0] }));
  makeOptimizer(
    String(attrs['optimizer']),
    [parameter],
    attrs['options'] as Readonly<Record<string, unknown>>,
  );
  return { outputs: {}, grads: {} };
}

async function answers(tensors: Outputs): Promise<Record<string, Answer>> {
  const entries = Object.entries(tensors).map(async ([key, x]) => [key, await toAnswer(x)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

export function isTypedError(error: unknown): boolean {
  return error instanceof TensorError;
}

export {
  clipGradNorm as clip_grad_norm,
  doubleBackward as double_backward,
  lrSchedule as lr_schedule,
  optimizer,
  train,
  trainRdml as train_rdml,
};
