import { referenceBackend, wasmBackend } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import type { Prepared } from '../contender.js';
import { measure } from '../measure.js';
import type { Peer } from '../peers/peer.js';
import { plain } from '../peers/plain.js';
import { renyi } from '../peers/renyi.js';
import { batchNorm } from './batch-norm.js';
import { bind } from './bind.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { growth } from './growth.js';
import { matmul } from './matmul.js';
import { pooling } from './pooling.js';
import { reduce } from './reduce.js';
import { renyi as renyiSuite } from './renyi.js';
import { softmax } from './softmax.js';
import { step } from './step.js';

/** Correct but for a factor: what a kernel would do that forgets one element of a hundred. */
function planted(): Promise<Peer> {
  const { tasks } = renyi(wasmBackend);
  const wrong = Object.entries(tasks).map(([name, prepare]) => [
    name,
    async (input: never) => {
      const prepared: Prepared = await (prepare as (own: never) => Prepared | Promise<Prepared>)(input);
      return {
        ...prepared,
        values: () => prepared.values().map((own) => Array.from(own, (value) => 1.01 * value)),
      };
    },
  ]);
  return Promise.resolve({ name: 'planted', tasks: Object.fromEntries(wrong) as Peer['tasks'] });
}

const options = {
  sizes: [16],
  backends: new Map([['wasm', wasmBackend]]),
  peers: new Map([
    ['plain', plain],
    ['planted', planted],
  ]),
};

/** One run a sample: what is measured is not what the test is about. */
const makeSampler = (_: string, run: () => void): { sample: () => number; runs: number } => ({
  sample: () => {
    run();
    return 1;
  },
  runs: 1,
});

/** Near alpha = 1, where the composite cancels nearly all of its digits. */
const textbooks = [
  ['textbook, float32', 'wrong'],
  ['textbook, float64', 'ok'],
];

/** How many groups of a suite are run: enough for each kind of work that it has. */
const suites = {
  matmul: { suite: matmul, groups: 5 },
  bind: { suite: bind, groups: 2 },
  elementwise: { suite: elementwise, groups: 1 },
  softmax: { suite: softmax, groups: 3 },
  reduce: { suite: reduce, groups: 10 },
  convolution: { suite: convolution, groups: 2 },
  pooling: { suite: pooling, groups: 4 },
  'batch-norm': { suite: batchNorm, groups: 2 },
  renyi: { suite: renyiSuite, groups: 2 },
  step: { suite: step, groups: 1 },
  growth: { suite: growth, groups: 1 },
};

describe.each(Object.entries(suites))('the suite %s', (_, { suite, groups }) => {
  it('gives right results, and shows a wrong one', async () => {
    let taken = 0;
    for await (const group of suite.groups(options)) {
      const results = await measure(group, { seconds: 0, makeSampler });
      // Plain loops have no derivatives, and say so.
      const plainly =
        results.find(({ contender }) => contender === 'plain')?.status === 'ok' ? 'ok' : 'not-offered';
      const statuses = results.map(({ contender, status }) => [contender, status]);
      const scoped = /^x \+ y|^\d+ x \d+ times/.test(group.name) ? [['renyi wasm in a scope', 'ok']] : [];
      expect(statuses, group.name).toEqual([
        ['renyi wasm', 'ok'],
        ...scoped,
        ['plain', plainly],
        ['planted', 'wrong'],
        ...(suite === renyiSuite ? textbooks : []),
      ]);
      taken += 1;
      if (taken === groups) break;
    }
    expect(taken).toBe(groups);
  });
});

it('a step of a small network for images is the same on both backends', async () => {
  const images = { ...options, backends: new Map([['reference', referenceBackend], ...options.backends]) };
  const { cnnGroup } = await import('./step.js');
  const results = await measure(await cnnGroup(images, 2), { seconds: 0, makeSampler });
  expect(results.map(({ status }) => status)).toEqual(['ok', 'ok', 'not-offered', 'wrong']);
});
