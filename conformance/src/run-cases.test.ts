import { describe, expect, it } from 'vitest';
import type { Adapter, Answers } from './adapter-contract.js';
import { compareNumbers } from './compare.js';
import type { GoldenCase, GoldenTensor } from './format.js';
import { runCase } from './run-cases.js';

const vector = (...data: GoldenTensor['data']): GoldenTensor => ({
  shape: [data.length],
  dtype: 'float64',
  data,
});

const doubling: GoldenCase = {
  id: 'double',
  op: 'double',
  tier: 'core',
  tags: [],
  attrs: {},
  inputs: { x: vector(1, 'NaN', '-Infinity') },
  outputs: { out: vector(2, 'NaN', '-Infinity') },
  cotangents: { out: vector(1, 10, 100) },
  grads: { x: vector(2, 20, 200) },
};

/** Twice x, with something to go wrong. */
function adapterOf(change: (right: Answers) => Answers): Adapter {
  return {
    name: 'doubling',
    runCase: (_, { x }, __, { out }) => {
      const twice = (numbers: readonly (number | boolean)[] = []): number[] =>
        numbers.map((v) => 2 * Number(v));
      return change({
        outputs: { out: { shape: [3], data: twice(x?.data) } },
        grads: { x: { shape: [3], data: twice(out?.data) } },
      });
    },
  };
}

const thrown = (error: unknown): Adapter => ({
  name: 'throwing',
  runCase: () => {
    throw error;
  },
  isTypedError: (e) => e instanceof RangeError,
});

const scaled = ({ shape, data }: Answers['grads'][string], factor: number): Answers['grads'][string] => ({
  shape,
  data: Array.from(data, (v) => Number(v) * factor),
});

describe('a case', () => {
  it('passes where all is right, with its error', async () => {
    expect(
      await runCase(
        adapterOf((right) => right),
        doubling,
        'float64',
      ),
    ).toEqual({ state: 'passed', error: 0 });
  });

  const faults: readonly [string, (right: Answers) => Answers, RegExp][] = [
    [
      'a gradient that is off by a factor 1.0005',
      ({ outputs, grads: { x } }) => ({
        outputs,
        grads: { x: scaled(x as Answers['grads'][string], 1.0005) },
      }),
      /gradient of x at 0 2\.001/,
    ],
    ['a missing gradient', ({ outputs }) => ({ outputs, grads: {} }), /gradient of x is missing/],
    ['a missing output', ({ grads }) => ({ outputs: {}, grads }), /output out is missing/],
    [
      'another shape with the right numbers',
      ({ outputs: { out }, grads }) => ({
        outputs: { out: { shape: [3, 1], data: out?.data ?? [] } },
        grads,
      }),
      /shape \[3, 1\] instead of \[3\]/,
    ],
    [
      'a number for NaN',
      ({ grads }) => ({ outputs: { out: { shape: [3], data: [2, 0, Number.NEGATIVE_INFINITY] } }, grads }),
      /at 1 0 instead of NaN/,
    ],
    [
      'the other infinity',
      ({ grads }) => ({
        outputs: { out: { shape: [3], data: [2, Number.NaN, Number.POSITIVE_INFINITY] } },
        grads,
      }),
      /at 2 Infinity instead of -Infinity/,
    ],
    [
      'too few numbers',
      ({ grads }) => ({ outputs: { out: { shape: [3], data: [2, Number.NaN] } }, grads }),
      /2 numbers instead of 3/,
    ],
  ];

  it.each(faults)('fails for %s', async (_, change, fault) => {
    const verdict = await runCase(adapterOf(change), doubling, 'float64');
    expect(verdict).toMatchObject({ state: 'failed', fault: expect.stringMatching(fault) });
  });

  it('is skipped where the library lacks the operation, and fails where it breaks', async () => {
    const lacking = Object.assign(new Error('no such operation'), { unsupported: true });
    expect(await runCase(thrown(lacking), doubling, 'float64')).toMatchObject({ state: 'skipped' });
    const broken = await runCase(thrown(new TypeError('x of undefined')), doubling, 'float64');
    expect(broken).toMatchObject({ state: 'failed', fault: 'throws TypeError: x of undefined' });
  });
});

describe('bad input', () => {
  const bad: GoldenCase = { ...doubling, tier: 'error' };

  it('must be refused with an error of the library’s own', async () => {
    expect(await runCase(thrown(new RangeError('bad')), bad, 'float64')).toMatchObject({ state: 'passed' });
    expect(await runCase(thrown(new TypeError('bad')), bad, 'float64')).toMatchObject({ state: 'failed' });
    expect(
      await runCase(
        adapterOf((right) => right),
        bad,
        'float64',
      ),
    ).toMatchObject({ fault: 'accepts bad input' });
  });
});

describe('a program', () => {
  const golden: GoldenCase = { id: 'steps', op: 'optimizer', tier: 'core', tags: [], attrs: {} };
  const stepping = (got: number): Adapter => ({
    ...adapterOf((right) => right),
    optimizer: () => [{ name: 'w', got: [got], want: [1] }],
  });

  it('has ten times the tolerance, and is skipped by an adapter that does not run it', async () => {
    expect(await runCase(stepping(1 + 9e-9), golden, 'float64')).toMatchObject({ state: 'passed' });
    expect(await runCase(stepping(1 + 11e-9), golden, 'float64')).toMatchObject({ state: 'failed' });
    expect(
      await runCase(
        adapterOf((right) => right),
        golden,
        'float64',
      ),
    ).toMatchObject({ state: 'skipped' });
  });
});

describe('numbers that float32 cannot hold', () => {
  it('are infinite there, or lost along a trajectory', () => {
    const faultOf = (a: number, options?: { mayBeLost: boolean }) =>
      compareNumbers([a], [-1e39], 'float32', options).fault;
    expect(faultOf(Number.NEGATIVE_INFINITY)).toBeUndefined();
    expect(faultOf(Number.POSITIVE_INFINITY)).toBeDefined();
    expect(faultOf(Number.NaN)).toBeDefined();
    expect(faultOf(Number.NaN, { mayBeLost: true })).toBeUndefined();
    expect(compareNumbers([Number.NaN], [-1e38], 'float32', { mayBeLost: true }).fault).toBeDefined();
  });
});
