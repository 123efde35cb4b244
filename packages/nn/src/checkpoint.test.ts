import { readFileSync } from 'node:fs';
import { Generator, type Tensor, tensor } from '@renyi/tensor';
import { decodeSafetensors, encodeSafetensors } from '@renyi/tensor/files';
import { describe, expect, it } from 'vitest';
import { GELU, ReLU } from './activations.js';
import { BatchNorm2d } from './layers/batch-norm.js';
import { Conv2d } from './layers/convolution.js';
import { LayerNorm } from './layers/norms.js';
import { MaxPool2d } from './layers/pooling.js';
import { Flatten } from './layers/shapes.js';
import { Linear } from './linear.js';
import { Sequential } from './sequential.js';

const file = (name: string): Buffer =>
  readFileSync(new URL(`../../../conformance/checkpoint/${name}`, import.meta.url));

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const { x, logits } = JSON.parse(file('cnn.json').toString()) as { x: Numbers; logits: Numbers };
const input = tensor(Float32Array.from(x.data), { shape: x.shape });

/** The network of `conformance/checkpoint/make.py`. */
function network(): Sequential {
  const options = { generator: new Generator(0) };
  return new Sequential(
    new Conv2d(1, 4, 3, { ...options, padding: 1, bias: false }),
    new BatchNorm2d(4),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(4, 8, 3, options),
    new GELU(),
    new Flatten(),
    new LayerNorm(32),
    new Linear(32, 10, options),
  );
}

/** The largest difference from PyTorch's logits. */
function distance(y: Tensor): number {
  expect(y.shape).toEqual(logits.shape);
  return Math.max(...Array.from(y.dataSync(), (value, i) => Math.abs(value - (logits.data[i] as number))));
}

describe('a network that PyTorch has trained and saved', () => {
  it('gives the same logits to 1e-5 here, and has counted the same batches', () => {
    const net = network();
    expect(distance(net.eval().forward(input))).toBeGreaterThan(0.1);
    net.loadStateDict(decodeSafetensors(file('cnn.safetensors')).tensors);
    // In training, batches would be normalized by themselves.
    expect(distance(net.eval().forward(input))).toBeLessThan(1e-5);
    expect(distance(net.train().forward(input))).toBeGreaterThan(1e-2);
    expect(net.stateDict()['1.num_batches_tracked']?.item()).toBe(21);
  });

  it('goes through a file of ours unchanged', () => {
    const net = network();
    net.loadStateDict(decodeSafetensors(file('cnn.safetensors')).tensors);
    const copy = network();
    copy.loadStateDict(decodeSafetensors(encodeSafetensors(net.stateDict())).tensors);
    expect(distance(copy.eval().forward(input))).toBeLessThan(1e-5);
  });
});
