import { type Parameter, valueAndGrad } from '@renyi/autodiff';
import { crossEntropy, Generator, mul, reshape, scope, type Tensor } from '@renyi/tensor';
import { decodeSafetensors, encodeSafetensors } from '@renyi/tensor/files';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tanh } from './activations.js';
import { Adagrad } from './adagrad.js';
import { Adam, AdamW } from './adam.js';
import { clipGradientNorm } from './clip.js';
import { DataLoader, type DataLoaderState } from './data/loader.js';
import { Dataset } from './dataset.js';
import { BatchNorm1d, BatchNorm2d } from './layers/batch-norm.js';
import { Conv2d } from './layers/convolution.js';
import { Dropout } from './layers/dropout.js';
import { Flatten } from './layers/shapes.js';
import { Linear } from './linear.js';
import type { Module } from './module.js';
import { NAdam } from './nadam.js';
import type { Optimizer } from './optimizer.js';
import { RAdam } from './radam.js';
import { loadRandomState, randomState } from './random-state.js';
import { ReduceOnPlateau } from './reduce-on-plateau.js';
import { RMSprop } from './rmsprop.js';
import { chain, cosine, linear, oneCycle, type Schedule } from './schedules.js';
import { Sequential } from './sequential.js';
import { SGD } from './sgd.js';

const features = 9;
const data = new Dataset({
  inputs: Float32Array.from(new Generator(1).normal([14, features]).dataSync()),
  labels: Int32Array.from({ length: 14 }, (_, i) => i % 3),
  features,
  classes: 3,
});

const networks: Readonly<Record<string, (generator: Generator) => Module>> = {
  'linear layers': (generator) =>
    new Sequential(
      new Linear(features, 5, { generator }),
      new BatchNorm1d(5),
      new Tanh(),
      new Dropout(0.4, { generator }),
      new Linear(5, 3, { generator }),
    ),
  convolution: (generator) =>
    new Sequential(
      new Conv2d(1, 3, 2, { generator, bias: false }),
      new BatchNorm2d(3),
      new Tanh(),
      new Flatten(),
      new Dropout(0.4, { generator }),
      new Linear(12, 3, { generator }),
    ),
};

const schedules: Readonly<Record<string, Schedule>> = {
  warmUp: chain([linear({ from: 0, to: 0.05, steps: 3 }), cosine({ from: 0.05, steps: 20 })], [3]),
  oneCycle: oneCycle({ from: 0.002, peak: 0.05, to: 0.0002, steps: 40 }),
};

type Make = (parameters: readonly Parameter[], learningRate: Schedule) => Optimizer;
const optimizers: Readonly<Record<string, Make>> = {
  SGD: (parameters, learningRate) =>
    new SGD(parameters, { learningRate, momentum: 0.9, nesterov: true, weightDecay: 1e-3 }),
  Adam: (parameters, learningRate) => new Adam(parameters, { learningRate, amsgrad: true }),
  AdamW: (parameters, learningRate) => new AdamW(parameters, { learningRate, weightDecay: 0.1 }),
  RMSprop: (parameters, learningRate) =>
    new RMSprop(parameters, { learningRate, momentum: 0.5, centered: true }),
  Adagrad: (parameters, learningRate) => new Adagrad(parameters, { learningRate }),
  NAdam: (parameters, learningRate) => new NAdam(parameters, { learningRate }),
  RAdam: (parameters, learningRate) => new RAdam(parameters, { learningRate }),
};

interface Settings {
  readonly network: string;
  readonly optimizer: string;
  readonly schedule: string;
  readonly batchSize: number;
  readonly dropLast: boolean;
}

/** What a run is stored as: bytes and text, so that nothing is shared. */
interface Checkpoint {
  readonly weights: Uint8Array;
  readonly slots: Uint8Array;
  readonly rest: string;
}

interface Rest {
  readonly steps: number;
  readonly random: ReturnType<typeof randomState>;
  readonly loader: DataLoaderState;
  readonly plateau: ReduceOnPlateau['state'];
}

/** A training with all that has a state: weights, running statistics, draws of dropout and of augmentation, optimizer, order, plateau. */
class Run {
  readonly network: Module;
  readonly #optimizer: Optimizer;
  readonly #loader: DataLoader;
  readonly #shape: readonly number[];
  readonly #plateau = new ReduceOnPlateau({ from: 1, patience: 1 });

  constructor(settings: Settings, seed: number) {
    const generator = new Generator(seed);
    this.network = (networks[settings.network] as (typeof networks)[string])(generator);
    const schedule = schedules[settings.schedule] as Schedule;
    this.#optimizer = (optimizers[settings.optimizer] as Make)(this.network.parameters(), schedule);
    this.#shape = settings.network === 'convolution' ? [1, 3, 3] : [features];
    this.#loader = new DataLoader(data, {
      batchSize: settings.batchSize,
      dropLast: settings.dropLast,
      generator,
      shape: this.#shape,
      transform: (inputs, draws) => mul(inputs, draws.uniform(inputs.shape, { low: 0.9, high: 1.1 })),
    });
  }

  /** The losses of some steps. */
  train(steps: number): number[] {
    return Array.from({ length: steps }, () =>
      scope(() => {
        const { inputs, labels } = this.#loader.next();
        const loss = (): Tensor => crossEntropy(this.network.forward(inputs), labels);
        const { value, gradients } = valueAndGrad(loss, this.#optimizer.parameters);
        this.#optimizer.step(clipGradientNorm(gradients, this.#plateau.value).gradients);
        this.#plateau.observe(value.item());
        return value.item();
      }),
    );
  }

  /** The logits of all rows in evaluation mode. */
  evaluate(): number[] {
    this.network.eval();
    const logits = scope(() => {
      const { inputs } = data.tensors();
      return Array.from(this.network.forward(reshape(inputs, [data.size, ...this.#shape])).dataSync());
    });
    this.network.train();
    return logits;
  }

  save(): Checkpoint {
    const { steps, tensors } = this.#optimizer.stateDict();
    const rest: Rest = {
      steps,
      random: randomState(this.network),
      loader: this.#loader.state,
      plateau: this.#plateau.state,
    };
    return {
      weights: encodeSafetensors(this.network.stateDict()),
      slots: encodeSafetensors(tensors),
      rest: JSON.stringify(rest),
    };
  }

  /** Another run with the same settings, made from another seed, which then takes over the state. */
  static load(settings: Settings, { weights, slots, rest }: Checkpoint): Run {
    const run = new Run(settings, 99);
    const { steps, random, loader, plateau } = JSON.parse(rest) as Rest;
    run.network.loadStateDict(decodeSafetensors(weights).tensors);
    run.#optimizer.loadStateDict({ steps, tensors: decodeSafetensors(slots).tensors });
    loadRandomState(run.network, random);
    run.#loader.loadState(loader);
    run.#plateau.load(plateau);
    return run;
  }
}

/** What a run is held to: another that is never stopped. */
interface Real {
  run: Run;
}
type Model = Run;
type Command = fc.Command<Model, Real>;

class Train implements Command {
  constructor(readonly steps: number) {}
  check = (): boolean => true;
  run(model: Model, real: Real): void {
    expect(real.run.train(this.steps)).toEqual(model.train(this.steps));
  }
  toString = (): string => `train(${this.steps})`;
}

class Resume implements Command {
  constructor(readonly settings: Settings) {}
  check = (): boolean => true;
  run(model: Model, real: Real): void {
    const saved = real.run.save();
    expect(saved).toEqual(model.save());
    real.run = Run.load(this.settings, saved);
    expect(real.run.save()).toEqual(saved);
  }
  toString = (): string => 'resume';
}

class Evaluate implements Command {
  check = (): boolean => true;
  run(model: Model, real: Real): void {
    expect(real.run.evaluate()).toEqual(model.evaluate());
  }
  toString = (): string => 'evaluate';
}

class EvaluateAlone implements Command {
  check = (): boolean => true;
  run(_: Model, real: Real): void {
    real.run.evaluate();
    real.run.save();
  }
  toString = (): string => 'look';
}

const settingsOf = fc.record({
  network: fc.constantFrom(...Object.keys(networks)),
  optimizer: fc.constantFrom(...Object.keys(optimizers)),
  schedule: fc.constantFrom(...Object.keys(schedules)),
  batchSize: fc.integer({ min: 2, max: 6 }),
  dropLast: fc.boolean(),
});

describe('train(m + n) is train(m), save, resume, train(n), bit for bit', () => {
  it('in any order of training, saving and loading, evaluating and looking', () => {
    const property = fc.property(
      settingsOf.chain((settings) =>
        fc.tuple(
          fc.constant(settings),
          fc.commands(
            [
              fc.integer({ min: 1, max: 5 }).map((steps) => new Train(steps)),
              fc.constant(new Resume(settings)),
              fc.constant(new Evaluate()),
              fc.constant(new EvaluateAlone()),
            ],
            { maxCommands: 8 },
          ),
        ),
      ),
      ([settings, commands]) => {
        fc.modelRun(() => ({ model: new Run(settings, 7), real: { run: new Run(settings, 7) } }), commands);
      },
    );
    fc.assert(property, { numRuns: 30 });
  });

  it.each(Object.keys(optimizers))('with %s, wherever it is stopped', (optimizer) => {
    for (const network of Object.keys(networks)) {
      const settings = { network, optimizer, schedule: 'warmUp', batchSize: 4, dropLast: false };
      const whole = new Run(settings, 3);
      const losses = whole.train(9);
      for (let stop = 0; stop <= 9; stop += 3) {
        const first = new Run(settings, 3);
        const before = first.train(stop);
        const second = Run.load(settings, first.save());
        expect([...before, ...second.train(9 - stop)]).toEqual(losses);
        expect(second.save()).toEqual(whole.save());
      }
    }
  });

  it('and is not where a part of the state is left behind', () => {
    const settings = {
      network: 'linear layers',
      optimizer: 'SGD',
      schedule: 'warmUp',
      batchSize: 4,
      dropLast: false,
    };
    const first = new Run(settings, 3);
    first.train(5);
    const saved = first.save();
    const fresh = new Run(settings, 3).save();
    const restOf = ({ rest }: Checkpoint): Rest => JSON.parse(rest) as Rest;
    const lost: readonly Checkpoint[] = [
      { ...saved, weights: fresh.weights },
      { ...saved, slots: fresh.slots, rest: JSON.stringify({ ...restOf(saved), steps: 0 }) },
      ...(['random', 'loader'] as const).map((key) => ({
        ...saved,
        rest: JSON.stringify({ ...restOf(saved), [key]: restOf(fresh)[key] }),
      })),
    ];
    const losses = Run.load(settings, saved).train(4);
    for (const checkpoint of lost) expect(Run.load(settings, checkpoint).train(4)).not.toEqual(losses);
  });
});
