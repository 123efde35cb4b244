import { ConfigError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import {
  defaultConfig,
  parseConfig,
  studentConfig,
  type TrainingConfig,
  type TrainingOverrides,
} from './config.js';
import { toJson } from './node/json.js';

describe('parseConfig', () => {
  it('fills in the defaults, which pass themselves', () => {
    expect(parseConfig({})).toEqual(defaultConfig);
    expect(parseConfig({ alpha: 2 })).toEqual({ ...defaultConfig, alpha: 2 });
  });

  it('is plain data: it survives JSON', () => {
    expect(parseConfig(JSON.parse(toJson(parseConfig({}))) as TrainingOverrides)).toEqual(defaultConfig);
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
    ['lambdaMode', ['inverse', 1, null]],
    ['temperature', [0, -1, Number.POSITIVE_INFINITY, { kind: 'sawtooth' }]],
    ['links', ['web', 3, null]],
    ['order', ['sor', 0]],
    ['maxGradientNorm', [0, -1, 'none']],
    ['baseline', ['yes', 1]],
    ['lastEpochs', [0, 1.5]],
    ['perStudent', ['none', 3]],
    ['model', ['perceptron', 3, null, [], { name: 'mlp', width: 3 }]],
    ['augment', [3, 'flip', null]],
    ['text', ['words', null, []]],
  ])('says what %s must be', (name, values) => {
    for (const value of values) {
      expect(() => parseConfig({ [name]: value }), String(value)).toThrow(ConfigError);
      expect(() => parseConfig({ [name]: value })).toThrow(`expected ${name} to be `);
    }
  });

  it('takes networks by name, with settings of theirs alone', () => {
    expect(parseConfig({ model: { name: 'vgg16', width: 8, dropout: 0 } }).model).toMatchObject({ width: 8 });
    const wrong: [unknown, RegExp][] = [
      [{ name: 'vgg16', width: 0 }, /model\.width to be a whole number from 1 to 65536; got 0/],
      [{ name: 'vgg16', depth: 3 }, /model with one of width, hidden, dropout; got depth/],
      [{ width: 3 }, /model\.name to be one of mlp, .*; got undefined/],
    ];
    for (const [model, message] of wrong)
      expect(() => parseConfig({ model } as TrainingOverrides)).toThrow(message);
    expect(() => parseConfig({ augment: { zoom: 2 } as never })).toThrow(
      /augment with one of crop, flip, rotation/,
    );
    expect(() => parseConfig({ augment: { flip: 2 } })).toThrow(/augment\.flip to be a probability/);
    expect(() => parseConfig({ text: { length: 0 } })).toThrow(/text\.length to be/);
  });

  it('refuses students that cannot be given the same texts', () => {
    const perStudent = [{}, { model: 'charcnn' as const }];
    expect(() => parseConfig({ model: 'fasttext', perStudent })).toThrow(
      /one kind for all students where one is fasttext: it takes words; got charcnn, which takes characters/,
    );
    expect(() => parseConfig({ model: 'resnet18', perStudent })).toThrow(/got resnet18, which takes images/);
  });

  it.each([null, [], 'alpha', 3])('refuses %j, which is no object', (settings) => {
    expect(() => parseConfig(settings as never)).toThrow(ConfigError);
  });

  it('refuses a name that it does not know, and lists those that it does', () => {
    expect(() => parseConfig({ alhpa: 1 } as never)).toThrow(/one of seed, .*alpha, .*; got alhpa/);
  });

  it('checks what is different for each student, and knows how many there are', () => {
    const perStudent = [{ hidden: [8], seed: 4 }, { learningRate: 0.01 }];
    expect(parseConfig({ perStudent }).perStudent).toEqual(perStudent);
    expect(studentConfig(parseConfig({ perStudent }), 1)).toMatchObject({
      learningRate: 0.01,
      hidden: [128],
    });
    expect(() => parseConfig({ perStudent: [{ learningRate: -1 }] })).toThrow(
      /perStudent\.0\.learningRate to be a finite number above 0; got -1/,
    );
    expect(() => parseConfig({ perStudent: [{ alpha: 1 } as never] })).toThrow(
      /perStudent\.0 with one of seed/,
    );
    expect(() => parseConfig({ students: 1, perStudent })).toThrow(/at most 1 entries/);
  });

  it('takes links as a list, and refuses those between students that there are not', () => {
    const links = [{ peer: 0, student: 1, alpha: 2 }];
    expect(parseConfig({ links }).links).toEqual(links);
    expect(() => parseConfig({ links: [{ peer: 0, student: 2 }] })).toThrow(/student from 0 to 1; got 2/);
  });

  it('takes a learning rate that ends at 0, but none that is 0 throughout', () => {
    const learningRate = { kind: 'cosine', from: 0.1, to: 0 } as const;
    expect(parseConfig({ learningRate }).learningRate).toEqual(learningRate);
  });

  it('is not fooled by a prototype in a file', () => {
    const overrides = JSON.parse('{ "__proto__": { "alpha": 3 } }') as TrainingOverrides;
    expect(() => parseConfig(overrides)).toThrow(/got __proto__/);
  });

  it('refuses fractions that leave nothing to train on', () => {
    expect(() => parseConfig({ testFraction: 0.6, validationFraction: 0.4 })).toThrow(ConfigError);
  });
});
