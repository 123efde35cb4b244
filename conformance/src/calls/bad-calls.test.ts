import { readFileSync } from 'node:fs';
import * as api from '@renyi/tensor';
import { defaultBackend, referenceBackend, setDefaultBackend, TensorError } from '@renyi/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Call, plain } from './argument.js';
import { badCalls } from './faults.js';
import { networkCalls } from './network-calls.js';
import { specialFaults } from './special-faults.js';
import { tensorCalls } from './tensor-calls.js';

const before = defaultBackend();
beforeAll(() => setDefaultBackend(referenceBackend));
afterAll(() => setDefaultBackend(before));

/** What a bad call does instead of throwing the error that it should; undefined where it does. */
function misdeed(operation: string, error: string, run: () => unknown): string | undefined {
  try {
    run();
  } catch (thrown) {
    if (!(thrown instanceof TensorError)) return `throws an untyped ${String(thrown)}`;
    const { name, message, expected, got } = thrown;
    if (thrown.operation !== operation) return `speaks of ${thrown.operation}: ${message}`;
    if (name !== error) return `throws a ${name}: ${message}`;
    const isSaid = expected !== '' && message.startsWith(`${operation}: expected ${expected}; got ${got}`);
    return isSaid ? undefined : `does not say what was expected and what came: ${message}`;
  }
  return 'is accepted';
}

const ofTensors = Object.values(tensorCalls).flat();
const calls = [...ofTensors, ...networkCalls];
const named = calls.map((call) => [call.name, call] as const);

describe('what is right is taken', () => {
  it.each(named)('by %s', (_, { f, args }) => {
    expect(() => (f as (...given: unknown[]) => unknown)(...args().map(plain))).not.toThrow();
  });
});

describe('an argument that is wrong for what it is for is refused in the name of the function, with what was expected and what came', () => {
  it.each(named)('by %s', (name, call) => {
    const misdeeds = badCalls(call).map(({ what, error, run }) => [what, misdeed(name, error, run)]);
    expect(misdeeds.filter(([, found]) => found !== undefined)).toEqual([]);
  });

  it('in more than 2,000 ways', () => {
    expect(calls.flatMap(badCalls).length).toBeGreaterThan(2000);
  });
});

describe('so are arguments that do not belong together, or are out of range', () => {
  it.each(specialFaults)('%s throws a %s for %s', (name, error, _, call) => {
    expect(misdeed(name, error, call)).toBeUndefined();
  });
});

describe('the check itself', () => {
  const call = (f: (x: api.Tensor) => unknown): Call => ({ name: 'abs', f, args: () => [api.zeros([2])] });
  const misdeedsOf = (f: (x: api.Tensor) => unknown): (string | undefined)[] =>
    badCalls(call(f)).map(({ error, run }) => misdeed('abs', error, run));

  it('notices bad input that is accepted, breaks something, or is refused in another name or by another class', () => {
    expect(misdeedsOf(api.abs).every((found) => found === undefined)).toBe(true);
    expect(misdeedsOf((x) => x)).toContain('is accepted');
    expect(misdeedsOf((x) => x.shape.length)).toContainEqual(
      expect.stringMatching(/^throws an untyped TypeError/),
    );
    expect(misdeedsOf(api.exp)).toContainEqual(expect.stringMatching(/^speaks of exp/));
    const other = () => {
      throw new api.ShapeError('abs', { expected: 'a tensor', got: 'null' });
    };
    expect(misdeedsOf(other)).toContainEqual(expect.stringMatching(/^throws a ShapeError/));
    const silent = () => {
      throw new api.DTypeError('abs', { expected: '', got: '' });
    };
    expect(misdeedsOf(silent)).toContainEqual(expect.stringMatching(/^does not say/));
  });
});

/** What an entry exports from the modules whose paths match. */
function exportsFrom(entry: string, modules: RegExp): string[] {
  const text = readFileSync(new URL(`../../../packages/${entry}`, import.meta.url), 'utf8');
  const lists = [...text.matchAll(/export \{([^}]*)\} from '([^']+)'/g)];
  return lists
    .filter(([, , path]) => modules.test(path as string))
    .flatMap(([, names]) => (names as string).split(',').map((name) => name.trim()))
    .filter((name) => name !== '' && !name.startsWith('type '));
}

describe('nothing is left out', () => {
  it('of the public functions that make or take tensors', () => {
    const names = exportsFrom('tensor/src/index.ts', /^\.\/(ops\/|create\.js|sequences\.js)/);
    const covered = new Set(ofTensors.map(({ name }) => name));
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !covered.has(name))).toEqual([]);
  });

  it('of the losses', () => {
    const covered = new Set(networkCalls.map(({ name }) => name));
    const names = exportsFrom('nn/src/index.ts', /^\.\/losses\//);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !covered.has(name))).toEqual([]);
  });
});
