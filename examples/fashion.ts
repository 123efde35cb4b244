import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } from '@renyi/nn';
import type { Generator } from '@renyi/tensor';

/** This folder, seen from the source of a program or from what it was built to. */
const here = fileURLToPath(new URL('.', import.meta.url));
const examples = basename(here) === 'dist' ? join(here, '..') : here;

/** A file of examples/data. */
export async function dataFile(name: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  return { name, bytes: await readFile(join(examples, 'data', name)) };
}

/** Fashion-MNIST, the first 40 training and 20 test images of each class. */
export function fashionFiles(): Promise<Awaited<ReturnType<typeof dataFile>>[]> {
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  return Promise.all(names.map((name) => dataFile(`${name}-ubyte.gz`)));
}

/** Two convolutions, each followed by batch normalization, ReLU and the maximum of every 2x2 places, and a linear map: 9,122 parameters. */
export function fashionNetwork(generator: Generator): Sequential {
  return new Sequential(
    new Conv2d(1, 8, 3, { padding: 1, bias: false, generator }),
    new BatchNorm2d(8),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 16, 3, { padding: 1, bias: false, generator }),
    new BatchNorm2d(16),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(784, 10, { generator }),
  );
}
