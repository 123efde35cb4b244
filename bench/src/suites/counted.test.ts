import { referenceBackend, wasmBackend } from '@renyi/tensor';
import { expect, it } from 'vitest';
import { heapSampler, linearSampler } from '../allocating.js';
import type { Group } from '../contender.js';
import { measure } from '../measure.js';
import { memory } from './memory.js';
import { sizes } from './sizes.js';
import { startUp } from './start-up.js';
import type { SuiteOptions } from './suite.js';

const options: SuiteOptions = {
  sizes: [16],
  backends: new Map([
    ['wasm', wasmBackend],
    ['reference', referenceBackend],
  ]),
  peers: new Map(),
};

it('counts what a run leaves on the heap', () => {
  let kept: unknown;
  const { sample } = heapSampler(() => {
    kept = new Float64Array(100_000);
  });
  const bytes = sample();
  expect(kept).toBeDefined();
  expect(bytes).toBeGreaterThanOrEqual(800_000);
  expect(bytes).toBeLessThan(1_000_000);
});

it('counts the blocks of linear memory, and the most at once', async () => {
  const { scope, full } = await import('@renyi/tensor');
  const run = (): void =>
    scope(() => {
      // 4 bytes each, in blocks of 64 bytes and sizes of 5, 6, 7 or 8 times a power of 2.
      for (let i = 0; i < 10; i++) scope(() => void full([5120], i, { backend: wasmBackend }).add(1));
    });
  expect(linearSampler(wasmBackend, run, 'peak').sample()).toBeLessThan(100_000);
  expect(linearSampler(wasmBackend, run, 'allocated').sample()).toBeGreaterThan(200_000);
  expect(() => linearSampler(referenceBackend, run, 'peak')).toThrow('no linear memory');
});

it('a step has its figures of memory', async () => {
  const groups: string[] = [];
  for await (const group of memory.groups(options)) {
    const results = await measure(group, { seconds: 0 });
    expect(
      results.map(({ status }) => status),
      group.name,
    ).toEqual(results.map(() => 'ok'));
    groups.push(group.name);
    if (groups.length === 3) break;
  }
  expect(groups).toHaveLength(3);
});

it('every entry starts in a process of its own, and multiplies matrices', async () => {
  const groups: Group[] = [];
  for await (const group of startUp.groups(options)) groups.push(group);
  const [imports, products] = groups;
  expect(imports?.contenders.map(({ name }) => name)).toContain('@renyi/rdml/node');
  const own = products?.contenders.find(({ name }) => name === '@renyi/tensor');
  const prepared = await own?.prepare();
  expect(prepared?.values()).toEqual(own?.expected);
  expect(prepared?.sampler?.sample()).toBeGreaterThan(0);
});

it('a bundle of one function is smaller than all of the package, and gzipped smaller still', async () => {
  const of = new Map<string, number[]>();
  for await (const { contenders } of sizes.groups(options)) {
    for (const { name, prepare } of contenders.filter((own) => own.name.includes('@renyi/tensor'))) {
      const prepared = await prepare();
      of.set(name, [...(of.get(name) ?? []), prepared.sampler?.sample() ?? Number.NaN]);
    }
  }
  const [all, allGzipped] = of.get('@renyi/tensor') as [number, number];
  const [one] = of.get('of @renyi/tensor: tensor, matmul') as [number];
  expect(allGzipped).toBeLessThan(all / 2);
  expect(one).toBeLessThan(all);
});
