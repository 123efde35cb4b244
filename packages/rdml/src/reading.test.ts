import { Dataset, mlp, SGD } from '@renyi/nn';
import {
  type Backend,
  BackendError,
  ConfigError,
  Generator,
  referenceBackend,
  setDefaultBackend,
  tensor,
  wasmBackend,
} from '@renyi/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { Cohort, type CohortOptions } from './cohort.js';
import { DivergedError } from './diverged-error.js';
import { evaluate, evaluateAsync } from './evaluation.js';
import { atOnce, elementsOf, later, type Reading } from './reading.js';
import { remoteBackend } from './remote-backend.testing.js';
import { runToEnd } from './run-training.js';
import { Training } from './training.js';

const data = new Dataset({
  inputs: Float32Array.from({ length: 180 }, (_, i) => Math.sin(i * i)),
  labels: Int32Array.from({ length: 60 }, (_, i) => i % 3),
  features: 3,
  classes: 3,
});

function newCohort(options: Partial<CohortOptions> = {}, learningRate = 0.1): Cohort {
  const students = [1, 2, 3].map((seed) => {
    const module = mlp([3, 4, 3], { generator: new Generator(seed) });
    return { module, optimizer: new SGD(module.parameters(), { learningRate, momentum: 0.9 }) };
  });
  return new Cohort(students, { alpha: 1.5, ...options });
}

async function bits(cohort: Cohort): Promise<number[][]> {
  const parameters = cohort.students.flatMap(({ module }) => module.parameters());
  return Promise.all(parameters.map(async ({ value }) => Array.from(await value.data())));
}

afterEach(() => setDefaultBackend(wasmBackend));

describe('work that reads', () => {
  function* total(): Reading<number> {
    try {
      const [a, b] = yield* elementsOf([tensor([1, 2]), tensor(3)]);
      return [...(a ?? []), ...(b ?? [])].reduce((sum, x) => sum + x, 0);
    } catch (error) {
      return error instanceof BackendError ? -1 : -2;
    }
  }

  it('is the same at once and later', async () => {
    expect(atOnce(total())).toBe(6);
    expect(await later(total())).toBe(6);
  });

  it('reads together where a read is dear, and hears of those that fail', async () => {
    const { backend, reads, fail } = remoteBackend();
    setDefaultBackend(backend);
    expect(await later(total())).toBe(6);
    expect(reads()).toBe(1);
    expect(atOnce(total())).toBe(-1);
    fail();
    expect(await later(total())).toBe(-1);
  });
});

describe('a cohort on a backend that answers later', () => {
  const { inputs, labels } = data;

  it.each<[string, Partial<CohortOptions>, number]>([
    ['one read a step', {}, 1],
    ['two with a limit of the norm', { maxGradientNorm: 0.05 }, 2],
    ['one for each student in turn', { order: 'gaussSeidel' }, 3],
  ])('moves as with step, bit for bit, with %s', async (_, options, readsPerStep) => {
    const steps = async (backend: Backend, isLater: boolean) => {
      setDefaultBackend(backend);
      const cohort = newCohort(options);
      const reports = [];
      for (let step = 0; step < 4; step++) {
        const batch = [tensor(inputs, { shape: [60, 3] }), tensor(labels)] as const;
        reports.push(isLater ? await cohort.stepAsync(...batch) : cohort.step(...batch));
      }
      return { reports, weights: await bits(cohort) };
    };
    const { backend, reads } = remoteBackend();
    const expected = await steps(referenceBackend, false);
    expect(await steps(referenceBackend, true)).toEqual(expected);
    const before = reads();
    expect(await steps(backend, true)).toEqual(expected);
    expect(reads() - before - expected.weights.length).toBe(4 * readsPerStep);
  });

  it('moves nobody when one diverges, and says the same', async () => {
    const said = async (backend: Backend): Promise<unknown> => {
      setDefaultBackend(backend);
      const cohort = newCohort({}, 1e39);
      const before = await bits(cohort);
      const error = await cohort
        .stepAsync(tensor(inputs, { shape: [60, 3] }), tensor(labels))
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DivergedError);
      expect(await bits(cohort)).toEqual(before);
      return error;
    };
    expect(await said(remoteBackend().backend)).toEqual(await said(referenceBackend));
  });

  it('takes one step after the other', async () => {
    const cohort = newCohort();
    const batch = [tensor(inputs, { shape: [60, 3] }), tensor(labels)] as const;
    const first = cohort.stepAsync(...batch);
    expect(() => cohort.step(...batch)).toThrow(ConfigError);
    await expect(cohort.stepAsync(...batch)).rejects.toThrow(ConfigError);
    await first;
    expect(cohort.step(...batch)).toHaveLength(3);
  });

  it('refuses to be read at once', () => {
    setDefaultBackend(remoteBackend().backend);
    const batch = [tensor(inputs, { shape: [60, 3] }), tensor(labels)] as const;
    expect(() => newCohort().step(...batch)).toThrow(BackendError);
  });
});

describe('a whole run on a backend that answers later', () => {
  const config = { epochs: 2, hidden: [5], batchSize: 16, lastEpochs: 1 };

  it('is the run on one that answers at once', async () => {
    setDefaultBackend(referenceBackend);
    const expected = await runToEnd(new Training(config, data));
    setDefaultBackend(remoteBackend().backend);
    const training = new Training(config, data);
    expect(training.backend.name).toBe('remote');
    expect(await runToEnd(training)).toEqual(expected);
  });

  it('evaluates networks the same', async () => {
    const networks = (): ReturnType<typeof mlp>[] =>
      [1, 2].map((seed) => mlp([3, 3], { generator: new Generator(seed) }));
    setDefaultBackend(referenceBackend);
    const expected = evaluate(networks(), data, 2);
    setDefaultBackend(remoteBackend().backend);
    expect(await evaluateAsync(networks(), data, 2)).toEqual(expected);
  });
});
