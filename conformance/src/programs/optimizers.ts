import type { Parameter } from '@renyi/autodiff';
import { Adagrad, Adam, AdamW, NAdam, type Optimizer, RAdam, RMSprop, SGD } from '@renyi/nn';
import { UnsupportedError } from '../unsupported.js';

type Options = Readonly<Record<string, unknown>>;

/** Our names of PyTorch's settings; the others are called the same. */
const settingNames: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  eps: 'epsilon',
  weight_decay: 'weightDecay',
  alpha: 'decay',
  lr_decay: 'learningRateDecay',
  initial_accumulator_value: 'initialSum',
  momentum_decay: 'momentumDecay',
};

type Make = (parameters: readonly Parameter[], options: never) => Optimizer;

const makers: Readonly<Record<string, Make>> = {
  sgd: (parameters, options) => new SGD(parameters, options),
  adam: (parameters, options) => new Adam(parameters, options),
  adamw: (parameters, options) => new AdamW(parameters, options),
  rmsprop: (parameters, options) => new RMSprop(parameters, options),
  adagrad: (parameters, options) => new Adagrad(parameters, options),
  // PyTorch 1.13, with which the cases were made, counts a factor of the momentum twice.
  nadam: (parameters, options: object) => new NAdam(parameters, { countTwice: true, ...options }),
  radam: (parameters, options) => new RAdam(parameters, options),
};

/** An optimizer by PyTorch's name, with settings by PyTorch's names. */
export function makeOptimizer(name: string, parameters: readonly Parameter[], options: Options): Optimizer {
  const make = makers[name];
  if (make === undefined) throw new UnsupportedError(`optimizer ${name}`);
  const renamed = Object.entries(options).map(([key, value]) => [settingNames[key] ?? key, value]);
  return make(parameters, Object.fromEntries(renamed) as never);
}
