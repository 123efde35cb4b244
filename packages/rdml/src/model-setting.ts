import {
  checkObject,
  checkSettings,
  count,
  numeric,
  oneOf,
  probability,
  refuse,
  type Rule,
  width,
} from './config-rules.js';

/** What a network is given: numbers in rows; images [channels, height, width]; numbers of words, or of characters. */
export type ModelInput = 'numbers' | 'images' | 'words' | 'characters';

export const modelNames = [
  'mlp',
  'lenet',
  'googlenet',
  'resnet18',
  'resnet34',
  'resnet50',
  'seresnet50',
  'vgg16',
  'mobilenet',
  'densenet121',
  'vit',
  'fasttext',
  'charcnn',
] as const;

export type ModelName = (typeof modelNames)[number];

interface Kind {
  readonly takes: ModelInput;
  /** Its settings beside what the data say, and what each must be. */
  readonly options: Readonly<Record<string, Rule>>;
}

const filters = { width: numeric(width) };
const dropout = numeric(probability);

const kinds: Readonly<Record<ModelName, Kind>> = {
  mlp: { takes: 'numbers', options: {} },
  lenet: { takes: 'images', options: {} },
  googlenet: {
    takes: 'images',
    options: { shrink: numeric({ text: 'a number of at least 1', includes: (x) => x >= 1 }) },
  },
  resnet18: { takes: 'images', options: filters },
  resnet34: { takes: 'images', options: filters },
  resnet50: { takes: 'images', options: filters },
  seresnet50: { takes: 'images', options: { ...filters, reduction: numeric(count) } },
  vgg16: { takes: 'images', options: { ...filters, hidden: numeric(width), dropout } },
  mobilenet: { takes: 'images', options: filters },
  densenet121: { takes: 'images', options: { growth: numeric(width) } },
  vit: {
    takes: 'images',
    options: {
      ...filters,
      patch: numeric(count),
      depth: numeric(count),
      heads: numeric(count),
      dropout,
    },
  },
  fasttext: { takes: 'words', options: { dimensions: numeric(width) } },
  charcnn: {
    takes: 'characters',
    options: { features: numeric(width), hidden: numeric(width), dropout },
  },
};

/** A network by its name, or by its name with settings of its own, such as { name: 'resnet18', width: 16 }. */
export type ModelSetting = ModelName | NamedModel;

export interface NamedModel {
  readonly name: ModelName;
  readonly [option: string]: number | ModelName;
}

/** Whether a network is named, and given nothing but what it has. */
export const modelRule: Rule = (name, value) => {
  if (typeof value === 'string') return oneOf(modelNames)(name, value);
  checkObject(`${name}.`, value);
  const { name: model, ...options } = value as { readonly name?: unknown };
  oneOf(modelNames)(`${name}.name`, model);
  const known = kinds[model as ModelName].options;
  if (Object.keys(known).length === 0 && Object.keys(options).length > 0)
    refuse(name, `${String(model)} without settings of its own`, Object.keys(options).join(', '));
  checkSettings(`${name}.`, options, known);
};

/** The name and the settings apart. */
export function modelOf(setting: ModelSetting): {
  readonly name: ModelName;
  readonly options: Readonly<Record<string, number>>;
} {
  if (typeof setting === 'string') return { name: setting, options: {} };
  const { name, ...options } = setting;
  return { name, options: options as Readonly<Record<string, number>> };
}

export function inputOf(setting: ModelSetting): ModelInput {
  return kinds[modelOf(setting).name].takes;
}

/** How images are changed at random each time that they are learned from. */
export interface Augmentation {
  /** By how many pixels at most an image is shifted in both directions. */
  readonly crop?: number;
  /** With which probability it is mirrored left to right. */
  readonly flip?: number;
  /** By how many degrees at most it is turned. */
  readonly rotation?: number;
}

export const augmentRule: Rule = (name, value) =>
  checkSettings(`${name}.`, value, {
    crop: numeric(count),
    flip: numeric(probability),
    rotation: numeric({ text: 'an angle from 0 to 180', includes: (x) => x >= 0 && x <= 180 }),
  });

/** How texts become numbers. */
export interface TextSetting {
  /** How many words and n-grams, or characters, of a text count: 256 by default. */
  readonly length?: number;
  /** How many numbers words and n-grams are hashed to: 100,000 by default. */
  readonly buckets?: number;
  /** The longest run of words that has a number of its own: 1 by default. */
  readonly wordNgrams?: number;
}

export const textRule: Rule = (name, value) =>
  checkSettings(`${name}.`, value, {
    length: numeric(width),
    // Numbers of words are kept in float32.
    buckets: numeric({
      text: 'a whole number from 1 to 16000000',
      includes: (n) => Number.isInteger(n) && n >= 1 && n <= 16e6,
    }),
    wordNgrams: numeric({
      text: 'a whole number from 1 to 5',
      includes: (n) => Number.isInteger(n) && n >= 1 && n <= 5,
    }),
  });
