import { type Module, mlp, SGD } from '@renyi/nn';
import { ConfigError, Generator, type Tensor, tensor, zeros } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Cohort, type CohortOptions, DivergedError, type Student } from './cohort.js';

const inputs = new Generator(100).normal([12, 4]);
const labels = tensor([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], { dtype: 'int32' });

function student(seed: number, learningRate = 0.1): Student {
  const module = mlp([4, 5, 3], { generator: new Generator(seed) });
  return { module, optimizer: new SGD(module.parameters(), { learningRate, momentum: 0.9, nesterov: true }) };
}

function cohort(options: CohortOptions, seeds = [1, 2, 3]): Cohort {
  return new Cohort(
    seeds.map((seed) => student(seed)),
    options,
  );
}

function bits(module: Module): number[] {
  return module.parameters().flatMap(({ value }) => Array.from(value.dataSync()));
}

function afterSteps(trained: Cohort, steps = 5): number[][] {
  for (let i = 0; i < steps; i++) trained.step(inputs, labels);
  return trained.students.map(({ module }) => bits(module));
}

describe('a cohort', () => {
  const alone = [1, 2, 3].flatMap((seed) => afterSteps(cohort({ alpha: 1.5 }, [seed])));

  it('of uncoupled students (alpha 0 or lambda 0) trains each as if alone, bit for bit', () => {
    expect(afterSteps(cohort({ alpha: 0 }))).toEqual(alone);
    expect(afterSteps(cohort({ alpha: 1.5, lambda: 0 }))).toEqual(alone);
  });

  it('of coupled students does not', () => {
    expect(afterSteps(cohort({ alpha: 1.5 }))).not.toEqual(alone);
  });

  it('gives the same bits every time', () => {
    expect(afterSteps(cohort({ alpha: 0.7 }))).toEqual(afterSteps(cohort({ alpha: 0.7 })));
  });

  it('with Jacobi updates does not care about the order of its students', () => {
    const forwards = afterSteps(cohort({ alpha: 2 }, [1, 2]));
    const backwards = afterSteps(cohort({ alpha: 2 }, [2, 1]));
    expect(backwards).toEqual([...forwards].reverse());
  });

  it('with Gauss-Seidel updates does', () => {
    const order = 'gaussSeidel';
    const forwards = afterSteps(cohort({ alpha: 2, order }, [1, 2]));
    const backwards = afterSteps(cohort({ alpha: 2, order }, [2, 1]));
    expect(backwards).not.toEqual([...forwards].reverse());
  });

  it('of identical students has no divergence, and stays identical', () => {
    const twins = cohort({ alpha: 1.5 }, [4, 4]);
    expect(twins.step(inputs, labels).map(({ mutualLoss }) => mutualLoss)).toEqual([0, 0]);
    const [first, second] = afterSteps(twins);
    expect(first).toEqual(second);
  });

  it('whose mutual part is all that matters draws its students together', () => {
    const pair = cohort({ alpha: 1, lambda: 100 }, [1, 2]);
    const slow = pair.students.map(({ module }) => ({
      module,
      optimizer: new SGD(module.parameters(), { learningRate: 0.003 }),
    }));
    const drawn = new Cohort(slow, { alpha: 1, lambda: 100 });
    const divergences = Array.from(
      { length: 40 },
      () => drawn.step(inputs, labels)[0]?.mutualLoss ?? Number.NaN,
    );
    expect(divergences.at(-1)).toBeLessThan((divergences[0] as number) / 10);
  });

  it('limits the gradient norm that moves the weights, and reports the one it was', () => {
    const [free] = cohort({ alpha: 1 }, [1]).step(inputs, labels);
    const plain = { module: mlp([4, 5, 3], { generator: new Generator(1) }) };
    const before = bits(plain.module);
    const optimizer = new SGD(plain.module.parameters(), { learningRate: 1 });
    const [report] = new Cohort([{ ...plain, optimizer }], { alpha: 1, maxGradientNorm: 0.01 }).step(
      inputs,
      labels,
    );
    expect(report).toEqual(free);
    const moved = Math.hypot(...bits(plain.module).map((value, i) => value - (before[i] as number)));
    // Each of the 38 weights is rounded to float32 where it is of order 1.
    expect(Math.abs(moved - 0.01)).toBeLessThan(Math.sqrt(38) * 2 ** -24);
  });
});

describe('a student that diverges', () => {
  const broken = (): Student => {
    const module = mlp([4, 3], { generator: new Generator(1) });
    module.loadStateDict({
      '0.weight': tensor(new Float32Array(12).fill(Infinity), { shape: [3, 4] }),
      '0.bias': zeros([3]),
    });
    return { module, optimizer: new SGD(module.parameters(), { learningRate: 0.1 }) };
  };

  it('is named, and nobody has moved', () => {
    const healthy = student(1);
    const before = bits(healthy.module);
    const pair = new Cohort([healthy, broken()], { alpha: 0 });
    expect(() => pair.step(inputs, labels)).toThrow(DivergedError);
    expect(() => pair.step(inputs, labels)).toThrow(/of student 1\. Lower the learning rate/);
    expect(bits(healthy.module)).toEqual(before);
  });
});

describe('settings that make no sense', () => {
  const students = [student(1)];

  it.each<[string, readonly Student[], CohortOptions]>([
    ['no students', [], { alpha: 1 }],
    ['a negative alpha', students, { alpha: -1 }],
    ['alpha NaN', students, { alpha: Number.NaN }],
    ['a negative lambda', students, { alpha: 1, lambda: -1 }],
    ['an infinite lambda', students, { alpha: 1, lambda: Number.POSITIVE_INFINITY }],
    ['an unknown order', students, { alpha: 1, order: 'sor' as never }],
    ['a gradient norm of 0', students, { alpha: 1, maxGradientNorm: 0 }],
  ])('%s', (_name, given, options) => {
    expect(() => new Cohort(given, options)).toThrow(ConfigError);
  });
});

describe('peers are constants', () => {
  it('a student alone with a frozen peer does not move it, and the peer gets no gradient', () => {
    const learner = student(1);
    const frozen = student(2);
    const teacher: Student = { module: frozen.module, optimizer: { parameters: [], step: () => undefined } };
    const before = bits(frozen.module);
    new Cohort([learner, teacher], { alpha: 1.5 }).step(inputs, labels);
    expect(bits(frozen.module)).toEqual(before);
  });

  it('the gradient of each student is that of its own loss alone', () => {
    const seen: (readonly Tensor[])[] = [];
    const spy = (seed: number): Student => {
      const { module } = student(seed);
      return {
        module,
        optimizer: { parameters: module.parameters(), step: (gradients) => void seen.push(gradients) },
      };
    };
    new Cohort([spy(1), spy(2)], { alpha: 1.5 }).step(inputs, labels);
    new Cohort([spy(1), { ...spy(2), optimizer: { parameters: [], step: () => undefined } }], {
      alpha: 1.5,
    }).step(inputs, labels);
    expect(seen[2]?.map(String)).toEqual(seen[0]?.map(String));
  });
});
