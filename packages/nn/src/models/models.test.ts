import { valueAndGrad } from '@renyi/autodiff';
import {
  ConfigError,
  crossEntropy,
  expand,
  Generator,
  scope,
  type Shape,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Adam } from '../adam.js';
import { mlp } from '../mlp.js';
import {
  CharCNN,
  DenseNet121,
  FastText,
  GoogLeNet,
  LeNet,
  MobileNet,
  resnet18,
  resnet34,
  resnet50,
  seResnet50,
  VGG16,
  VisionTransformer,
} from '../models.js';
import type { Module } from '../module.js';

/** Draws nothing but one 0 for all: networks of any size can be counted. */
class Weightless extends Generator {
  override uniform(shape: Shape): Tensor {
    return expand(zeros([]), shape);
  }

  override normal(shape: Shape): Tensor {
    return expand(zeros([]), shape);
  }

  override split(): Generator {
    return this;
  }
}

const count = (network: Module): number =>
  network.parameters().reduce((total, { value }) => total + value.size, 0);

/**
 * How many numbers each network learns. The table of weiaicunzai/pytorch-cifar100 has 34.0, 11.2, 21.3, 23.7 and 7.0 million for VGG16,
 * the ResNets and DenseNet; squeeze and excitation adds 2,530,992, as from torchvision's resnet50 (25,557,032) to timm's
 * legacy_seresnet50 (28,088,024). GoogLeNet and MobileNet are as in kuangliu/pytorch-cifar, ViT-B/16 as torchvision's metadata say,
 * ViT-S/16 as DeiT-S. The others are counted by hand: layers of LeNet 156 + 2,416 + 48,120 + 10,164 + 850, of fastText
 * 10,000 + 44, of CharCNN 123,904 + 459,008 + 4 x 196,864 + 8,913,920 + 1,049,600 + 4,100.
 */
const counts: readonly (readonly [string, (generator: Generator) => Module, number])[] = [
  ['LeNet', (generator) => new LeNet({ classes: 10, generator }), 61_706],
  ['VGG16', (generator) => new VGG16({ classes: 100, generator }), 34_015_396],
  ['ResNet18', (generator) => resnet18({ classes: 100, generator }), 11_220_132],
  ['ResNet34', (generator) => resnet34({ classes: 100, generator }), 21_328_292],
  ['ResNet50', (generator) => resnet50({ classes: 100, generator }), 23_705_252],
  ['SE-ResNet50', (generator) => seResnet50({ classes: 100, generator }), 23_705_252 + 2_530_992],
  ['GoogLeNet', (generator) => new GoogLeNet({ classes: 10, generator }), 6_166_250],
  ['DenseNet121', (generator) => new DenseNet121({ classes: 100, generator }), 7_048_548],
  ['MobileNet', (generator) => new MobileNet({ classes: 10, generator }), 3_217_226],
  ['fastText', (generator) => new FastText({ words: 1000, classes: 4, generator }), 10_044],
  ['CharCNN', (generator) => new CharCNN({ classes: 4, alphabet: 69, generator }), 11_337_988],
  ['ViT-S/16', (generator) => new VisionTransformer({ classes: 1000, generator }), 22_050_664],
  [
    'ViT-B/16',
    (generator) => new VisionTransformer({ classes: 1000, width: 768, heads: 12, generator }),
    86_567_656,
  ],
];

describe('the networks have as many parameters as they should:', () => {
  it.each(counts)('%s', (_, make, expected) => {
    expect(count(make(new Weightless(0)))).toBe(expected);
  });
});

const generator = (): Generator => new Generator(20);
const images = (size: number, channels = 3): Tensor => new Generator(1).normal([3, channels, size, size]);
const texts = (length: number, words: number): Tensor =>
  new Generator(1).uniform([3, length], { high: words, dtype: 'int32' });

/** Small ones, a batch for each, and at what rate it is learned. */
const small: readonly (readonly [string, () => Module, () => Tensor, learningRate: number])[] = [
  ['MLP', () => mlp([8, 16, 4], { generator: generator() }), () => generator().normal([3, 8]), 0.03],
  ['LeNet', () => new LeNet({ classes: 4, generator: generator() }), () => images(28, 1), 0.003],
  [
    'VGG16',
    () => new VGG16({ classes: 4, width: 2, hidden: 16, dropout: 0, generator: generator() }),
    () => images(32),
    0.03,
  ],
  ['ResNet18', () => resnet18({ classes: 4, width: 2, generator: generator() }), () => images(8), 0.03],
  ['ResNet34', () => resnet34({ classes: 4, width: 2, generator: generator() }), () => images(8), 0.03],
  ['ResNet50', () => resnet50({ classes: 4, width: 2, generator: generator() }), () => images(8), 0.03],
  [
    'SE-ResNet50',
    () => seResnet50({ classes: 4, width: 2, reduction: 4, generator: generator() }),
    () => images(8),
    0.03,
  ],
  [
    'GoogLeNet',
    () => new GoogLeNet({ classes: 4, shrink: 16, generator: generator() }),
    () => images(8),
    0.03,
  ],
  [
    'DenseNet121',
    () => new DenseNet121({ classes: 4, growth: 2, generator: generator() }),
    () => images(8),
    0.03,
  ],
  [
    'MobileNet',
    () => new MobileNet({ classes: 4, width: 4, generator: generator() }),
    () => images(16),
    0.03,
  ],
  [
    'fastText',
    () => new FastText({ words: 30, classes: 4, generator: generator() }),
    () => texts(6, 30),
    0.03,
  ],
  [
    'CharCNN',
    () =>
      new CharCNN({
        classes: 4,
        alphabet: 9,
        length: 123,
        features: 8,
        hidden: 16,
        dropout: 0,
        generator: generator(),
      }),
    () => texts(123, 10),
    0.005,
  ],
  [
    'ViT',
    () =>
      new VisionTransformer({
        classes: 4,
        size: 8,
        patch: 4,
        width: 8,
        heads: 2,
        depth: 2,
        generator: generator(),
      }),
    () => images(8),
    0.03,
  ],
];

describe('a small one learns a batch by heart:', () => {
  it.each(small)('%s', (_, make, draw, learningRate) => {
    const [network, x] = [make(), draw()];
    const labels = tensor([0, 1, 2], { dtype: 'int32' });
    const optimizer = new Adam(network.parameters(), { learningRate });
    let loss = Number.POSITIVE_INFINITY;
    for (let step = 0; step < 400 && loss > 0.001; step++) {
      scope(() => {
        const { value, gradients } = valueAndGrad(
          () => crossEntropy(network.forward(x), labels),
          optimizer.parameters,
        );
        loss = value.item();
        optimizer.step(gradients);
      });
    }
    expect(loss).toBeLessThanOrEqual(0.001);
  });
});

describe('the networks', () => {
  it('have the names of torchvision where they are built alike', () => {
    const resnet = Object.keys(resnet18({ classes: 4, width: 2, generator: generator() }).stateDict());
    expect(resnet.slice(0, 7)).toEqual([
      'conv1.weight',
      'bn1.weight',
      'bn1.bias',
      'bn1.running_mean',
      'bn1.running_var',
      'bn1.num_batches_tracked',
      'layer1.0.conv1.weight',
    ]);
    expect(resnet).toContain('layer2.0.downsample.1.running_var');
    const vit = new VisionTransformer({
      classes: 4,
      size: 8,
      patch: 4,
      width: 4,
      heads: 1,
      depth: 1,
      generator: generator(),
    });
    expect(Object.keys(vit.stateDict())).toEqual([
      'class_token',
      'conv_proj.weight',
      'conv_proj.bias',
      'encoder.pos_embedding',
      'encoder.layers.encoder_layer_0.ln_1.weight',
      'encoder.layers.encoder_layer_0.ln_1.bias',
      'encoder.layers.encoder_layer_0.self_attention.in_proj_weight',
      'encoder.layers.encoder_layer_0.self_attention.in_proj_bias',
      'encoder.layers.encoder_layer_0.self_attention.out_proj.weight',
      'encoder.layers.encoder_layer_0.self_attention.out_proj.bias',
      'encoder.layers.encoder_layer_0.ln_2.weight',
      'encoder.layers.encoder_layer_0.ln_2.bias',
      'encoder.layers.encoder_layer_0.mlp.0.weight',
      'encoder.layers.encoder_layer_0.mlp.0.bias',
      'encoder.layers.encoder_layer_0.mlp.3.weight',
      'encoder.layers.encoder_layer_0.mlp.3.bias',
      'encoder.ln.weight',
      'encoder.ln.bias',
      'heads.head.weight',
      'heads.head.bias',
    ]);
  });

  it('take images of other sizes where nothing forbids it, and one alone in evaluation', () => {
    const network = resnet18({ classes: 4, width: 2, generator: generator() });
    for (const size of [8, 13])
      expect(network.eval().forward(zeros([1, 3, size, size])).shape).toEqual([1, 4]);
    expect(() => network.forward(zeros([1, 1, 8, 8]))).toThrow(ShapeError);
  });

  it('refuse sizes that come to nothing', () => {
    expect(() => new LeNet({ classes: 4, size: 11, generator: generator() })).toThrow(ConfigError);
    expect(new LeNet({ classes: 4, size: 12, generator: generator() }).fc1.weight.value.shape).toEqual([
      120, 16,
    ]);
    expect(() => new CharCNN({ classes: 4, length: 122, generator: generator() })).toThrow(ConfigError);
    expect(() => new VisionTransformer({ classes: 4, size: 30, generator: generator() })).toThrow(
      ConfigError,
    );
  });
});
