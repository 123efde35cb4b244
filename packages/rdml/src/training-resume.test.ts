import { Dataset, type StateDict } from '@renyi/nn';
import { FormatError, Generator } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import type { TrainingOverrides } from './config.js';
import { Training } from './training.js';
import type { TrainingEvent, TrainingResult } from './training-events.js';

const noise = new Generator(9).normal([90, 2], { std: 0.3 }).dataSync();
const data = new Dataset({
  inputs: Float32Array.from(noise, (value, i) => value + ((i >> 1) % 3) * ((i & 1) === 0 ? 0.5 : -0.3)),
  labels: Int32Array.from({ length: 90 }, (_, i) => i % 3),
  features: 2,
  classes: 3,
});

const config: TrainingOverrides = {
  epochs: 3,
  hidden: [4],
  batchSize: 16,
  lastEpochs: 2,
  alpha: { kind: 'cosine', from: 2, to: 0.5, every: 'step' },
  lambda: { kind: 'warmUp', over: 2, to: 1 },
  learningRate: { kind: 'linear', from: 0.1, to: 0, every: 'step' },
  perStudent: [{ hidden: [3, 3] }, { momentum: 0, seed: 5 }],
};

function bits(states: readonly StateDict[]): number[][] {
  return states.map((state) => Object.values(state).flatMap((x) => Array.from(x.dataSync())));
}

interface Outcome {
  readonly result: TrainingResult;
  readonly weights: number[][];
  readonly independent: number[][];
  readonly events: readonly TrainingEvent[];
}

function toEnd(training: Training): Outcome {
  const events: TrainingEvent[] = [];
  const running = training.run();
  for (;;) {
    const next = running.next();
    if (next.done !== true) events.push(next.value);
    else {
      const result = next.value as TrainingResult;
      return {
        result,
        weights: bits(training.weights()),
        independent: bits(training.independentWeights()),
        events,
      };
    }
  }
}

/** A training that was stopped after some events, and went on in another object from its state. */
function interrupted(after: number, overrides: TrainingOverrides = config): Outcome {
  const first = new Training(overrides, data);
  const running = first.run();
  for (let i = 0; i < after; i++) running.next();
  const second = new Training(overrides, data);
  second.restore(structureOf(first));
  return toEnd(second);
}

/** The state as it is after a trip through plain data, so that nothing is shared. */
function structureOf(training: Training): ReturnType<Training['state']> {
  const { tensors, progress } = training.state();
  return { tensors, progress: JSON.parse(JSON.stringify(progress)) as typeof progress };
}

describe('train(m + n) is train(m), resume, train(n), bit for bit', () => {
  const whole = toEnd(new Training(config, data));

  it('wherever it is stopped, between two steps or two epochs', () => {
    for (let after = 0; after <= whole.events.length; after++) {
      const resumed = interrupted(after);
      expect(resumed.weights, `after ${after} events`).toEqual(whole.weights);
      expect(resumed.independent).toEqual(whole.independent);
      expect(resumed.result).toEqual(whole.result);
      expect(resumed.events).toEqual(whole.events.slice(after));
    }
  });

  it('also when it is stopped again and again', () => {
    let training = new Training(config, data);
    for (;;) {
      const next = training.run().next();
      if (next.done === true) break;
      const successor = new Training(config, data);
      successor.restore(structureOf(training));
      training = successor;
    }
    expect(bits(training.weights())).toEqual(whole.weights);
  });

  it('and would not be with a momentum, an order of rows or a schedule that is forgotten', () => {
    const after = 8;
    const broken = (
      change: (state: ReturnType<Training['state']>) => ReturnType<Training['state']>,
    ): number[][] => {
      const first = new Training(config, data);
      const running = first.run();
      for (let i = 0; i < after; i++) running.next();
      const second = new Training(config, data);
      second.restore(change(structureOf(first)));
      return toEnd(second).weights;
    };
    const withoutMomentum = broken(({ tensors, progress }) => ({
      tensors: Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.includes('optimizer'))),
      progress,
    }));
    const otherOrder = broken(({ tensors, progress }) => ({
      tensors,
      progress: { ...progress, order: new Generator(1).state },
    }));
    const otherStep = broken(({ tensors, progress }) => ({ tensors, progress: { ...progress, batch: 0 } }));
    for (const weights of [withoutMomentum, otherOrder, otherStep])
      expect(weights).not.toEqual(whole.weights);
  });
});

describe('a state of another run is refused, and nothing is changed', () => {
  const other = (overrides: TrainingOverrides): ReturnType<Training['state']> =>
    structureOf(new Training({ ...config, ...overrides }, data));

  it.each<[string, TrainingOverrides]>([
    ['of more students', { students: 3 }],
    ['of wider ones', { perStudent: [{ hidden: [7] }] }],
    ['without a baseline', { baseline: false }],
  ])('%s', (_, overrides) => {
    const training = new Training(config, data);
    const before = bits(training.weights());
    expect(() => training.restore(other(overrides))).toThrow(FormatError);
    expect(bits(training.weights())).toEqual(before);
  });

  it('of a longer one', () => {
    const long = new Training({ ...config, epochs: 5 }, data);
    toEnd(long);
    expect(() => new Training(config, data).restore(long.state())).toThrow(/a run of 3 epochs of 4 steps/);
  });
});

describe('the result', () => {
  const { result, events } = toEnd(new Training(config, data));

  it('has the test scores of the last epochs, the last of which is the final one', () => {
    expect(result.last).toHaveLength(2);
    expect(result.last.at(-1)).toEqual({ cohort: result.test, independent: result.independent });
  });

  it('has those of the epoch that was best on the validation part, the earlier of equals', () => {
    const scores = events.flatMap((event) => {
      if (event.kind === 'step') return [];
      const { students } = event.report.validation;
      const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      return [[mean(students.map((s) => s.accuracy)), -mean(students.map((s) => s.nll))] as const];
    });
    const better = (a: number, b: number): boolean => {
      const [x, y] = [scores[a] as readonly [number, number], scores[b] as readonly [number, number]];
      return x[0] > y[0] || (x[0] === y[0] && x[1] > y[1]);
    };
    const best = [0, 1, 2].reduce((held, e) => (better(e, held) ? e : held), 0);
    expect(result.best.cohort.epoch).toBe(best + 1);
  });

  it('says what was scheduled', () => {
    const [first] = events.flatMap((event) => (event.kind === 'epoch' ? [event.report.settings] : []));
    expect(first).toEqual({ alpha: 2, lambda: 0.5, temperature: 1, learningRates: [0.1, 0.1] });
  });

  it('without a baseline is the same without it', () => {
    const alone = toEnd(new Training({ ...config, baseline: false }, data)).result;
    expect(alone.independent).toBeUndefined();
    expect(alone.test).toEqual(result.test);
  });
});
