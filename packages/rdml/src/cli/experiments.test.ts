import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfig, studentConfig, type TrainingConfig } from '../index.js';
import { loadData } from './data/load.js';
import { writeMadeUp } from './data/made-up-files/write.js';
import { presetAlphas, presetConfig, presetNames, readPreset } from './preset.js';
import { newTraining } from './train.js';

const folder = mkdtempSync(join(tmpdir(), 'rdml-experiments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Expected = readonly [
  epochs: number,
  batch: number,
  rate: object,
  optimizer: string,
  momentum: number,
  decay: number,
];

const images: Expected = [
  200,
  128,
  { kind: 'steps', from: 0.1, factor: 0.2, over: 60 },
  'nesterov',
  0.9,
  5e-4,
];
const fineTuned = (from: number): Expected => [
  30,
  64,
  { kind: 'milestones', from, factor: 0.1, at: [16, 22] },
  'sgd',
  0.9,
  1e-4,
];
const words: Expected = [100, 16, { kind: 'steps', from: 0.5, factor: 0.5, over: 10 }, 'sgd', 0, 0];
const characters: Expected = [20, 128, { kind: 'steps', from: 1e-4, factor: 0.9, over: 3 }, 'adam', 0.9, 0];

/** As the authors' code and scripts have them: a second copy on purpose. */
const hyperparameters: Readonly<Record<string, Expected>> = {
  'agnews-charcnn': characters,
  'agnews-fasttext': words,
  'caltech256-vit': fineTuned(0.001),
  'cifar10-googlenet': images,
  'cifar10-resnet34': images,
  'cifar10-vgg16': images,
  'cifar100-googlenet': images,
  'cifar100-resnet34': images,
  'cifar100-seresnet50': images,
  'cifar100-vgg16': images,
  'cifar100-vgg16-resnet18': images,
  'dtd-vit': fineTuned(0.01),
  'yahoo-charcnn': characters,
  'yahoo-fasttext': words,
  'yelp-charcnn': characters,
  'yelp-fasttext': words,
};

describe('the experiments', () => {
  it('are those of the table', () => {
    expect(presetNames()).toEqual(Object.keys(hyperparameters));
  });

  it.each(Object.entries(hyperparameters))('%s has the hyperparameters of the authors', (name, expected) => {
    const preset = readPreset(name);
    const config = parseConfig(presetConfig(preset, false));
    const { epochs, batchSize, learningRate, optimizer, momentum, weightDecay } = config;
    expect([epochs, batchSize, learningRate, optimizer, momentum, weightDecay]).toEqual(expected);
    expect(config).toMatchObject({ students: 2, lambda: 1, links: 'mesh', order: 'jacobi', baseline: true });
    expect(config.augment).toEqual(name.startsWith('cifar') ? { crop: 4, flip: 0.5, rotation: 15 } : {});
    expect(config.maxGradientNorm).toBe(name.endsWith('vit') ? 5 : Number.POSITIVE_INFINITY);
    expect(presetAlphas(preset)).toBe(name === 'cifar100-vgg16-resnet18' ? '1,2' : '0.5,1,1.5,2');
  });

  it('mix networks where the authors do', () => {
    const config = parseConfig(presetConfig(readPreset('cifar100-vgg16-resnet18'), false));
    expect([0, 1].map((k) => studentConfig(config, k).model)).toEqual(['vgg16', 'resnet18']);
  });
});

describe('in their small size, on files in the format of their data,', () => {
  it.each(presetNames())(
    '%s trains',
    async (name) => {
      const preset = readPreset(name);
      const config: TrainingConfig = parseConfig({ ...presetConfig(preset, true), baseline: false });
      const source = await writeMadeUp(preset.data, folder);
      const loaded = await loadData(source, config);
      expect(loaded.test?.size).toBeGreaterThan(0);
      const training = newTraining(config, loaded, source);
      const before = training.weights();
      for (const _ of training.run());
      expect(training.epoch).toBe(config.epochs);
      const { validation, students } = training.history.at(-1) as (typeof training.history)[number];
      for (const { nll } of validation.students) expect(nll).toBeGreaterThan(0);
      for (const { loss, mutualLoss } of students)
        expect([Number.isFinite(loss), mutualLoss > 0]).toEqual([true, true]);
      for (const [k, weights] of training.weights().entries())
        expect(Object.values(weights)[0]).not.toBe(Object.values(before[k] ?? {})[0]);
    },
    300_000,
  );
});
