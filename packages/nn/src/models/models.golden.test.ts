import { Generator, type Shape, sizeOf, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { readCases } from '../golden.testing.js';
import { compare, type TypedTensor } from '../golden-operations.testing.js';
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

interface LogitsCase {
  readonly id: string;
  readonly shape: Shape;
  /** How many words there are, where the input is one of indices. */
  readonly words: number | null;
  /** Every name with its shape. */
  readonly state: Readonly<Record<string, Shape>>;
  readonly logits: TypedTensor;
}

const cases = readCases<LogitsCase>('models/logits.json');

const options = { classes: 4, generator: new Generator(0), dtype: 'float64' } as const;

/** Those of `conformance/models/make.py`. */
const networks: Readonly<Record<string, () => Module>> = {
  lenet: () => new LeNet(options),
  vgg16: () => new VGG16({ ...options, width: 2, hidden: 8 }),
  resnet18: () => resnet18({ ...options, width: 2 }),
  resnet34: () => resnet34({ ...options, width: 2 }),
  resnet50: () => resnet50({ ...options, width: 2 }),
  seResnet50: () => seResnet50({ ...options, width: 2, reduction: 4 }),
  googlenet: () => new GoogLeNet({ ...options, shrink: 16 }),
  densenet121: () => new DenseNet121({ ...options, growth: 2 }),
  mobilenet: () => new MobileNet({ ...options, width: 2 }),
  fasttext: () => new FastText({ ...options, words: 30 }),
  charcnn: () => new CharCNN({ ...options, alphabet: 9, length: 123, features: 4, hidden: 8 }),
  vit: () => new VisionTransformer({ ...options, size: 8, patch: 4, width: 8, heads: 2, depth: 2 }),
};

/** Multiples of 2^-12 in [-1/2, 1/2), all different for neighbors. */
function numbers(count: number, k: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => ((i * 7919 + k * 104729) % 4096) / 4096 - 0.5);
}

/** The numbers for the k-th name in alphabetical order. */
function filled(name: string, shape: Shape, k: number): Tensor {
  if (name.endsWith('num_batches_tracked')) return tensor(0, { dtype: 'int32' });
  const size = sizeOf(shape);
  const scaled = (factor: number, shift: number): Tensor =>
    tensor(
      numbers(size, k).map((x) => x * factor + shift),
      { shape },
    );
  if (name.endsWith('running_var')) return scaled(1, 1);
  if (shape.length >= 2) return scaled(4 / Math.sqrt(size / (shape[0] as number)), 0);
  return scaled(1, name.endsWith('weight') ? 1 : 0);
}

function inputOf({ shape, words }: LogitsCase): Tensor {
  const size = sizeOf(shape);
  if (words === null) {
    return tensor(
      numbers(size, 1).map((x) => x * 2),
      { shape },
    );
  }
  return tensor(
    Int32Array.from({ length: size }, (_, i) => (i * 7) % words),
    { shape },
  );
}

/** The network of a case with the numbers of the formula, those of one name moved. */
function loaded({ id, state }: LogitsCase, moved?: string): Module {
  const network = (networks[id] as () => Module)();
  // Sorted as Python sorts: by code units, since all of them are ASCII.
  const names = Object.keys(state).sort();
  const values = names.map((name, k): [string, Tensor] => {
    const x = filled(name, state[name] as Shape, k);
    return [name, name === moved ? x.mul(1 + 2 ** -20) : x];
  });
  network.loadStateDict(Object.fromEntries(values));
  return network.eval();
}

describe('networks give the logits that they give in PyTorch, from a state dict of the same names:', () => {
  it.each(cases.map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    compare('logits', loaded(golden).forward(inputOf(golden)), golden.logits);
  });

  it('and would not, were one weight off by one part in 2^20', () => {
    for (const golden of cases) {
      const moved = Object.keys(golden.state).find((name) => name.endsWith('weight')) as string;
      const wrong = (): void =>
        compare('logits', loaded(golden, moved).forward(inputOf(golden)), golden.logits);
      expect(wrong, golden.id).toThrow(/instead of/);
    }
  });
});
