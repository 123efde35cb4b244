import { grad } from '@renyi/autodiff';
import { mlp, type Module, SGD } from '@renyi/nn';
import {
  add,
  ConfigError,
  crossEntropy,
  div,
  explain,
  Generator,
  mean,
  mul,
  type Tensor,
  tensor,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Cohort, type CohortOptions, type Student } from './cohort.js';
import { DivergedError } from './diverged-error.js';
import { renyiDivergence } from './divergence.js';
import type { Link } from './links.js';

const inputs = new Generator(100).normal([12, 4], { dtype: 'float64' });
const labels = tensor([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], { dtype: 'int32' });

function student(seed: number, learningRate = 0.1): Student {
  const module = mlp([4, 5, 3], { generator: new Generator(seed), dtype: 'float64' });
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

function afterSteps(trained: Cohort, steps = 4): number[][] {
  for (let step = 0; step < steps; step++) {
    trained.step(inputs, labels, { step, stepsPerEpoch: 2, epochs: 2 });
  }
  return trained.students.map(({ module }) => bits(module));
}

const alone = [1, 2, 3].flatMap((seed) => afterSteps(cohort({ alpha: 1.5 }, [seed])));

describe('links', () => {
  it('of all from all are the mesh', () => {
    const mesh = [0, 1, 2].flatMap((k) =>
      [0, 1, 2].filter((j) => j !== k).map((peer) => ({ peer, student: k })),
    );
    expect(afterSteps(cohort({ alpha: 2, links: mesh }))).toEqual(afterSteps(cohort({ alpha: 2 })));
  });

  it('of one student that differ in their peer alone are looked at in one call', () => {
    const divergences = (options: CohortOptions): number => {
      const trained = cohort(options, [1, 2, 3, 4]);
      const calls = explain(() => trained.step(inputs, labels));
      return calls.filter(({ primitive }) => primitive === 'renyi').length;
    };
    expect(divergences({ alpha: 2 })).toBe(4);
    const ofOrders = [1.5, 1.5, 2].map((alpha, peer): Link => ({ peer, student: 3, alpha }));
    expect(divergences({ alpha: 2, links: ofOrders })).toBe(2);
  });

  it('of weight 0 are no links, bit for bit', () => {
    const links: Link[] = [
      { peer: 0, student: 1 },
      { peer: 2, student: 1, weight: 0 },
    ];
    const without = cohort({ alpha: 2, links: links.slice(0, 1) });
    expect(afterSteps(cohort({ alpha: 2, links }))).toEqual(afterSteps(without));
  });

  it('that are missing leave a student as if alone, bit for bit: a teacher learns from nobody', () => {
    expect(afterSteps(cohort({ alpha: 2, links: 'none' }))).toEqual(alone);
    const [teacher, first, second] = afterSteps(cohort({ alpha: 2, links: 'teacher' }));
    expect(teacher).toEqual(alone[0]);
    expect([first, second]).not.toEqual(alone.slice(1));
  });

  it('of a ring let each student see the one before it, and no other', () => {
    const changed = (seeds: number[]): number[] => {
      const [, second] = afterSteps(cohort({ alpha: 2, links: 'ring' }, seeds), 1);
      return second as number[];
    };
    expect(changed([1, 2, 3])).toEqual(changed([1, 2, 9]));
    expect(changed([1, 2, 3])).not.toEqual(changed([9, 2, 3]));
  });

  it('with another order, weight and temperature give the gradient of the loss that is written down', () => {
    const link = { peer: 1, student: 0, alpha: 0.7, weight: 2.5, temperature: 3 };
    const pair = [student(1, 1), student(2, 1)] as const;
    const { module, optimizer } = pair[0];
    const [own, peer] = pair.map((one) => one.module.forward(inputs)) as [Tensor, Tensor];
    const loss = (z: Tensor): Tensor =>
      add(
        crossEntropy(z, labels),
        mul(mean(renyiDivergence(div(peer, 3), div(z, 3), 0.7)), 0.4 * 2.5 * 3 ** 2),
      );
    const [report] = new Cohort(pair, { alpha: 9, lambda: 0.4, links: [link] }).step(inputs, labels);
    expect(Math.abs((report?.loss ?? 0) - loss(own).item())).toBeLessThan(1e-12);
    // What the optimizer kept of the first step is its gradient: the bias of the last layer sums the cotangents.
    const velocity = optimizer.stateDict().tensors['3.momentum_buffer'] as Tensor;
    const cotangent = grad(loss)(own);
    const expected = [0, 1, 2].map((c) =>
      Array.from({ length: 12 }, (_, row) => cotangent.dataSync()[3 * row + c] as number).reduce(
        (a, b) => a + b,
      ),
    );
    for (const [c, value] of velocity.dataSync().entries()) {
      expect(Math.abs(value - (expected[c] as number))).toBeLessThan(1e-12);
    }
    expect(module.parameters()).toHaveLength(4);
  });
});

describe('the order of students', () => {
  it('does not matter under Jacobi updates, whatever the links: a relabeled cohort is the same cohort', () => {
    const generator = new Generator(7);
    for (let round = 0; round < 8; round++) {
      const size = 2 + (round % 4);
      const all = Array.from({ length: size }, (_, k) => k);
      const links: Link[] = all
        .flatMap((k) => all.filter((j) => j !== k).map((peer) => ({ peer, student: k })))
        .map((link) => ({
          ...link,
          weight: generator.uniform([1]).item(),
          alpha: 2 * generator.uniform([1]).item(),
        }));
      const order = Array.from(generator.permutation(size));
      const place = (k: number): number => order.indexOf(k);
      const relabeled = links.map((link) => ({
        ...link,
        peer: place(link.peer),
        student: place(link.student),
      }));
      const seeds = all.map((k) => 10 + k);
      const before = afterSteps(cohort({ alpha: 1, links }, seeds));
      const after = afterSteps(
        cohort(
          { alpha: 1, links: relabeled },
          order.map((k) => seeds[k] as number),
        ),
      );
      for (const k of all) {
        const [a, b] = [before[k] as number[], after[place(k)] as number[]];
        // Sums over up to 4 peers in another order: a few roundings a step, on weights of order 1.
        for (const [i, value] of a.entries()) expect(Math.abs(value - (b[i] as number))).toBeLessThan(1e-13);
      }
    }
  });
});

describe('what is scheduled', () => {
  it('is evaluated at the position of each step', () => {
    const fading = { kind: 'linear', from: 1, to: 0 } as const;
    const trained = cohort({ alpha: 1, lambda: fading });
    const position = { stepsPerEpoch: 1, epochs: 2 };
    const [first] = trained.step(inputs, labels, { ...position, step: 0 });
    const [last] = trained.step(inputs, labels, { ...position, step: 1 });
    expect(first?.loss).toBe((first?.baseLoss ?? 0) + (first?.mutualLoss ?? 0));
    expect(last).toMatchObject({ mutualLoss: 0, loss: last?.baseLoss });
  });

  it('needs a position', () => {
    const links: Link[] = [{ peer: 0, student: 1, weight: { kind: 'linear', from: 0, to: 1 } }];
    for (const options of [{ alpha: { kind: 'cosine', from: 2, to: 1 } } as const, { alpha: 1, links }]) {
      expect(() => cohort(options).step(inputs, labels)).toThrow(
        /got none\. Pass \{ step, stepsPerEpoch, epochs \}/,
      );
    }
  });
});

describe('lambda over alpha', () => {
  const mutual = (options: CohortOptions): number =>
    cohort(options).step(inputs, labels)[0]?.mutualLoss ?? Number.NaN;

  it('divides by the order', () => {
    const [plain, over] = (['plain', 'overAlpha'] as const).map((lambdaMode) =>
      mutual({ alpha: 4, lambdaMode }),
    );
    expect(Math.abs((plain as number) / 4 - (over as number))).toBeLessThan(1e-14);
  });

  it('tends to the reverse Kullback-Leibler divergence at order 0', () => {
    const limit = mutual({ alpha: 0, lambdaMode: 'overAlpha' });
    const near = mutual({ alpha: 1e-7, lambdaMode: 'overAlpha' });
    expect(limit).toBeGreaterThan(0);
    // D_alpha / alpha = KL(q || p) + O(alpha).
    expect(Math.abs(near / limit - 1)).toBeLessThan(1e-5);
  });

  it('makes no sense at order Infinity', () => {
    expect(() => cohort({ alpha: Number.POSITIVE_INFINITY, lambdaMode: 'overAlpha' })).toThrow(ConfigError);
  });
});

describe('each student', () => {
  it('may have a gradient norm of its own', () => {
    const still = { ...student(1), maxGradientNorm: 1e-12 };
    const before = bits(still.module);
    const moving = student(2);
    const start = bits(moving.module);
    new Cohort([still, moving], { alpha: 1 }).step(inputs, labels);
    const shift = (module: Module, from: number[]): number =>
      Math.hypot(...bits(module).map((value, i) => value - (from[i] as number)));
    expect(shift(still.module, before)).toBeLessThan(1e-12);
    expect(shift(moving.module, start)).toBeGreaterThan(1e-3);
  });

  it('that diverges through a link has it named, with the rows', () => {
    const confident = student(2);
    const zero = tensor(new Float64Array(15), { shape: [3, 5] });
    const rows = [Number.NEGATIVE_INFINITY, 0, 0];
    confident.module.loadStateDict({
      ...confident.module.stateDict(),
      '2.weight': zero,
      '2.bias': tensor(rows, { dtype: 'float64' }),
    });
    // A student that rules class 0 out, and a peer that does not: D_2(peer || student) is infinite.
    const learns = new Cohort([confident, student(1)], { alpha: 2, links: [{ peer: 1, student: 0 }] });
    const error = (() => {
      try {
        learns.step(inputs, tensor(new Int32Array(12).fill(1)));
      } catch (caught) {
        return caught;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(DivergedError);
    expect(error).toMatchObject({ student: 0, details: { link: { peer: 1, student: 0 } } });
    expect(String(error)).toMatch(
      /of student 0, from link 1 -> 0, batch rows 0, 1, 2, 3, 4, 5, 6, 7 and 4 more\. Lower/,
    );
    // Labels of the class that it rules out make its own loss infinite: no link is to blame.
    expect(() => new Cohort([confident], { alpha: 2 }).step(inputs, labels)).toThrow(
      /of student 0, batch rows 0, 3, 6, 9\./,
    );
  });
});
