import { Parameter } from '@renyi/autodiff';
import * as nn from '@renyi/nn';
import { ones, type Tensor, tensor } from '@renyi/tensor';
import { type Call, choice, real, whole } from './argument.js';

const functions: Readonly<Record<string, unknown>> = { ...nn };
type Arguments = () => readonly unknown[];

const numbers = (...values: number[]): Tensor => tensor(values);
const pair = (): readonly Tensor[] => [numbers(0.25, 0.5), numbers(0.5, 0.5)];

const losses: Readonly<Record<string, Arguments>> = {
  binaryCrossEntropyWithLogits: () => [
    ...pair(),
    { reduction: choice('sum'), weight: ones([2]), positiveWeight: ones([2]) },
  ],
  huberLoss: () => [...pair(), { reduction: choice('sum'), delta: real(1) }],
  jensenShannon: () => [...pair(), { reduction: choice('sum') }],
  klDivLoss: () => [...pair(), { reduction: choice('sum') }],
  l1Loss: () => [...pair(), { reduction: choice('sum') }],
  mseLoss: () => [...pair(), { reduction: choice('sum') }],
  smoothL1Loss: () => [...pair(), { reduction: choice('sum'), beta: real(1) }],
};

const gradients: Readonly<Record<string, Arguments>> = {
  clipGradientNorm: () => [[numbers(3, 4)], real(1)],
  clipGradientValues: () => [[numbers(3, 4)], real(1)],
  gradientNorm: () => [[numbers(3, 4)], { order: real(2) }],
};

const schedules: Readonly<Record<string, Arguments>> = {
  constant: () => [real(1)],
  cosine: () => [{ from: real(1), to: real(0), steps: whole(5) }],
  exponential: () => [{ from: real(1), factor: real(0.5) }],
  linear: () => [{ from: real(1), to: real(0), steps: whole(5) }],
  multiStep: () => [{ from: real(1), milestones: [3, 5], factor: real(0.5) }],
  oneCycle: () => [
    {
      peak: real(1),
      steps: whole(10),
      from: real(0.1),
      to: real(0),
      rise: real(0.5),
      shape: choice('linear'),
    },
  ],
  stepDecay: () => [{ from: real(1), every: whole(2), factor: real(0.5) }],
};

const parameters = (): readonly Parameter[] => [new Parameter(numbers(1, 2))];
const optimizers: Readonly<Record<string, Arguments>> = {
  Adagrad: () => [
    parameters(),
    {
      learningRate: real(0.1),
      learningRateDecay: real(0),
      initialSum: real(0),
      epsilon: real(1e-8),
      weightDecay: real(0),
    },
  ],
  Adam: () => [parameters(), { learningRate: real(0.1), epsilon: real(1e-8), weightDecay: real(0) }],
  AdamW: () => [parameters(), { learningRate: real(0.1), epsilon: real(1e-8), weightDecay: real(0) }],
  NAdam: () => [parameters(), { learningRate: real(0.1), momentumDecay: real(0.01), weightDecay: real(0) }],
  RAdam: () => [parameters(), { learningRate: real(0.1), epsilon: real(1e-8), weightDecay: real(0) }],
  RMSprop: () => [
    parameters(),
    { learningRate: real(0.1), decay: real(0.9), momentum: real(0.5), weightDecay: real(0) },
  ],
  SGD: () => [
    parameters(),
    { learningRate: real(0.1), momentum: real(0.9), dampening: real(0.1), weightDecay: real(0) },
  ],
};

function callsOf(table: Readonly<Record<string, Arguments>>): Call[] {
  return Object.entries(table).map(([name, args]) => ({
    name,
    args,
    f: functions[name] as Call['f'],
  }));
}

function constructions(table: Readonly<Record<string, Arguments>>): Call[] {
  return Object.entries(table).map(([name, args]) => {
    const Optimizer = functions[name] as new (...given: never[]) => unknown;
    return { name, args, f: (...given) => new Optimizer(...given) };
  });
}

/** Right calls of functions that networks are trained with. */
export const networkCalls: readonly Call[] = [
  ...callsOf({ ...losses, ...gradients, ...schedules }),
  ...constructions(optimizers),
];
