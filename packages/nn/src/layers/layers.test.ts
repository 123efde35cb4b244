import { valueAndGrad } from '@renyi/autodiff';
import {
  ConfigError,
  DomainError,
  DTypeError,
  Generator,
  memory,
  ones,
  scope,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { ReLU } from '../activations.js';
import { Linear } from '../linear.js';
import type { Module } from '../module.js';
import { Sequential } from '../sequential.js';
import { SGD } from '../sgd.js';
import { attention, MultiHeadAttention } from './attention.js';
import { BatchNorm1d, BatchNorm2d } from './batch-norm.js';
import { Conv1d, Conv2d, ConvTranspose2d } from './convolution.js';
import { Dropout, dropout } from './dropout.js';
import { GroupNorm, LayerNorm } from './norms.js';
import { Flatten, Identity, Residual } from './shapes.js';
import { TransformerBlock } from './transformer-block.js';

const generator = new Generator(1);
const make = { generator };

describe('convolutions', () => {
  it('start uniform in ±1/sqrt(fan-in), the weight drawn before the bias', () => {
    const layer = new Conv2d(4, 6, [3, 2], { groups: 2, generator: new Generator(5) });
    const draws = new Generator(5);
    const bound = 1 / Math.sqrt(2 * 3 * 2);
    const [weight, bias] = [[6, 2, 3, 2], [6]].map((shape) =>
      draws.uniform(shape, { low: -bound, high: bound }),
    );
    expect(layer.weight.value.toArray()).toEqual(weight?.toArray());
    expect(layer.bias?.value.toArray()).toEqual(bias?.toArray());
  });

  it('refuse other channels and settings that make no sense', () => {
    expect(() => new Conv2d(3, 8, 3, make).forward(ones([1, 4, 8, 8]))).toThrow(
      'Conv2d: expected [batch, 3, height, width] or [3, height, width]; got [1, 4, 8, 8]',
    );
    expect(() => new Conv1d(3, 8, 3, make).forward(ones([3]))).toThrow(ShapeError);
    for (const f of [
      () => new Conv2d(0, 8, 3, make),
      () => new Conv2d(3, 8, 0, make),
      () => new Conv2d(3, 8, [3], make),
      () => new Conv2d(3, 8, 3, { ...make, groups: 2 }),
      () => new ConvTranspose2d(4, 3, 3, { ...make, groups: 2 }),
    ])
      expect(f).toThrow(ConfigError);
    expect(() => new Conv2d(3, 8, 3, { ...make, dtype: 'int32' })).toThrow(DTypeError);
  });
});

describe('batch normalization', () => {
  it('moves its averages in training alone, and counts the batches', () => {
    const layer = new BatchNorm1d(2, { momentum: 0.5 });
    const x = tensor([
      [0, 2],
      [2, 6],
    ]);
    layer.forward(x);
    expect(layer.stateDict()['running_mean']?.toArray()).toEqual([0.5, 2]);
    expect(layer.stateDict()['running_var']?.toArray()).toEqual([1.5, 4.5]);
    layer.eval().forward(x);
    expect(layer.stateDict()['num_batches_tracked']?.item()).toBe(1);
    expect(layer.stateDict()['running_mean']?.toArray()).toEqual([0.5, 2]);
  });

  it('averages over all batches where there is no momentum', () => {
    const layer = new BatchNorm1d(1, { momentum: null });
    for (const mean of [1, 2, 6]) layer.forward(tensor([[mean - 1], [mean + 1]]));
    expect(layer.stateDict()['running_mean']?.item()).toBeCloseTo(3, 6);
  });

  it('has averages in its state dict that are no parameters, and takes them over', () => {
    const [from, to] = [new BatchNorm2d(3), new BatchNorm2d(3)];
    from.forward(generator.normal([4, 3, 2, 2]));
    expect(from.parameters()).toHaveLength(2);
    to.loadStateDict(from.stateDict());
    const x = generator.normal([1, 3, 2, 2]);
    expect(to.eval().forward(x).toArray()).toEqual(from.eval().forward(x).toArray());
    const { running_var: _, ...lacking } = from.stateDict();
    expect(() => to.loadStateDict(lacking)).toThrow('missing running_var');
  });

  it('is not undone by the end of a training step’s scope, and leaves nothing else behind', () => {
    const net = new Sequential(
      new Linear(16, 600, make),
      new BatchNorm1d(600),
      new ReLU(),
      new Dropout(0.5, make),
      new Linear(600, 3, make),
    );
    const optimizer = new SGD(net.parameters(), { learningRate: 0.1 });
    const x = generator.normal([8, 16]);
    const held: number[] = [];
    for (let step = 0; step < 4; step++) {
      scope(() => {
        optimizer.step(valueAndGrad(() => net.forward(x).mul(0.1).sum(), optimizer.parameters).gradients);
      });
      held.push(memory().backends['wasm']?.bytes ?? 0);
    }
    expect(new Set(held)).toEqual(new Set([0]));
    expect(net.stateDict()['1.num_batches_tracked']?.item()).toBe(4);
    expect(Number.isFinite(net.stateDict()['1.running_var']?.sum().item())).toBe(true);
  });

  it('refuses other shapes, and a batch from which nothing can be learned', () => {
    expect(() => new BatchNorm1d(2).forward(ones([3, 4]))).toThrow(
      'BatchNorm1d: expected [batch, 2] or [batch, 2, length]; got [3, 4]',
    );
    expect(() => new BatchNorm2d(2).forward(ones([3, 2]))).toThrow(ShapeError);
    expect(() => new BatchNorm1d(2).forward(ones([1, 2]))).toThrow(DomainError);
    expect(new BatchNorm1d(2).eval().forward(ones([1, 2])).shape).toEqual([1, 2]);
    expect(() => new BatchNorm1d(0)).toThrow(ConfigError);
    expect(() => new BatchNorm1d(2, { momentum: 1.5 })).toThrow(ConfigError);
  });
});

describe('other normalizations', () => {
  it('refuse what they cannot split', () => {
    expect(() => new LayerNorm([])).toThrow(ConfigError);
    expect(() => new LayerNorm(0)).toThrow(ConfigError);
    expect(() => new GroupNorm(2, 3)).toThrow(ConfigError);
    expect(new LayerNorm(3, { affine: false }).parameters()).toEqual([]);
  });
});

describe('dropout', () => {
  it('keeps the expected value: what stays is divided by the probability to stay', () => {
    const y = dropout(ones([10_000], { dtype: 'float64' }), 0.25, new Generator(7)).dataSync();
    const kept = y.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([4 / 3]));
    // Five deviations of a binomial number.
    expect(Math.abs(kept.length - 7500)).toBeLessThan(5 * Math.sqrt(10_000 * 0.25 * 0.75));
  });

  it('passes the cotangent where it passed x', () => {
    const layer = new Dropout(0.5, { generator: new Generator(2) });
    const w = new Linear(8, 8, { ...make, bias: false });
    const x = ones([1, 8]);
    let y: Tensor | undefined;
    const { gradients } = valueAndGrad(() => {
      y = layer.forward(w.forward(x));
      return y.sum();
    }, w.parameters());
    const dropped = Array.from((y as Tensor).dataSync(), (value) => (value === 0 ? 0 : 2));
    expect((gradients[0] as Tensor).sum({ axis: 1 }).div(8).toArray()).toEqual(dropped);
  });

  it('draws anew each time, the same for the same seed, and independently of other layers', () => {
    const at = (seed: number): Dropout => new Dropout(0.5, { generator: new Generator(seed) });
    const x = ones([64]);
    const [a, b] = [at(3), at(3)];
    const first = a.forward(x).toArray();
    expect(b.forward(x).toArray()).toEqual(first);
    expect(a.forward(x).toArray()).not.toEqual(first);
    const shared = new Generator(3);
    const [one, two] = [new Dropout(0.5, { generator: shared }), new Dropout(0.5, { generator: shared })];
    expect(one.forward(x).toArray()).not.toEqual(two.forward(x).toArray());
  });

  it('drops nothing at 0 and in evaluation, everything at 1, and knows no other probabilities', () => {
    const x = ones([3]);
    expect(new Dropout(0, make).forward(x)).toBe(x);
    expect(new Dropout(0.5, make).eval().forward(x)).toBe(x);
    expect(new Dropout(1, make).forward(x).toArray()).toEqual([0, 0, 0]);
    for (const p of [-0.1, 1.1, NaN]) expect(() => new Dropout(p, make)).toThrow(ConfigError);
  });
});

describe('attention', () => {
  const float64 = { dtype: 'float64' } as const;
  const [q, k, v] = [
    [3, 4],
    [5, 4],
    [5, 2],
  ].map((shape) => generator.normal(shape, float64)) as [Tensor, Tensor, Tensor];

  it('to equal keys is the mean of the values', () => {
    const y = attention(q, ones([5, 4], float64), v);
    const mean = v.mean({ axis: 0 }).dataSync();
    y.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(mean[i % 2] as number, 14);
    });
  });

  it('does not see what is masked, by booleans or by -Infinity', () => {
    const hidden = tensor([[false, false, false, true, true]]);
    const expected = attention(q, k.reshape([5, 4]), v, { mask: hidden }).toArray();
    const added = tensor([[0, 0, 0, -Infinity, -Infinity]], float64);
    expect(attention(q, k, v, { mask: added }).toArray()).toEqual(expected);
    const [shortK, shortV] = [k, v].map((x) =>
      tensor(x.dataSync().slice(0, 3 * (x.shape[1] as number)), { shape: [3, x.shape[1] as number] }),
    );
    attention(q, shortK as Tensor, shortV as Tensor)
      .dataSync()
      .forEach((value, i) => {
        expect(value).toBeCloseTo((expected as number[][]).flat()[i] as number, 14);
      });
  });

  it('of the first query is the first value, where it is causal', () => {
    const first = attention(q, k, v, { isCausal: true }).toArray() as number[][];
    const [own] = v.toArray() as number[][];
    expect(first[0]).toEqual(own);
  });

  it('takes a numeric mask beside padding, and drops in training alone', () => {
    const layer = new MultiHeadAttention(4, 2, { ...make, dropout: 0.5 });
    const x = generator.normal([2, 3, 4]);
    const inputs = {
      mask: zeros([3, 3]),
      keyPaddingMask: tensor([
        [false, false, true],
        [false, false, false],
      ]),
    };
    const y = layer.eval().forward(x, inputs).toArray();
    expect(layer.forward(x, { keyPaddingMask: inputs.keyPaddingMask }).toArray()).toEqual(y);
    expect(layer.train().forward(x, inputs).toArray()).not.toEqual(y);
    expect(() => layer.forward(ones([3]))).toThrow(ShapeError);
    expect(() => new MultiHeadAttention(5, 2, make)).toThrow(ConfigError);
    expect(() => attention(ones([4]), k, v)).toThrow(ShapeError);
  });

  it('has PyTorch’s names in a block', () => {
    const block = new TransformerBlock(4, 2, { ...make, feedForward: 8 });
    expect(Object.keys(block.stateDict()).slice(0, 4)).toEqual([
      'self_attn.in_proj_weight',
      'self_attn.in_proj_bias',
      'self_attn.out_proj.weight',
      'self_attn.out_proj.bias',
    ]);
    const activation = 'sine' as 'relu';
    expect(() => new TransformerBlock(4, 2, { ...make, activation })).toThrow(ConfigError);
  });
});

describe('modules without parameters', () => {
  const x = generator.normal([2, 3, 4]);

  it('change the shape, add a shortcut, or do nothing', () => {
    expect(new Flatten().forward(x).shape).toEqual([2, 12]);
    expect(new Flatten({ start: 0, end: 1 }).forward(x).shape).toEqual([6, 4]);
    expect(new Identity().forward(x)).toBe(x);
    const doubled: Module = new Residual(new Identity());
    expect(doubled.forward(x).toArray()).toEqual(x.mul(2).toArray());
    expect(new Residual(new Identity(), new ReLU()).forward(x).toArray()).toEqual(x.add(x.relu()).toArray());
  });
});
