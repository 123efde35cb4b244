import { expect, test, vi } from 'vitest';
import { type Contender, consuming, type Group } from './contender.js';
import { measure } from './measure.js';
import { contend, NotInstalledError } from './peers/peer.js';
import type { MakeSampler } from './sampler.js';

/** Runs the work, and says that it took 100 ns, or 300 ns for a contender called slow. */
const pretended: MakeSampler = (name, run) => ({
  sample: () => {
    run();
    return name === 'slow' ? 300 : 100;
  },
  runs: 1,
});

function contender(name: string, compute: () => number[]): Contender {
  return { name, prepare: () => consuming(compute, (values) => [values]), expected: [[1, 2]] };
}

const exact = contender('exact', () => [1, 2]);

function group(...contenders: Contender[]): Group {
  return { name: 'planted', unit: 'ns', operations: 10, flops: 1000, tolerance: 1e-6, contenders };
}

const options = { seconds: 0, makeSampler: pretended };

test('a planted wrong contender is shown as wrong, with its error', async () => {
  const results = await measure(
    group(
      exact,
      contender('off', () => [1, 2.002]),
    ),
    options,
  );
  expect(results.map(({ contender: name, status }) => [name, status])).toEqual([
    ['exact', 'ok'],
    ['off', 'wrong'],
  ]);
  expect(results[1]?.error).toBeCloseTo(1e-3, 12);
});

test('one that is only sometimes wrong is judged by what it computed last', async () => {
  let runs = 0;
  const results = await measure(group(contender('decays', () => [1, ++runs > 3 ? 3 : 2])), options);
  expect(results[0]?.status).toBe('wrong');
});

test('a contender that throws is shown as failed, and the others are measured', async () => {
  const broken = contender('broken', () => {
    throw new Error('no such kernel\nand a long explanation');
  });
  const results = await measure(group(broken, exact), options);
  expect(results[0]).toMatchObject({ status: 'failed', message: 'no such kernel', samples: [] });
  expect(results[1]).toMatchObject({ status: 'ok' });
  expect(results[1]?.ratio).toBeUndefined();
});

test('a peer that is not on this machine is skipped, and what preparation started is ended', async () => {
  let closed = 0;
  const absent: Contender = {
    ...exact,
    name: 'absent',
    prepare: () => Promise.reject(new NotInstalledError('not installed')),
  };
  const remote: Contender = {
    name: 'remote',
    expected: [[1, 2]],
    prepare: () => ({
      run: () => undefined,
      values: () => [[1, 2]],
      sampler: { sample: () => 200, runs: 1 },
      close: () => {
        closed += 1;
      },
    }),
  };
  const results = await measure(group(exact, absent, remote), options);
  expect(results[1]).toMatchObject({ status: 'skipped', message: 'not installed' });
  expect(results[2]).toMatchObject({ status: 'ok', ratio: 2, time: { median: 20 } });
  expect(closed).toBe(1);
});

test('a task that a peer lacks is not offered, which is no failure', async () => {
  const input = { operation: 'exp', x: { shape: [1], values: new Float32Array(1) } } as never;
  const poor = contend('poor', () => Promise.resolve({ name: 'poor', tasks: {} }), 'elementwise', input, []);
  const [, result] = await measure(group(exact, poor), options);
  expect(result).toEqual({
    contender: 'poor',
    status: 'not-offered',
    message: 'no elementwise',
    samples: [],
  });
});

test('one that throws in the middle of the samples has failed too', async () => {
  let runs = 0;
  const tires = contender('tires', () => {
    if (++runs > 3) throw new Error('out of memory');
    return [1, 2];
  });
  const results = await measure(group(exact, tires), options);
  expect(results[1]).toMatchObject({ status: 'failed', message: 'out of memory' });
});

test('times are for one operation, rates for the whole run, ratios against the first', async () => {
  const results = await measure(
    group(
      exact,
      contender('slow', () => [1, 2]),
    ),
    options,
  );
  expect(results[0]).toMatchObject({ time: { median: 10 }, gflops: 10, ratio: 1 });
  expect(results[1]?.time?.median).toBe(30);
  expect(results[1]?.ratio).toBe(3);
});

test('a contender that takes seconds for each sample has had its turns after three, and the others go on', async () => {
  let clock = 0;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
  try {
    const makeSampler: MakeSampler = (name, run) => ({
      sample: () => {
        run();
        clock += name === 'slow' ? 3000 : 1;
        return name === 'slow' ? 3e9 : 1e6;
      },
      runs: 1,
    });
    const slow = contender('slow', () => [1, 2]);
    const results = await measure(group(exact, slow), { seconds: 0, makeSampler });
    expect(results.map(({ status, samples }) => [status, samples.length])).toEqual([
      ['ok', 5],
      ['ok', 3],
    ]);
    expect(results[1]?.ratio).toBe(3000);
  } finally {
    now.mockRestore();
  }
});
