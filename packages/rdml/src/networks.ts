import type { Module } from '@renyi/nn';
import { charCnnAlphabet } from '@renyi/nn/data';
import {
  CharCNN,
  DenseNet121,
  FastText,
  GoogLeNet,
  type ImageModelOptions,
  LeNet,
  MobileNet,
  resnet18,
  resnet34,
  resnet50,
  seResnet50,
  VGG16,
  VisionTransformer,
} from '@renyi/nn/models';
import { ConfigError, type Generator } from '@renyi/tensor';
import type { TrainingConfig } from './config.js';
import { inputOf, type ModelName, modelOf } from './model-setting.js';
import { newOptimizer, newPerceptron, type RowKind, type StudentFactory } from './perceptron.js';
import { textLengths } from './texts.js';

/** Settings of the model itself. */
type Options = Readonly<Record<string, number>>;

type ImageModel = Exclude<ModelName, 'mlp' | 'fasttext' | 'charcnn'>;

const imageModels: Readonly<
  Record<ImageModel, (options: ImageModelOptions & { readonly size: number }) => Module>
> = {
  lenet: (options) => new LeNet(options),
  googlenet: (options) => new GoogLeNet(options),
  resnet18,
  resnet34,
  resnet50,
  seresnet50: seResnet50,
  vgg16: (options) => new VGG16(options),
  mobilenet: (options) => new MobileNet(options),
  densenet121: (options) => new DenseNet121(options),
  vit: (options) => new VisionTransformer(options),
};

/**
 * A network of `@renyi/nn/models`, or a multi-layer perceptron, as the settings name it, with its optimizer: what
 * `Training` makes students with if it is told so.
 * @throws ConfigError for rows that the network does not take
 *
 * @example
 * import { Dataset } from '@renyi/nn';
 * import { Training } from '@renyi/rdml';
 * import { newStudent } from '@renyi/rdml/models';
 * const shape = [3, 8, 8];
 * const labels = Int32Array.from({ length: 20 }, (_, row) => row % 2);
 * const inputs = Float32Array.from({ length: 20 * 192 }, (_, i) => (i % 7) / 7);
 * const images = new Dataset({ inputs, labels, features: 192, shape, classes: 2 });
 * const training = new Training({ model: { name: 'resnet18', width: 2 }, epochs: 1 }, images, { newStudent });
 * console.log(Object.keys(training.weights()[0] ?? {})[0]); // => conv1.weight
 */
export const newStudent: StudentFactory = (k, settings, generator, rows) => {
  const { name, options } = modelOf(settings.model);
  if (name === 'mlp') return newPerceptron(k, settings, generator, rows);
  checkRows(name, settings, rows);
  const module = newNetwork(name, options, settings, { generator, classes: rows.classes }, rows);
  return { module, optimizer: newOptimizer(module, settings) };
};

function newNetwork(
  name: Exclude<ModelName, 'mlp'>,
  options: Options,
  { text }: TrainingConfig,
  common: { readonly generator: Generator; readonly classes: number },
  { shape, features }: RowKind,
): Module {
  if (name === 'charcnn') {
    const alphabet = Array.from(charCnnAlphabet).length;
    return new CharCNN({ ...options, ...common, length: features, alphabet });
  }
  if (name === 'fasttext') {
    const { buckets } = textLengths(text);
    // Short texts are filled up with a number behind those of the words.
    return new FastText({ ...options, ...common, words: buckets + 1, paddingIndex: buckets });
  }
  const [channels = 1, size = 1] = shape;
  return imageModels[name]({ ...options, ...common, channels, size });
}

function checkRows(
  name: Exclude<ModelName, 'mlp'>,
  { model }: TrainingConfig,
  { shape, dtype }: RowKind,
): void {
  const input = inputOf(model);
  const isRight = input === 'images' ? shape.length === 3 && dtype === 'float32' : dtype === 'int32';
  if (isRight) return;
  throw new ConfigError('Training', {
    expected: `${input === 'images' ? 'images' : 'texts'} for model ${name}`,
    got: dtype === 'int32' ? 'texts' : shape.length === 3 ? 'images' : 'rows of numbers',
  });
}
