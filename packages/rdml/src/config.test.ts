import { ConfigError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { defaultConfig, parseConfig, type TrainingConfig } from './config.js';

describe('parseConfig', () => {
  it('fills in the defaults, which pass themselves', () => {
    expect(parseConfig({})).toEqual(defaultConfig);
    expect(parseConfig({ alpha: 2 })).toEqual({ ...defaultConfig, alpha: 2 });
  });

  it('is plain data: it survives JSON', () => {
    expect(JSON.parse(JSON.stringify(parseConfig({})))).toEqual(defaultConfig);
  });

  it('reads an infinite order back from JSON', () => {
    expect(parseConfig(JSON.parse('{ "alpha": "inf" }')).alpha).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes every order from 0 to Infinity', () => {
    for (const alpha of [0, 1e-9, 1, 1e9, Number.POSITIVE_INFINITY])
      expect(parseConfig({ alpha }).alpha).toBe(alpha);
  });

  it.each<[keyof TrainingConfig, readonly unknown[]]>([
    ['seed', [-1, 1.5, 2 ** 53, Number.NaN, '1']],
    ['students', [0, 65, 1.5, Number.NaN]],
    ['hidden', [[0], [1.5], 64, [Number.NaN], 'wide']],
    ['alpha', [[2], true, -1, Number.NaN, Number.NEGATIVE_INFINITY, '1', null]],
    ['lambda', [-1, Number.NaN, Number.POSITIVE_INFINITY]],
    ['epochs', [0, 1.5, Number.POSITIVE_INFINITY]],
    ['batchSize', [0, 1.5]],
    ['learningRate', [0, -1, Number.NaN, Number.POSITIVE_INFINITY]],
    ['momentum', [-0.1, 1, Number.NaN]],
    ['weightDecay', [-1, Number.POSITIVE_INFINITY]],
    ['validationFraction', [0, 1, Number.NaN]],
    ['testFraction', [0, 1, -0.5]],
  ])('says what %s must be', (name, values) => {
    for (const value of values) {
      expect(() => parseConfig({ [name]: value }), String(value)).toThrow(ConfigError);
      expect(() => parseConfig({ [name]: value })).toThrow(`expected ${name} to be `);
    }
  });

  it.each([null, [], 'alpha', 3])('refuses %j, which is no object', (settings) => {
    expect(() => parseConfig(settings as never)).toThrow(ConfigError);
  });

  it('refuses a name that it does not know, and lists those that it does', () => {
    expect(() => parseConfig({ alhpa: 1 } as never)).toThrow(/one of seed, .*alpha, .*; got alhpa/);
  });

  it('refuses fractions that leave nothing to train on', () => {
    expect(() => parseConfig({ testFraction: 0.6, validationFraction: 0.4 })).toThrow(ConfigError);
  });
});
