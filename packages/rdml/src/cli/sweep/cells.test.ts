import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../index.js';
import { styleFor } from '../color.js';
import type { RunReport } from '../result.js';
import { type Outcome, sweepCells } from './cells.js';
import { type SweepJob, sweepJobs, type SweepPlan } from './plan.js';
import { sweepCsv } from './sweep-csv.js';
import { sweepTable, sweepVerdict } from './sweep-text.js';

const plan: SweepPlan = {
  schema: 1,
  base: defaultConfig,
  alphas: [1, 2],
  sizes: [2],
  seeds: [0, 1, 2, 3, 4],
};
const jobs = sweepJobs(plan);

/** A result with that mean accuracy, and plain values elsewhere. */
function resultOf(job: SweepJob, accuracy: number): RunReport {
  const score = { testAccuracy: accuracy, testNll: 1 - accuracy, testCalibrationError: 0.01 };
  const mean = { mean: score, ensemble: score };
  return {
    config: job.config,
    students: [score, score],
    ensemble: score,
    ensembleGain: 0,
    agreement: 0.99,
    divergence: 0.01,
    lastEpochs: mean,
    bestEpoch: { ...mean, epoch: 1 },
    reliability: [],
    sizes: { train: 1000, validation: 100, test: 1000 },
    run: { folder: 'x', seconds: 1, version: '0' },
  };
}

/** Noise of the seeds that all settings share, and what a setting adds. */
function outcomes(gain: (alpha: number, seed: number) => number | 'diverged'): Map<string, Outcome> {
  return new Map(
    jobs.map((job): [string, Outcome] => {
      const added = job.alpha === undefined ? 0 : gain(job.alpha as number, job.seed);
      if (added === 'diverged') return [job.id, { diverged: 'a loss is not finite' }];
      return [job.id, { result: resultOf(job, 0.9 + 0.05 * Math.sin(3 * job.seed) + added) }];
    }),
  );
}

describe('a sweep', () => {
  it('in which nothing differs says that no difference is found', () => {
    const cells = sweepCells(
      jobs,
      outcomes((alpha, seed) => 0.004 * Math.cos(5 * seed + alpha)),
    );
    expect(sweepVerdict(cells)).toMatch(/^No difference found: none of 2 settings differs .+ than 5 seeds/);
  });

  it('finds what is the same at every seed under noise ten times as large, and names the setting', () => {
    const cells = sweepCells(
      jobs,
      outcomes((alpha, seed) => (alpha === 2 ? 0.005 : 0) + 0.001 * Math.cos(5 * seed + alpha)),
    );
    const verdict = sweepVerdict(cells);
    expect(verdict).toMatch(/alpha 2 with 2 students did better by \+0\.00\d\d ± 0\.000\d \(p [=<] /);
    expect(verdict).not.toContain('alpha 1 with');
    expect(verdict).toMatch(/elsewhere it may not hold/);
    expect(cells[2]?.differences?.accuracy.pairs).toBe(5);
    expect(cells[2]?.adjustedP).toBeGreaterThan(cells[2]?.differences?.accuracy.p ?? 1);
  });

  it('says that a setting did worse, too', () => {
    const cells = sweepCells(
      jobs,
      outcomes((_, seed) => -0.01 - 0.001 * Math.cos(5 * seed)),
    );
    expect(sweepVerdict(cells)).toMatch(
      /alpha 1 with 2 students did worse .+; alpha 2 with 2 students did worse/,
    );
  });

  it('counts runs that diverged, and compares the others', () => {
    const cells = sweepCells(
      jobs,
      outcomes((alpha, seed) => (alpha === 2 && seed > 2 ? 'diverged' : 0)),
    );
    expect(cells[2]).toMatchObject({ diverged: 2, seeds: [0, 1, 2] });
    expect(cells[2]?.differences?.accuracy.pairs).toBe(3);
    expect(sweepVerdict(cells)).toMatch(/^No difference found.* 2 runs diverged\.$/);
    expect(
      sweepVerdict(
        sweepCells(
          jobs,
          outcomes(() => 'diverged'),
        ),
      ),
    ).toMatch(/^Nothing can be compared/);
  });

  it('of one seed claims nothing', () => {
    const single = sweepJobs({ ...plan, seeds: [0] });
    expect(
      sweepVerdict(
        sweepCells(
          single,
          outcomes(() => 0.05),
        ),
      ),
    ).toMatch(/^One seed is no evidence/);
  });

  it('is a table of at most 80 columns and a file for a spreadsheet', () => {
    const cells = sweepCells(
      jobs,
      outcomes((alpha) => 0.001 * alpha),
    );
    const lines = sweepTable(cells, styleFor(false)).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^independent {2}0\.\d{4} ± 0\.\d{4} +0\.\d{4} +0\.9900$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const csv = sweepCsv(cells).trimEnd().split('\n');
    expect(csv[0]).toMatch(/^students,alpha,runs,diverged,accuracy,accuracy_standard_error,/);
    expect(csv.map((line) => line.split(',').length)).toEqual(Array(4).fill(csv[0]?.split(',').length));
  });
});
