import { expect, test } from 'vitest';
import { parseConfig, type TrainingOverrides } from '../index.js';
import { modelText, optionsText, parseModel, parseOptions } from './option-text.js';

test.each(['mlp', 'resnet18:width=16', 'vgg16:width=8,hidden=64,dropout=0.25'])(
  'a model is written as it is read: %s',
  (text) => {
    const { model } = parseConfig({ model: parseModel(text) } as TrainingOverrides);
    expect(modelText(model)).toBe(text);
  },
);

test.each(['none', 'crop=4', 'crop=4,flip=0.5,rotation=15'])('options, too: %s', (text) => {
  expect(optionsText(parseOptions(text))).toBe(text);
});

test.each(['crop', 'crop=', 'crop=four', 'crop=4=5', 'crop:4', ''])(
  'what cannot be read is refused by its rule: %j',
  (text) => {
    expect(() => parseConfig({ augment: parseOptions(text) })).toThrow();
  },
);
