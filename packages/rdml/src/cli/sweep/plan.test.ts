import { ConfigError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../index.js';
import { parseAlphas, parseJobs, parseSeeds, parseSizes, sweepJobs } from './plan.js';

describe('lists on the command line', () => {
  it('of orders: numbers, inf and schedules', () => {
    expect(parseAlphas('0.5,1,inf,cosine:2:0.5')).toEqual([
      0.5,
      1,
      Number.POSITIVE_INFINITY,
      { kind: 'cosine', from: 2, to: 0.5 },
    ]);
  });

  it('of seeds: numbers and ranges', () => {
    expect(parseSeeds('0-2,7, 9-9')).toEqual([0, 1, 2, 7, 9]);
  });

  it('of sizes', () => {
    expect(parseSizes('2,4')).toEqual([2, 4]);
  });

  it.each<[() => unknown, string]>([
    [() => parseAlphas('1,,2'), '--alpha to be different orders'],
    [() => parseAlphas('1,1.0'), '--alpha'],
    [() => parseSeeds('4-0'), '--seeds'],
    [() => parseSeeds('0-99999999999'), '--seeds'],
    [() => parseSeeds('-1'), '--seeds'],
    [() => parseSeeds('1,0-2'), '--seeds'],
    [() => parseSizes('0'), '--students'],
    [() => parseSizes('2,2'), '--students'],
    [() => parseSizes(''), '--students'],
    [() => parseJobs('0'), '--jobs'],
  ])('%s is refused with an example', (parse, expected) => {
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(expected);
    expect(parse).toThrow(/For example: --/);
  });
});

describe('the runs of a plan', () => {
  const jobs = sweepJobs({ schema: 1, base: defaultConfig, alphas: [1, 2], sizes: [2, 3], seeds: [5, 6] });

  it('are every setting with every seed, and independent training beside them', () => {
    expect(jobs).toHaveLength(2 * 2 * 3);
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(12);
    expect(jobs.slice(0, 3).map(({ id }) => id)).toEqual([
      'k2-independent-seed5',
      'k2-alpha1-seed5',
      'k2-alpha2-seed5',
    ]);
  });

  it('differ in size, seed, alpha and links alone, and train no baseline of their own', () => {
    for (const { config, size, seed, alpha } of jobs) {
      const links = alpha === undefined ? 'none' : defaultConfig.links;
      const expected = { ...defaultConfig, baseline: false, students: size, seed, links };
      expect(config).toEqual({ ...expected, alpha: alpha ?? defaultConfig.alpha });
    }
  });

  it('have names that every file system takes', () => {
    const alphas = [{ kind: 'cosine', from: 2, to: 0.5, every: 'step' }] as const;
    const [, job] = sweepJobs({ schema: 1, base: defaultConfig, alphas, sizes: [2], seeds: [0] });
    expect(job?.id).toBe('k2-alphacosine_2_0.5_step-seed0');
  });

  it('are refused as a whole where one of them is no configuration', () => {
    const base = { ...defaultConfig, perStudent: [{}, {}, { hidden: [3] }] };
    expect(() => sweepJobs({ schema: 1, base, alphas: [1], sizes: [3, 2], seeds: [0] })).toThrow(ConfigError);
  });
});
