import { Dataset, type Module, mlp } from '@renyi/nn';
import { Generator, ShapeError, slice } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { compareRows } from './compare-rows.js';
import { ensembleProbabilities, evaluate, rowScores } from './evaluation.js';
import { atOnce } from './reading.js';
import type { RowComparison } from './training-events.js';

const data = new Dataset({
  inputs: Float32Array.from(new Generator(1).normal([20, 3]).dataSync()),
  labels: Int32Array.from({ length: 20 }, (_, i) => i % 4),
  features: 3,
  classes: 4,
});
const module = (seed: number): Module => mlp([3, 4], { generator: new Generator(seed) });

describe('ensembleProbabilities', () => {
  it('are those of each row alone, also where there are too many numbers for one pass', () => {
    const width = 2 ** 19;
    const wide = [1, 2].map((seed) => mlp([width, 2], { generator: new Generator(seed) }));
    const inputs = new Generator(3).normal([3, width]);
    const alone = [0, 1, 2].flatMap((row) =>
      Array.from(ensembleProbabilities(wide, slice(inputs, { axis: 0, start: row, stop: row + 1 }))),
    );
    // float32 sums of 2^19 terms, in an order that may depend on how many rows there are.
    for (const [i, p] of ensembleProbabilities(wide, inputs).entries())
      expect(p).toBeCloseTo(alone[i] ?? 9, 4);
  });
});

describe('evaluate', () => {
  it('gives an ensemble of equals the score of each, and no divergence', () => {
    const { students, ensemble, divergence } = evaluate([module(1), module(1)], data, 1.5);
    expect(students[0]).toEqual(students[1]);
    expect(ensemble.accuracy).toBe(students[0]?.accuracy);
    expect(ensemble.nll).toBeCloseTo(students[0]?.nll ?? Number.NaN, 12);
    expect(divergence).toBe(0);
  });

  it('averages the divergence over ordered pairs, so that the order of students does not matter', () => {
    const forwards = evaluate([module(1), module(2), module(3)], data, 2).divergence;
    const backwards = evaluate([module(3), module(2), module(1)], data, 2).divergence;
    expect(forwards).toBeGreaterThan(0);
    expect(backwards).toBeCloseTo(forwards, 12);
  });

  it('leaves each network in the mode in which it was', () => {
    const [training, evaluating] = [module(1).train(), module(2).eval()];
    evaluate([training, evaluating], data, 1);
    expect([training.training, evaluating.training]).toEqual([true, false]);
  });

  it('leaves each part of a network in its own mode, even when the network throws', () => {
    const network = module(1).train();
    const [, frozen] = network.modules();
    frozen?.eval();
    evaluate([network], data, 1);
    expect([network.training, frozen?.training]).toEqual([true, false]);
    const wrong = mlp([5, 4], { generator: new Generator(1) });
    expect(() => evaluate([wrong], data, 1)).toThrow(ShapeError);
    expect(wrong.training).toBe(true);
  });
});

describe('scores row by row', () => {
  const [mean, sum] = [
    (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length,
    (values: readonly number[]): number => values.reduce((a, b) => a + b, 0),
  ];

  it('have the scores of the whole as their means', () => {
    const networks = [module(1), module(2), module(3)];
    const { students, ensemble } = evaluate(networks, data, 1);
    const rows = rowScores(networks, data);
    expect(mean(rows.mean.accuracy)).toBeCloseTo(sum(students.map(({ accuracy }) => accuracy)) / 3, 12);
    expect(mean(rows.mean.nll)).toBeCloseTo(sum(students.map(({ nll }) => nll)) / 3, 12);
    expect(mean(rows.ensemble.accuracy)).toBeCloseTo(ensemble.accuracy, 12);
    expect(mean(rows.ensemble.nll)).toBeCloseTo(ensemble.nll, 12);
  });

  it('compared with themselves differ by nothing, and the other way round by the opposite', () => {
    const [a, b] = [[module(1), module(2)], [module(3)]] as const;
    expect(atOnce(compareRows(a, a, data)).mean.accuracy).toMatchObject({ difference: 0, p: 1, pairs: 20 });
    const [there, back] = [compareRows(a, b, data), compareRows(b, a, data)].map(atOnce) as [
      RowComparison,
      RowComparison,
    ];
    expect(back.mean.nll.difference).toBeCloseTo(-there.mean.nll.difference, 12);
    expect(back.mean.nll.p).toBeCloseTo(there.mean.nll.p, 12);
  });
});
