import { Dataset, type StateDict } from '@renyi/nn';
import { ConfigError, DomainError, Generator } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { DivergedError } from './diverged-error.js';
import { parseConfig, type TrainingConfig } from './config.js';
import { Training } from './training.js';
import type { EpochReport, TrainingEvent, TrainingResult } from './training-events.js';

/** Three noisy clusters in the plane: learnable in a blink. */
function clusters(rows = 150, scale = 1): Dataset {
  const generator = new Generator(9);
  const noise = generator.normal([rows, 2], { std: 0.2 }).dataSync();
  const labels = Int32Array.from({ length: rows }, (_, i) => i % 3);
  const inputs = Float32Array.from(noise, (value, i) => {
    const angle = (2 * Math.PI * ((i >> 1) % 3)) / 3;
    return scale * 0.4 * (value + (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)));
  });
  return new Dataset({ inputs, labels, features: 2, classes: 3, name: 'clusters' });
}

const quick: Partial<TrainingConfig> = { epochs: 4, hidden: [8], batchSize: 16 };

function complete(overrides: Partial<TrainingConfig>, data = clusters()) {
  const training = new Training(parseConfig({ ...quick, ...overrides }), data);
  const events: TrainingEvent[] = [];
  const running = training.run();
  for (;;) {
    const next = running.next();
    if (next.done === true) return { training, events, result: next.value as TrainingResult };
    events.push(next.value);
  }
}

function reports(events: readonly TrainingEvent[]): EpochReport[] {
  return events.flatMap((event) => (event.kind === 'epoch' ? [event.report] : []));
}

function bits(states: readonly StateDict[]): number[][] {
  return states.map((state) => Object.values(state).flatMap((x) => Array.from(x.dataSync())));
}

describe('a training run', () => {
  it('learns: every student and the ensemble end far above chance on rows it never saw', () => {
    const { result } = complete({ epochs: 20 });
    for (const { accuracy } of [...result.test.students, result.test.ensemble])
      expect(accuracy).toBeGreaterThan(0.9);
  });

  it('yields every step and every epoch in order', () => {
    const { events, result } = complete({});
    const steps = Math.ceil(result.sizes.train / 16);
    const kinds = Array.from({ length: 4 }, () => [...Array<string>(steps).fill('step'), 'epoch']).flat();
    expect(events.map(({ kind }) => kind)).toEqual(kinds);
    expect(reports(events).map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    const last = events.filter((event) => event.kind === 'step').at(-1);
    expect(last).toEqual({ kind: 'step', step: 4 * steps, steps: 4 * steps });
  });

  it('uses every row once, as training, validation or test', () => {
    const { sizes } = complete({}).result;
    expect(sizes).toEqual({ train: 105, validation: 15, test: 30 });
  });

  it('is the same, bit for bit, for the same seed, and another one for another seed', () => {
    const weights = (seed: number): number[][] => bits(complete({ seed }).training.weights());
    expect(weights(3)).toEqual(weights(3));
    expect(weights(3)).not.toEqual(weights(4));
  });

  it('at alpha 0 or lambda 0 is independent training, bit for bit', () => {
    for (const uncoupled of [{ alpha: 0 }, { lambda: 0 }]) {
      const { training, result } = complete(uncoupled);
      expect(bits(training.weights())).toEqual(bits(training.independentWeights()));
      expect(result.test.students).toEqual(result.independent?.students);
    }
  });

  it('starts its baseline from the same weights, and it does not depend on alpha', () => {
    const fresh = new Training(parseConfig(quick), clusters());
    expect(bits(fresh.weights())).toEqual(bits(fresh.independentWeights()));
    const baselines = [0.5, 2].map((alpha) => bits(complete({ alpha }).training.independentWeights()));
    expect(baselines[0]).toEqual(baselines[1]);
  });

  it('draws students that agree more than independent ones', () => {
    const { result } = complete({ alpha: 1.5, lambda: 3, learningRate: 0.02, epochs: 10 });
    expect(result.test.divergence).toBeLessThan((result.independent?.divergence ?? 0) / 2);
  });

  it('adds a student without changing the others’ beginnings', () => {
    const two = new Training(parseConfig({ ...quick, students: 2 }), clusters());
    const three = new Training(parseConfig({ ...quick, students: 3 }), clusters());
    expect(bits(three.weights()).slice(0, 2)).toEqual(bits(two.weights()));
  });

  it('takes one student, who has no peers and no divergence', () => {
    const { result, events } = complete({ students: 1 });
    expect(result.test.divergence).toBe(0);
    expect(reports(events).every(({ students }) => students[0]?.mutualLoss === 0)).toBe(true);
    expect(result.test).toEqual(result.independent);
  });

  it('standardizes inputs beyond [-1, 1], so that their unit does not matter much', () => {
    const { accuracy } = complete({ epochs: 20 }, clusters(150, 1e6)).result.test.ensemble;
    expect(accuracy).toBeGreaterThan(0.9);
  });

  it('names the student that diverged, and says so when it is an independent one', () => {
    const apart = (): unknown => complete({ learningRate: 1e30, alpha: 0 });
    expect(apart).toThrow(DivergedError);
    expect(apart).toThrow(/of student 0 at step 2, batch rows 0, 1, /);
    // With a huge lambda only the coupled students diverge; alone, they would not.
    expect(() => complete({ lambda: 1e30 })).toThrow(/of student \d at step \d+/);
    const error = new DivergedError(
      1,
      { baseLoss: 0, mutualLoss: 0, loss: Number.NaN, gradientNorm: 0 },
      { isIndependent: true },
    );
    expect(error.message).toContain('of independent student 1.');
  });

  it('reports the mean over the steps of each epoch', () => {
    const [once, twice] = [105, 53].map(
      (batchSize) => reports(complete({ batchSize, epochs: 1, learningRate: 1e-9 }).events)[0],
    );
    // At a vanishing learning rate the steps of an epoch average to the whole: 53 and 52 rows, so up to 1 % apart.
    for (const [k, student] of (once?.students ?? []).entries()) {
      expect(Math.abs((twice?.students[k]?.baseLoss ?? Number.NaN) / student.baseLoss - 1)).toBeLessThan(
        0.01,
      );
    }
  });

  it('checks its configuration at the door', () => {
    expect(() => new Training({ ...parseConfig(quick), batchSize: Number.NaN }, clusters())).toThrow(
      ConfigError,
    );
    expect(() => new Training({ ...parseConfig(quick), epochs: Number.NaN }, clusters())).toThrow(
      ConfigError,
    );
  });

  it('refuses data of which no row of some class would be trained on', () => {
    const labels = Int32Array.from({ length: 40 }, (_, i) => (i < 38 ? 0 : 1));
    const rare = new Dataset({ inputs: new Float32Array(40), labels, features: 1, classes: 2, name: 'rare' });
    const fractions = { testFraction: 0.5, validationFraction: 0.4 };
    expect(() => new Training({ ...quick, ...fractions }, rare)).toThrow(
      /got none of class 1: 2 of 40 rows of rare have it/,
    );
  });

  it('refuses data that cannot be split', () => {
    expect(() => new Training(parseConfig(quick), clusters(3))).toThrow(DomainError);
  });
});
