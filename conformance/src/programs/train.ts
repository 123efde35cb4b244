import { type Parameter, valueAndGrad } from '@renyi/autodiff';
import { Adam, AdamW, clipGradientNorm, type Module, oneCycle, type Optimizer, SGD } from '@renyi/nn';
import { crossEntropy, slice, type Tensor } from '@renyi/tensor';
import type { Pair, Program, Reading } from '../adapter-contract.js';
import type { GoldenCase, GoldenNumber, GoldenTensor } from '../format.js';
import { toTensor } from '../tensors.js';
import { UnsupportedError } from '../unsupported.js';
import { BagOfWords, Convolutional, Perceptron, type State } from './models.js';

interface TrainCase extends GoldenCase {
  readonly attrs: { readonly model: string; readonly batch: number; readonly steps: number };
  readonly x: GoldenTensor;
  readonly y: GoldenTensor;
  readonly state0: Readonly<Record<string, GoldenTensor>>;
  readonly loss_at_step: readonly GoldenNumber[];
  readonly state_end: Readonly<Record<string, GoldenTensor>>;
  readonly grad_norm_at_step?: readonly GoldenNumber[];
  readonly eval_logits: GoldenTensor;
}

/** What `attrs.source` says of a model, in code. */
interface Recipe {
  readonly module: (state: State) => Module;
  readonly optimizer: (parameters: readonly Parameter[], steps: number) => Optimizer;
  readonly maxNorm?: number;
}

const recipes: Readonly<Record<string, Recipe>> = {
  'mlp-sgd': {
    module: (state) => new Perceptron(state),
    optimizer: (parameters) =>
      new SGD(parameters, { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
  },
  'cnn-adam': {
    module: (state) => new Convolutional(state),
    optimizer: (parameters) => new Adam(parameters, { learningRate: 0.01 }),
  },
  'bag-adamw': {
    module: (state) => new BagOfWords(state),
    optimizer: (parameters) => new AdamW(parameters, { learningRate: 0.02, weightDecay: 0.01 }),
  },
  'mlp-clip-onecycle': {
    module: (state) => new Perceptron(state),
    optimizer: (parameters, steps) =>
      new SGD(parameters, {
        learningRate: oneCycle({ peak: 0.3, steps }),
        momentum: oneCycle({ from: 0.95, peak: 0.85, to: 0.95, steps }),
      }),
    maxNorm: 0.5,
  },
};

/** Rows t batch, t batch + 1, ... of x, from the front again when they are used up. */
export function batchAt(x: Tensor, step: number, size: number): Tensor {
  const start = (step * size) % (x.shape[0] as number);
  return slice(x, [[start, start + size]]);
}

export function readState(state: Readonly<Record<string, GoldenTensor>>, { dec }: Reading): State {
  return Object.fromEntries(Object.entries(state).map(([name, x]) => [name, toTensor(dec(x))]));
}

export async function comparedState(
  module: Module,
  expected: Readonly<Record<string, GoldenTensor>>,
  prefix = '',
): Promise<Pair[]> {
  const state = module.stateDict();
  return Promise.all(
    Object.entries(expected).map(async ([name, { data: want }]) => {
      const got = (await state[name]?.data()) ?? [];
      return { name: `${prefix}${name}`, got, want };
    }),
  );
}

/** Losses, gradient norms, and in the end the state and the logits of the first rows. */
export const train: Program = async (golden, reading) => {
  const { attrs, state0, eval_logits, ...expected } = golden as unknown as TrainCase;
  const recipe = recipes[attrs.model];
  if (recipe === undefined) throw new UnsupportedError(`model ${attrs.model}`);
  const [x, y] = [toTensor(reading.dec(expected.x)), toTensor(reading.dec(expected.y))];
  const state = readState(state0, reading);
  const module = recipe.module(state);
  // Counters of batches are younger than this format.
  module.loadStateDict({ ...module.stateDict(), ...state });
  const optimizer = recipe.optimizer(module.parameters(), attrs.steps);
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < attrs.steps; step++) {
    const loss = (): Tensor =>
      crossEntropy(module.forward(batchAt(x, step, attrs.batch)), batchAt(y, step, attrs.batch));
    const { value, gradients } = valueAndGrad(loss, optimizer.parameters);
    const clipped = clipGradientNorm(gradients, recipe.maxNorm ?? Number.POSITIVE_INFINITY);
    optimizer.step(clipped.gradients);
    losses.push((await value.data())[0] as number);
    norms.push(clipped.norm);
  }
  module.eval();
  const logits = module.forward(slice(x, [[0, eval_logits.shape[0] as number]]));
  return [
    { name: 'losses', got: losses, want: expected.loss_at_step },
    ...(await comparedState(module, expected.state_end)),
    { name: 'eval_logits', got: await logits.data(), want: eval_logits.data },
    ...(expected.grad_norm_at_step === undefined
      ? []
      : [{ name: 'gradient norms', got: norms, want: expected.grad_norm_at_step }]),
  ];
};
