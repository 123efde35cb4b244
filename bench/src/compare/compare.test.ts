import { expect, test } from 'vitest';
import { type Contender, consuming, type Group } from '../contender.js';
import { answering, type NamedGroup } from './answers.js';
import { launch, type Launch, type Side } from './launch.js';
import { reportOf } from './report.js';

/** What a task takes and gives, in the base and now. */
interface Planted {
  readonly nanoseconds: number;
  readonly result: number;
}

/** A program with these tasks; its samples are what was planted, within a percent. */
function side(tasks: Readonly<Record<string, Planted>>, seed: number): Side {
  const contenders = Object.entries(tasks).map(
    ([name, { result }]): Contender => ({
      name,
      expected: [[2]],
      prepare: () =>
        consuming(
          () => [result],
          (values) => [values],
        ),
    }),
  );
  const group: Group = { name: 'sums', unit: 'ns', operations: 10, tolerance: 1e-6, contenders };
  async function* groups(): AsyncGenerator<NamedGroup> {
    yield { suite: 'planted', group };
  }
  let taken = seed;
  return answering(groups(), (name, run) => ({
    runs: 1,
    sample: () => {
      run();
      taken += 1;
      return (tasks[name]?.nanoseconds ?? 0) * (1 + 0.01 * Math.sin(12.9898 * taken));
    },
  }));
}

async function launches(
  base: Readonly<Record<string, Planted>>,
  now: Readonly<Record<string, Planted>>,
): Promise<Launch[]> {
  const all: Launch[] = [];
  for (let i = 0; i < 8; i++) all.push(await launch(side(base, 100 * i), side(now, 100 * i + 50), 5));
  return all;
}

const right = { nanoseconds: 100, result: 2 };

test('a planted slowdown is found and named, with its ratio, interval and times', async () => {
  const { text, isWell } = reportOf(
    await launches(
      { steady: right, slowed: right },
      { steady: right, slowed: { ...right, nanoseconds: 150 } },
    ),
  );
  expect(text).toMatch(
    /planted: sums: slowed {2}1\.\d\dx {2}1\.4\d \.\. 1\.5\d {2}\d+\.\d ns\/op {2}\d+\.\d ns\/op {2}slower/,
  );
  expect(text).toContain('no change beyond noise in 1 of 2 tasks');
  expect(isWell).toBe(false);
});

test('without a change nothing is named', async () => {
  const { text, isWell } = reportOf(await launches({ steady: right }, { steady: right }));
  expect(text).toMatch(
    /^no change beyond noise in 1 of 1 tasks; half of them would have shown one of \d+ %$/,
  );
  expect(isWell).toBe(true);
});

test('a kernel that gives wrong numbers now is named with its error, however fast', async () => {
  const { text, isWell } = reportOf(
    await launches({ kernel: right }, { kernel: { nanoseconds: 10, result: 2.002 } }),
  );
  expect(text).toContain('WRONG (error 1.0e-3): planted: sums: kernel');
  expect(text).toContain('faster');
  expect(isWell).toBe(false);
});

test('one that was wrong before is no news, and one that is right again is told', async () => {
  const wrong = { ...right, result: 3 };
  const same = reportOf(await launches({ kernel: wrong }, { kernel: wrong }));
  expect(same.text).toContain('WRONG (error 5.0e-1), as before: planted: sums: kernel');
  expect(same.isWell).toBe(true);
  const mended = reportOf(await launches({ kernel: wrong }, { kernel: right }));
  expect(mended.text).toContain('right now, and before WRONG (error 5.0e-1): planted: sums: kernel');
});

test('samples are taken in turns, and who begins changes from round to round', async () => {
  const order: string[] = [];
  const noting =
    (name: string, own: Side): Side =>
    (question) => {
      if (question.ask === 'sample') order.push(name);
      return own(question);
    };
  await launch(noting('A', side({ one: right }, 0)), noting('B', side({ one: right }, 0)), 3);
  expect(order.join('')).toBe('ABBAAB');
});

test('two programs with different tasks are not compared', async () => {
  const none: Side = () => Promise.resolve({ answer: 'end' });
  await expect(launch(side({ one: right }, 0), none, 1)).rejects.toThrow(
    'the two programs differ in their tasks: planted: sums, none (end)',
  );
});
