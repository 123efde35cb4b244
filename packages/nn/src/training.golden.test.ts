import { valueAndGrad } from '@renyi/autodiff';
import { crossEntropy, gelu, Generator, relu, slice, type Tensor, tanh, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Adam, AdamW } from './adam.js';
import { clipGradientNorm } from './clip.js';
import { excess, readCases } from './golden.testing.js';
import { decode, type TypedTensor } from './golden-operations.testing.js';
import { BatchNorm2d } from './layers/batch-norm.js';
import { Conv2d } from './layers/convolution.js';
import { EmbeddingBag } from './layers/embedding-bag.js';
import { LayerNorm } from './layers/norms.js';
import { AdaptiveAvgPool2d, MaxPool2d } from './layers/pooling.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import type { Optimizer } from './optimizer.js';
import { oneCycle } from './schedules.js';
import { SGD } from './sgd.js';

/** A run of PyTorch: where it started, its losses, and where it ended. */
interface TrainingCase {
  readonly id: string;
  readonly op: string;
  readonly attrs: { readonly batch: number; readonly steps: number };
  readonly x: TypedTensor;
  readonly y: TypedTensor;
  readonly state0: Readonly<Record<string, TypedTensor>>;
  readonly loss_at_step: readonly number[];
  readonly grad_norm_at_step?: readonly number[];
  readonly state_end: Readonly<Record<string, TypedTensor>>;
  /** Of the first rows, in evaluation mode. */
  readonly eval_logits: TypedTensor;
}

const options = { generator: new Generator(0), dtype: 'float64' } as const;

class Perceptron extends Module {
  readonly fc1: Linear;
  readonly fc2: Linear;

  constructor(hidden: number) {
    super();
    this.fc1 = new Linear(64, hidden, options);
    this.fc2 = new Linear(hidden, 10, options);
  }

  override forward(x: Tensor): Tensor {
    return this.fc2.forward(relu(this.fc1.forward(x)));
  }
}

class Convolutional extends Module {
  readonly conv1 = new Conv2d(1, 4, 3, { ...options, padding: 1, bias: false });
  readonly bn1 = new BatchNorm2d(4, { dtype: 'float64' });
  readonly pool = new MaxPool2d(2);
  readonly conv2 = new Conv2d(4, 4, 3, { ...options, stride: 2, padding: 1, groups: 2 });
  readonly mean = new AdaptiveAvgPool2d(1);
  readonly fc = new Linear(4, 10, options);

  override forward(x: Tensor): Tensor {
    const images = x.reshape([-1, 1, 8, 8]);
    const first = this.pool.forward(relu(this.bn1.forward(this.conv1.forward(images))));
    const second = this.mean.forward(gelu(this.conv2.forward(first)));
    return this.fc.forward(second.reshape([-1, 4]));
  }
}

class Bag extends Module {
  readonly emb = new EmbeddingBag(20, 6, options);
  readonly ln = new LayerNorm(6, { dtype: 'float64' });
  readonly fc = new Linear(6, 3, options);

  override forward(indices: Tensor): Tensor {
    return this.fc.forward(tanh(this.ln.forward(this.emb.forward(indices))));
  }
}

interface Run {
  readonly network: Module;
  readonly optimizer: (parameters: ReturnType<Module['parameters']>) => Optimizer;
  readonly maxNorm?: number;
}

const runs: Readonly<Record<string, () => Run>> = {
  'train/mlp-sgd': () => ({
    network: new Perceptron(8),
    optimizer: (parameters) =>
      new SGD(parameters, { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
  }),
  'train/cnn-adam': () => ({
    network: new Convolutional(),
    optimizer: (parameters) => new Adam(parameters, { learningRate: 0.01 }),
  }),
  'train/bag-adamw': () => ({
    network: new Bag(),
    optimizer: (parameters) => new AdamW(parameters, { learningRate: 0.02, weightDecay: 0.01 }),
  }),
  'train/mlp-clip-onecycle': () => ({
    network: new Perceptron(6),
    optimizer: (parameters) =>
      new SGD(parameters, {
        learningRate: oneCycle({ from: 0.3 / 25, peak: 0.3, to: 0.3 / 25 / 1e4, steps: 16 }),
        momentum: oneCycle({ from: 0.95, peak: 0.85, to: 0.95, steps: 16 }),
      }),
    maxNorm: 0.5,
  }),
};

interface Course {
  readonly losses: number[];
  readonly norms: number[];
  readonly network: Module;
}

/** Trains as the case says: batches of neighbors, over and over. */
function train(
  golden: TrainingCase,
  { network, optimizer: make, maxNorm = Number.POSITIVE_INFINITY }: Run,
): Course {
  const state = Object.fromEntries(Object.entries(golden.state0).map(([name, x]) => [name, decode(x)]));
  // Counters have no part in these runs, and the cases leave them out.
  const counters = Object.keys(network.stateDict()).filter((name) => name.endsWith('num_batches_tracked'));
  const zeros = counters.map((name) => [name, tensor(0, { dtype: 'int32' })]);
  network.loadStateDict({ ...state, ...Object.fromEntries(zeros) });
  const optimizer = make(network.parameters());
  const [x, labels] = [decode(golden.x), decode(golden.y)];
  const { batch, steps } = golden.attrs;
  const course: Course = { losses: [], norms: [], network };
  for (let step = 0; step < steps; step++) {
    const start = (step * batch) % (x.shape[0] as number);
    const rows = { start, stop: start + batch };
    const loss = (): Tensor => crossEntropy(network.forward(slice(x, rows)), slice(labels, rows));
    const { value, gradients } = valueAndGrad(loss, optimizer.parameters);
    const clipped = clipGradientNorm(gradients, maxNorm);
    optimizer.step(clipped.gradients);
    course.losses.push(value.item());
    course.norms.push(clipped.norm);
  }
  return course;
}

/** How far a run strays from the case, in units of the tolerance of trajectories. */
function deviation(golden: TrainingCase, run: Run): number {
  const { losses, norms, network } = train(golden, run);
  const state = network.stateDict();
  const logits = network
    .eval()
    .forward(slice(decode(golden.x), { stop: golden.eval_logits.shape[0] as number }));
  return Math.max(
    excess(losses, golden.loss_at_step),
    golden.grad_norm_at_step === undefined ? 0 : excess(norms, golden.grad_norm_at_step),
    ...Object.entries(golden.state_end).map(([name, { data }]) =>
      excess((state[name] as Tensor).dataSync(), data),
    ),
    excess(logits.dataSync(), golden.eval_logits.data),
  );
}

const cases = readCases<TrainingCase>('operations/train.json').filter(({ op }) => op === 'train');

describe('a whole training is that of PyTorch:', () => {
  it.each(cases.map((golden) => [golden.id, golden] as const))('%s', (id, golden) => {
    expect(deviation(golden, (runs[id] as () => Run)())).toBeLessThanOrEqual(1);
  });

  it('and is not with a learning rate that is off by a factor 1.0005', () => {
    const [golden] = cases;
    const optimizer: Run['optimizer'] = (parameters) =>
      new SGD(parameters, { learningRate: 0.10005, momentum: 0.9, nesterov: true, weightDecay: 5e-4 });
    expect(deviation(golden as TrainingCase, { network: new Perceptron(8), optimizer })).toBeGreaterThan(1e3);
  });
});
