import { Generator, ones, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { ReLU } from './activations.js';
import { BatchNorm2d } from './layers/batch-norm.js';
import { Conv2d } from './layers/convolution.js';
import { Dropout } from './layers/dropout.js';
import { Embedding } from './layers/embedding.js';
import { MaxPool2d } from './layers/pooling.js';
import { Flatten, Residual } from './layers/shapes.js';
import { TransformerBlock } from './layers/transformer-block.js';
import { Linear } from './linear.js';
import { Module } from './module.js';
import { Sequential } from './sequential.js';
import { summary } from './summary.js';

const generator = new Generator(1);

const network = (): Sequential =>
  new Sequential(
    new Conv2d(1, 4, 3, { padding: 1, bias: false, generator }),
    new BatchNorm2d(4),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Dropout(0.5, { generator }),
    new Linear(4 * 4 * 4, 10, { generator }),
  );

describe('summary', () => {
  it('counts what each layer learns and multiplies, and shows what it gives', () => {
    const { layers, parameters, multiplyAdds } = summary(network(), [2, 1, 8, 8]);
    expect(parameters).toBe(36 + 8 + 650);
    // Each of 2 x 4 x 64 elements takes 9 products; each of 2 x 10 takes 64.
    expect(multiplyAdds).toBe(512 * 9 + 20 * 64);
    expect(layers.map(({ name, kind, output }) => [name, kind, output])).toEqual([
      ['', 'Sequential', [2, 10]],
      ['0', 'Conv2d', [2, 4, 8, 8]],
      ['1', 'BatchNorm2d', [2, 4, 8, 8]],
      ['2', 'ReLU', [2, 4, 8, 8]],
      ['3', 'MaxPool2d', [2, 4, 4, 4]],
      ['4', 'Flatten', [2, 64]],
      ['5', 'Dropout', [2, 64]],
      ['6', 'Linear', [2, 10]],
    ]);
  });

  it('is a table', () => {
    expect(
      summary(new Sequential(new Linear(1000, 2, { generator }), new ReLU()), [1, 1000]).toString(),
    ).toBe(
      [
        'layer  kind        output  parameters  multiply-adds',
        '----------------------------------------------------',
        '       Sequential  [1, 2]       2,002          2,000',
        '  0    Linear      [1, 2]       2,002          2,000',
        '  1    ReLU        [1, 2]           0              0',
      ].join('\n'),
    );
  });

  it('leaves the network as it was: modes, averages, draws and methods', () => {
    const net = network();
    net.layers[0]?.eval();
    const before = JSON.stringify(Object.values(net.stateDict()).map((x) => x.toArray()));
    const { generator: draws } = net.layers[5] as Dropout;
    const { state } = draws;
    summary(net, [2, 1, 8, 8]);
    expect(net.modules().map(({ training }) => training)).toEqual([
      true,
      false,
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(JSON.stringify(Object.values(net.stateDict()).map((x) => x.toArray()))).toBe(before);
    expect(draws.state).toEqual(state);
    expect(net.modules().some((module) => Object.hasOwn(module, 'forward'))).toBe(false);
    expect(() => summary(net, [2, 3, 8, 8])).toThrow(/^Conv2d: /);
    expect(net.training).toBe(true);
    expect(net.modules().some((module) => Object.hasOwn(module, 'forward'))).toBe(false);
  });

  it('counts a module that is used twice once in parameters and twice in products', () => {
    const shared = new Linear(3, 3, { generator });
    const { parameters, multiplyAdds } = summary(new Sequential(shared, new Residual(shared)), [5, 3]);
    expect([parameters, multiplyAdds]).toEqual([12, 2 * 45]);
  });

  it('takes indices, and shows a module that is not called', () => {
    class Odd extends Module {
      readonly words = new Embedding(7, 2, { generator });
      readonly unused = new ReLU();
      override forward(x: Tensor): Tensor {
        return this.words.forward(x);
      }
    }
    const { layers } = summary(new Odd(), [4, 3], { dtype: 'int32' });
    expect(layers.map(({ output }) => output)).toEqual([[4, 3, 2], [4, 3, 2], undefined]);
    expect(summary(new Odd(), [4, 3], { dtype: 'int32' }).toString()).toMatch(/unused +ReLU +- +0 +0$/);
  });

  it('of a transformer counts projections, scores and maps', () => {
    const [length, width, hidden] = [5, 8, 16];
    const block = new TransformerBlock(width, 2, { feedForward: hidden, generator });
    const projections = 4 * length * width * width;
    const { multiplyAdds } = summary(block, [1, length, width]);
    expect(multiplyAdds).toBe(projections + 2 * length * length * width + 2 * length * width * hidden);
  });

  it('and training goes on as before', () => {
    const net = network();
    summary(net, [1, 1, 8, 8]);
    expect(net.forward(ones([2, 1, 8, 8])).shape).toEqual([2, 10]);
    expect(net.stateDict()['1.num_batches_tracked']?.item()).toBe(1);
  });
});
