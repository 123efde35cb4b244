import type { Parameter } from '@renyi/autodiff';
import { type Module, mlp, Optimizer, type OptimizerState, type PreparedStep, SGD } from '@renyi/nn';
import { ConfigError, Generator, memory, type Tensor, tensor, wasmBackend, zeros } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Cohort, type CohortOptions, type Student } from './cohort.js';
import { DivergedError } from './diverged-error.js';

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

const noStep: PreparedStep = { values: [], commit: () => undefined };
/** An optimizer that moves nothing, whatever it is asked to prepare. */
class Still extends Optimizer {
  constructor(
    override readonly parameters: readonly Parameter[] = [],
    override readonly prepare: (gradients: readonly Tensor[]) => PreparedStep = () => noStep,
  ) {
    super();
  }

  override stateDict(): OptimizerState {
    return { steps: 0, tensors: {} };
  }

  override loadStateDict(): void {}
  override setLearningRate(): void {}
}

describe('a cohort', () => {
  const alone = [1, 2, 3].flatMap((seed) => afterSteps(cohort({ alpha: 1.5 }, [seed])));

  it('of uncoupled students (alpha 0 or lambda 0) trains each as if alone, bit for bit', () => {
    expect(afterSteps(cohort({ alpha: 0 }))).toEqual(alone);
    expect(afterSteps(cohort({ alpha: 1.5, lambda: 0 }))).toEqual(alone);
  });

  it.each(['jacobi', 'gaussSeidel'] as const)(
    'has let go of what backward passes read before the first optimizer prepares a step: %s',
    (order) => {
      const [rows, width] = [256, 512];
      const bytes: number[] = [];
      const students = [1, 2, 3].map((seed): Student => {
        const module = mlp([8, width, 3], { generator: new Generator(seed) });
        const prepare = (): PreparedStep => {
          bytes.push(memory().backends['wasm']?.bytes ?? Number.NaN);
          return noStep;
        };
        return { module, optimizer: new Still(module.parameters(), prepare) };
      });
      const x = new Generator(4).normal([rows, 8], { backend: wasmBackend });
      const y = tensor(
        Array.from({ length: rows }, (_, row) => row % 3),
        { dtype: 'int32' },
      );
      new Cohort(students, { alpha: 1.5, order }).step(x, y);
      // A hidden layer is as large as a matrix of these; the gradients of three students are not.
      expect(bytes).toHaveLength(3);
      for (const used of bytes) expect(used).toBeLessThan(4 * rows * width);
    },
  );

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
    expect(() => pair.step(inputs, labels)).toThrow(
      /of student 1, batch rows 0, 1, .*\. Lower the learning rate/,
    );
    expect(bits(healthy.module)).toEqual(before);
  });
});

describe('a step that is refused moves nobody', () => {
  const expectNobodyMoves = (
    healthy: Student,
    other: Student,
    error: new (...args: never) => Error,
  ): void => {
    const before = bits(healthy.module);
    const pair = new Cohort([healthy, other], { alpha: 1 });
    expect(() => pair.step(inputs, labels)).toThrow(error);
    expect(bits(healthy.module)).toEqual(before);
  };

  it('because another optimizer throws', () => {
    const prepare = (): never => {
      throw new RangeError('no');
    };
    expectNobodyMoves(student(1), { ...student(2), optimizer: new Still([], prepare) }, RangeError);
  });

  it('because the step itself leaves the range of float32, where loss and gradient were finite', () => {
    const reckless = student(2, 1e39);
    const before = bits(reckless.module);
    expectNobodyMoves(student(1), reckless, DivergedError);
    expect(bits(reckless.module)).toEqual(before);
    expect(() => new Cohort([reckless], { alpha: 1 }).step(inputs, labels)).toThrow(
      /got weights beyond the range of their dtype after loss \d/,
    );
  });

  it('because a gradient overflows where the loss does not', () => {
    const module = mlp([4, 3], { generator: new Generator(1), dtype: 'float64' });
    const optimizer = new SGD(module.parameters(), { learningRate: 0.1 });
    const huge = tensor([[1e300, 0, 0, 0]], { dtype: 'float64' });
    const state = {
      '0.weight': zeros([3, 4], { dtype: 'float64' }),
      '0.bias': zeros([3], { dtype: 'float64' }),
    };
    module.loadStateDict(state);
    const label = tensor([0], { dtype: 'int32' });
    expect(() => new Cohort([{ module, optimizer }], { alpha: 1 }).step(huge, label)).toThrow(DivergedError);
    expect(bits(module)).toEqual(new Array<number>(15).fill(0));
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
    const teacher: Student = { module: frozen.module, optimizer: new Still() };
    const before = bits(frozen.module);
    new Cohort([learner, teacher], { alpha: 1.5 }).step(inputs, labels);
    expect(bits(frozen.module)).toEqual(before);
  });

  it('the gradient of each student is that of its own loss alone', () => {
    const seen: (readonly Tensor[])[] = [];
    const spy = (seed: number): Student => {
      const { module } = student(seed);
      const prepare = (gradients: readonly Tensor[]): PreparedStep => {
        seen.push(gradients);
        return noStep;
      };
      return { module, optimizer: new Still(module.parameters(), prepare) };
    };
    new Cohort([spy(1), spy(2)], { alpha: 1.5 }).step(inputs, labels);
    new Cohort([spy(1), { ...spy(2), optimizer: new Still() }], {
      alpha: 1.5,
    }).step(inputs, labels);
    expect(seen[2]?.map(String)).toEqual(seen[0]?.map(String));
  });
});
