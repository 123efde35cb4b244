import { expect, test } from 'vitest';
import { epochLine } from './progress.js';
import { barLine } from './progress-bar.js';
import { evaluationOf } from './testing/evaluation.js';

const evaluation = (...accuracies: number[]) => evaluationOf(accuracies, 0.978, { divergence: 0.00214 });

const step = { baseLoss: 0.1, mutualLoss: 0, loss: 0.104, gradientNorm: 1 };

test('an epoch is one line', () => {
  const validation = evaluation(0.972, 0.966);
  const students = [step, { ...step, loss: 0.098 }];
  const settings = { alpha: 1.5, lambda: 1, temperature: 1, learningRates: [0.1, 0.1] };
  const report = { epoch: 3, epochs: 30, students, validation, independent: validation, settings };
  expect(epochLine(report)).toBe(
    'epoch  3/30  loss 0.104 0.098  val acc 0.972 0.966  ensemble 0.978  divergence 0.0021',
  );
});

const state = {
  progress: 0.4321,
  epoch: 13,
  epochs: 30,
  secondsLeft: 3,
  validation: evaluation(0.972, 0.966),
};

test('the bar fills what the text leaves of the line', () => {
  expect(barLine(state, 80)).toBe(
    ' 43% ████░░░░░░░  epoch 13/30   3 s left  val acc 0.972 0.966  ensemble 0.978',
  );
});

test('before anything is known, there are only the bar and the epoch', () => {
  const start = { ...state, progress: 0, epoch: 1, secondsLeft: undefined, validation: undefined };
  expect(barLine(start, 80)).toBe(`  0% ${'░'.repeat(40)}  epoch  1/30`);
});

test('at the end no time is left', () => {
  const end = { ...state, progress: 1, secondsLeft: 0 };
  expect(barLine(end, 80)).toBe(
    '100% ██████████████████████  epoch 13/30  val acc 0.972 0.966  ensemble 0.978',
  );
});

test('many students are shown by their range, and a single one has no ensemble', () => {
  expect(barLine({ ...state, validation: evaluation(0.9, 0.8, 0.95, 0.85) }, 100)).toContain(
    'val acc 0.800..0.950  ',
  );
  expect(barLine({ ...state, validation: evaluation(0.9) }, 100)).toMatch(/val acc 0\.900$/);
});

test('it fits into every terminal', () => {
  for (let columns = 1; columns <= 200; columns++) {
    expect(barLine(state, columns).length, `${columns} columns`).toBeLessThanOrEqual(
      Math.max(0, columns - 3),
    );
  }
});
