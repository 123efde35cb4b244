import { describe, expect, it } from 'vitest';
import { bind } from '../bind.js';
import { ones, tensor, zeros } from '../create.js';
import { ConfigError, DTypeError, ShapeError, type TensorError } from '../errors.js';
import { Generator } from '../generator.js';
import { conv2dGradInput, conv2dGradWeight } from '../primitives/convolution.js';
import { sizeOf, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { conv1d, conv2d, convTranspose1d, convTranspose2d } from './convolution.js';
import { matmul } from './matmul.js';
import { reshape } from './rearrange.js';
import { sum } from './reduce.js';

const counting = (shape: Shape): Tensor =>
  tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => i + 1),
    { shape },
  );

describe('conv2d', () => {
  it('with a kernel of one element is a product of matrices over the channels', () => {
    const generator = new Generator(3);
    const x = generator.normal([2, 3, 4, 5], { dtype: 'float64' });
    const weight = generator.normal([6, 3, 1, 1], { dtype: 'float64' });
    const product = matmul(reshape(weight, [6, 3]), reshape(x, [2, 3, 20]));
    const difference = conv2d(x, weight).sub(reshape(product, [2, 6, 4, 5]));
    // three terms of size up to 10, in two orders
    expect(Math.max(...difference.dataSync().map(Math.abs))).toBeLessThan(3 * 10 * 2 * Number.EPSILON);
  });

  it('does not flip the filter', () => {
    expect(conv2d(tensor([[[1, 2, 3]]]), tensor([[[[1, 10]]]])).toArray()).toEqual([[[21, 32]]]);
  });

  it('keeps the extents with padding same, the odd element behind', () => {
    const y = conv2d(ones([1, 1, 3, 4]), ones([1, 1, 2, 3]), { padding: 'same' });
    expect(y.toArray()).toEqual([
      [
        [
          [4, 6, 6, 4],
          [4, 6, 6, 4],
          [2, 3, 3, 2],
        ],
      ],
    ]);
  });

  it('takes padding that differs from side to side', () => {
    const y = conv2d(counting([1, 1, 1, 2]), ones([1, 1, 1, 1]), { padding: [1, [0, 2]] });
    expect(y.toArray()).toEqual([
      [
        [
          [0, 0, 0, 0],
          [1, 2, 0, 0],
          [0, 0, 0, 0],
        ],
      ],
    ]);
  });

  it('adds the bias to each filter, and takes x without a batch', () => {
    const y = conv2d(counting([1, 2, 2]), ones([2, 1, 2, 2]), { bias: tensor([0.5, -0.5]) });
    expect(y.toArray()).toEqual([[[10.5]], [[9.5]]]);
  });

  it('lets nothing in from the padding, not even where the weight is infinite', () => {
    const y = conv2d(tensor([[[2]]]), tensor([[[[Infinity, 3]]]]), { padding: [0, [1, 0]] });
    expect(y.toArray()).toEqual([[[6]]]);
  });

  it('sees its own group alone', () => {
    const x = counting([1, 4, 1, 1]);
    const y = conv2d(x, ones([2, 2, 1, 1]), { groups: 2 });
    expect(Array.from(y.dataSync())).toEqual([3, 7]);
  });
});

describe('conv1d', () => {
  it('is conv2d of one row', () => {
    const x = counting([2, 3, 7]);
    const weight = counting([2, 3, 2]);
    const options = { stride: 2, padding: 1, dilation: 2 };
    const row = conv2d(reshape(x, [2, 3, 1, 7]), reshape(weight, [2, 3, 1, 2]), {
      stride: [1, 2],
      padding: [0, 1],
      dilation: [1, 2],
    });
    expect(conv1d(x, weight, options).toArray()).toEqual(reshape(row, [2, 2, 4]).toArray());
  });
});

describe('convTranspose2d', () => {
  const generator = new Generator(5);
  const settings = [
    {},
    { stride: 2 },
    { stride: [2, 3], padding: [1, 0] },
    { stride: 2, padding: 1, outputPadding: 1 },
    { dilation: 2, groups: 2 },
  ] as const;

  it.each(settings)('is the adjoint of conv2d: <conv(u), v> = <u, transposed(v)>, with %j', (options) => {
    const v = generator.normal([2, 4, 3, 2], { dtype: 'float64' });
    const weight = generator.normal([4, 2, 3, 2], { dtype: 'float64' });
    const transposed = convTranspose2d(v, weight, options);
    const u = generator.normal(transposed.shape, { dtype: 'float64' });
    const { outputPadding: _, ...same } = { outputPadding: 0, ...options };
    const left = sum(mul(conv2d(u, weight, same), v)).item();
    const right = sum(mul(u, transposed)).item();
    // some 48 * 12 * 2 products of size up to 27
    expect(Math.abs(left - right)).toBeLessThan(48 * 24 * 27 * Number.EPSILON);
  });

  it('puts zeros behind what the filters reach, where the dilation lets outputPadding exceed the padding', () => {
    const y = convTranspose1d(tensor([[1, 2]]), tensor([[[1, 1]]]), { dilation: 3, outputPadding: 2 });
    expect(y.toArray()).toEqual([[1, 2, 0, 1, 2, 0, 0]]);
  });

  it('gives back first what the padding has cut off', () => {
    const whole = convTranspose1d(tensor([[1, 2]]), tensor([[[1, 1, 1]]]), { stride: 2 });
    const part = convTranspose1d(tensor([[1, 2]]), tensor([[[1, 1, 1]]]), {
      stride: 2,
      padding: 1,
      outputPadding: 1,
    });
    expect(whole.toArray()).toEqual([[1, 1, 3, 2, 2]]);
    expect(part.toArray()).toEqual([[1, 3, 2, 2]]);
  });
});

describe('a convolution that is given what it cannot take names itself:', () => {
  const x = zeros([1, 2, 4, 4]);
  const weight = zeros([3, 2, 2, 2]);
  const row = zeros([1, 2, 4]);
  const rowWeight = zeros([3, 2, 2]);
  const back = zeros([2, 3, 2, 2]);
  type Refusal = readonly [
    call: string,
    error: new (...args: never[]) => TensorError,
    operation: string,
    f: () => unknown,
  ];
  const refusals: readonly Refusal[] = [
    ['stride 0', ConfigError, 'conv2d', () => conv2d(x, weight, { stride: 0 })],
    ['stride 1.5', ConfigError, 'conv2d', () => conv2d(x, weight, { stride: 1.5 })],
    ['three strides', ConfigError, 'conv2d', () => conv2d(x, weight, { stride: [1, 1, 1] })],
    ['a stride that is text', ConfigError, 'conv2d', () => conv2d(x, weight, { stride: '1' as never })],
    ['dilation 0', ConfigError, 'conv2d', () => conv2d(x, weight, { dilation: [1, 0] })],
    ['no group', ConfigError, 'conv2d', () => conv2d(x, weight, { groups: 0 })],
    ['half a group', ConfigError, 'conv2d', () => conv2d(x, weight, { groups: 0.5 })],
    ['negative padding', ConfigError, 'conv2d', () => conv2d(x, weight, { padding: [-1, 0] })],
    ['NaN padding', ConfigError, 'conv2d', () => conv2d(x, weight, { padding: NaN })],
    ['padding of one axis', ConfigError, 'conv2d', () => conv2d(x, weight, { padding: [1] })],
    [
      'padding with three ends',
      ConfigError,
      'conv2d',
      () => conv2d(x, weight, { padding: [0, [1, 2, 3] as never] }),
    ],
    ['unknown padding', ConfigError, 'conv2d', () => conv2d(x, weight, { padding: 'full' as never })],
    ['same with a stride', ConfigError, 'conv2d', () => conv2d(x, weight, { padding: 'same', stride: 2 })],
    ['groups that do not divide the channels', ShapeError, 'conv2d', () => conv2d(x, weight, { groups: 2 })],
    [
      'groups that do not divide the filters',
      ShapeError,
      'conv2d',
      () => conv2d(x, zeros([3, 1, 2, 2]), { groups: 2 }),
    ],
    ['other channels', ShapeError, 'conv2d', () => conv2d(x, zeros([3, 1, 2, 2]))],
    ['a kernel larger than x', ShapeError, 'conv2d', () => conv2d(x, zeros([3, 2, 5, 2]))],
    ['a dilated kernel larger than x', ShapeError, 'conv2d', () => conv2d(x, weight, { dilation: [4, 1] })],
    ['a kernel of nothing', ShapeError, 'conv2d', () => conv2d(x, zeros([3, 2, 0, 2]))],
    ['a bias of other length', ShapeError, 'conv2d', () => conv2d(x, weight, { bias: zeros([2]) })],
    ['a bias of two axes', ShapeError, 'conv2d', () => conv2d(x, weight, { bias: zeros([1, 3]) })],
    ['x of two axes', ShapeError, 'conv2d', () => conv2d(zeros([4, 4]), weight)],
    ['a weight of three axes', ShapeError, 'conv2d', () => conv2d(x, rowWeight)],
    ['no tensor', DTypeError, 'conv2d', () => conv2d([1] as never, weight)],
    ['no weight', DTypeError, 'conv2d', () => conv2d(x, undefined as never)],
    ['no bias', DTypeError, 'conv2d', () => conv2d(x, weight, { bias: 1 as never })],
    ['a kernel longer than the row', ShapeError, 'conv1d', () => conv1d(row, zeros([3, 2, 5]))],
    ['other channels', ShapeError, 'conv1d', () => conv1d(row, zeros([3, 1, 2]))],
    ['x of four axes', ShapeError, 'conv1d', () => conv1d(x, rowWeight)],
    ['two strides', ConfigError, 'conv1d', () => conv1d(row, rowWeight, { stride: [1, 1] })],
    ['other channels', ShapeError, 'convTranspose2d', () => convTranspose2d(x, weight)],
    [
      'groups that do not divide',
      ShapeError,
      'convTranspose2d',
      () => convTranspose2d(zeros([1, 3, 2, 2]), zeros([3, 1, 2, 2]), { groups: 2 }),
    ],
    [
      'too much outputPadding',
      ConfigError,
      'convTranspose2d',
      () => convTranspose2d(x, back, { stride: 2, outputPadding: 2 }),
    ],
    [
      'padding that cuts all off',
      ShapeError,
      'convTranspose2d',
      () => convTranspose2d(x, back, { padding: 3 }),
    ],
    [
      'padding by side',
      ConfigError,
      'convTranspose2d',
      () => convTranspose2d(x, back, { padding: [[0, 1], 0] as never }),
    ],
    [
      'a bias of other length',
      ShapeError,
      'convTranspose1d',
      () => convTranspose1d(row, zeros([2, 3, 2]), { bias: zeros([2]) }),
    ],
    [
      'a cotangent of other shape',
      ShapeError,
      'conv2dGradInput',
      () => bind(conv2dGradInput, [zeros([1, 3, 2, 2]), weight], { ...plain, size: [4, 4] }),
    ],
    [
      'a cotangent of other shape',
      ShapeError,
      'conv2dGradWeight',
      () => bind(conv2dGradWeight, [x, zeros([1, 3, 2, 2])], { ...plain, kernel: [2, 2] }),
    ],
  ];
  const plain = {
    stride: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
    dilation: [1, 1],
    groups: 1,
  } as const;

  it.each(refusals)('%s: %o in %s', (_call, error, operation, f) => {
    expect(f).toThrow(error);
    expect(f).toThrow(expect.objectContaining({ operation }));
  });

  it('and says what to do', () => {
    expect(() => conv2d(x, zeros([3, 2, 5, 2]))).toThrow(
      'conv2d: expected windows of at least one element that fit into [4, 4] and its padding; got a kernel of [5, 2]: a window spans 5 of 4. Add padding, or take a smaller kernel or dilation',
    );
  });
});
