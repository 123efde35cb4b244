import { Dataset } from '@renyi/nn';
import { expect, test } from 'vitest';
import { defaultConfig, type Paired, type TrainingResult } from '../index.js';
import { styleFor } from './color.js';
import { pClause, reading, verdict } from './reading.js';
import { summary } from './summary.js';
import { evaluationOf } from './testing/evaluation.js';

const dataset = new Dataset({
  inputs: new Float32Array(1800 * 4),
  labels: new Int32Array(1800),
  features: 4,
  classes: 3,
  name: 'iris',
});

const small: Paired = { difference: 0.005, standardError: 0.007, pairs: 360, p: 0.48 };
const compared = { accuracy: small, nll: small };

const result: TrainingResult = {
  config: { ...defaultConfig, hidden: [16, 8], epochs: 30, seed: 0, alpha: 1.5, lambda: 1, students: 2 },
  sizes: { train: 1260, validation: 180, test: 360 },
  test: evaluationOf([0.975, 0.965], 0.98),
  independent: evaluationOf([0.965, 0.965], 0.97),
  last: [],
  best: { cohort: { epoch: 1, test: evaluationOf([], 0.9) } },
  reliability: { cohort: [] },
  comparison: { mean: compared, ensemble: compared },
};

test('a person sees the data, the table, an honest reading and where the run is', () => {
  expect(
    summary(
      result,
      dataset,
      { folder: 'runs/x', seconds: 2.345, page: 'runs/x/report.html' },
      styleFor(false),
    ),
  ).toBe(`\
data        iris: 1,800 rows, 4 features, 3 classes
split       1,260 train, 180 validation, 360 test
cohort      2 students 4-16-8-3, alpha 1.5, lambda 1, seed 0
training    30 epochs in 2.3 s
divergence  0.0123 (independent: 0.0123) nats between students
agreement   0.9000 (independent: 0.9000) of the test rows

                      test accuracy                    test NLL (nats)
             mutual  independent  difference   mutual  independent  difference
student 0    0.9750       0.9650     +0.0100   0.0250       0.0350     -0.0100
student 1    0.9650       0.9650      0.0000   0.0350       0.0350      0.0000
mean         0.9700       0.9650     +0.0050   0.0300       0.0350     -0.0050
ensemble     0.9800       0.9700     +0.0100   0.0200       0.0300     -0.0100

No difference found (mean accuracy of mutual minus independent training,
+0.0050 ± 0.0070 standard error, paired over 360 test rows; p = 0.48). One
seed is no evidence: rdml sweep repeats over seeds.

run folder: runs/x
report: runs/x/report.html
`);
});

test('nothing is wider than a terminal, whatever the numbers', () => {
  const config = { ...result.config, alpha: Number.POSITIVE_INFINITY };
  const nll = Number.POSITIVE_INFINITY;
  const extreme = evaluationOf([], 0, {
    students: [1e-9, 0.5].map((accuracy) => ({ accuracy, nll, calibrationError: 1 })),
    ensemble: { accuracy: 0, nll: 123_456, calibrationError: 1 },
    divergence: 1e6,
  });
  const text = summary(
    { ...result, config, test: extreme },
    dataset,
    { folder: 'runs/x', seconds: 1e5, page: 'p' },
    styleFor(false),
  );
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toContain('alpha inf');
});

test('what is said of a difference follows from how likely chance is to make it', () => {
  expect(verdict(small)).toBe('No difference found');
  expect(verdict({ ...small, p: 0.049 })).toMatch(/better/);
  expect(verdict({ ...small, difference: -0.005, p: 0.049 })).toMatch(/worse/);
  expect([0.413, 0.0134, 0.00002].map((p) => pClause({ p }))).toEqual(['p = 0.41', 'p = 0.013', 'p < 0.001']);
});

test.each([
  [{ alpha: 0 }, 'At alpha 0'],
  [{ lambda: 0 }, 'At lambda 0'],
  [{ students: 1 }, 'One student has no peers'],
])('where students learn nothing from each other, it says so: %o', (change, start) => {
  const text = reading({ ...result, config: { ...result.config, ...change } });
  expect(text).toMatch(new RegExp(`^${start}.*both columns are the same training\\.$`));
});

test('without a baseline there is one column of each, and nothing is claimed', () => {
  const { independent: _, comparison: __, ...alone } = result;
  const text = summary(alone, dataset, { folder: 'runs/x', seconds: 1, page: 'p' }, styleFor(false));
  expect(text).toContain('student 0             0.9750            0.0250\n');
  expect(text).toContain('nothing to compare with');
  expect(text).not.toContain('independent');
});
