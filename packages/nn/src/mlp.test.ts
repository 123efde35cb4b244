import { checkGradients, valueAndGrad } from '@renyi/autodiff';
import { add, ConfigError, crossEntropy, Generator, mul, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { ReLU } from './activations.js';
import { Linear } from './linear.js';
import { mlp } from './mlp.js';
import { SGD } from './sgd.js';

describe('mlp', () => {
  it('has a ReLU between each two Linear layers, and none at the end', () => {
    const { layers } = mlp([4, 8, 6, 3], { generator: new Generator(0) });
    expect(layers.map((layer) => layer.constructor)).toEqual([Linear, ReLU, Linear, ReLU, Linear]);
    expect(mlp([4, 3], { generator: new Generator(0) }).layers).toHaveLength(1);
  });

  it('computes W2 max(W1 x + b1, 0) + b2', () => {
    const net = mlp([2, 2, 1], { generator: new Generator(0), dtype: 'float64' });
    const float64 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'float64' });
    net.loadStateDict({
      '0.weight': float64([
        [1, -1],
        [2, 0.5],
      ]),
      '0.bias': float64([0.5, -4]),
      '2.weight': float64([[3, -7]]),
      '2.bias': float64([0.25]),
    });
    // Hidden: max([1 - 2 + 0.5, 2 + 1 - 4], 0) = [0, 0] and max([3 - 1 + 0.5, 6 + 0.5 - 4], 0) = [2.5, 2.5].
    expect(
      net
        .forward(
          float64([
            [1, 2],
            [3, 1],
          ]),
        )
        .toArray(),
    ).toEqual([[0.25], [2.5 * (3 - 7) + 0.25]]);
  });

  it('draws the same bits from the same generator, layer by layer, weight before bias', () => {
    const generator = new Generator(4);
    const layers = [new Linear(3, 5, { generator }), new Linear(5, 2, { generator })];
    const expected = layers.flatMap((layer) => layer.parameters().map(({ value }) => value.toArray()));
    const net = mlp([3, 5, 2], { generator: new Generator(4) });
    expect(net.parameters().map(({ value }) => value.toArray())).toEqual(expected);
  });

  it.each([[[]], [[3]], [[3, 0]], [[0, 3]], [[3, -2, 1]], [[3, 1.5, 1]], [[3, Number.NaN]]])(
    'refuses widths %o',
    (widths) => {
      expect(() => mlp(widths, { generator: new Generator(0) })).toThrow(ConfigError);
    },
  );

  it('has gradients that agree with differences, through both layers and the loss', () => {
    const net = mlp([3, 4, 3], { generator: new Generator(2), dtype: 'float64' });
    const x = new Generator(3).normal([5, 3], { dtype: 'float64' });
    const labels = tensor([0, 1, 2, 1, 0], { dtype: 'int32' });
    const parameters = net.parameters();
    const loss = (...values: Tensor[]): Tensor => {
      const own = parameters.map(({ value }) => value);
      for (const [i, parameter] of parameters.entries()) parameter.value = values[i] as Tensor;
      try {
        return crossEntropy(net.forward(x), labels);
      } finally {
        for (const [i, parameter] of parameters.entries()) parameter.value = own[i] as Tensor;
      }
    };
    expect(
      checkGradients(
        loss,
        parameters.map(({ value }) => value),
      ).toString(),
    ).toMatch(/agree/);
    const { gradients } = valueAndGrad(() => crossEntropy(net.forward(x), labels), parameters);
    expect(gradients.map(({ shape }) => shape)).toEqual(parameters.map(({ value }) => value.shape));
  });

  it('learns XOR', () => {
    const net = mlp([2, 8, 2], { generator: new Generator(1) });
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const labels = tensor([0, 1, 1, 0], { dtype: 'int32' });
    const optimizer = new SGD(net.parameters(), { learningRate: 0.5, momentum: 0.9 });
    const losses = Array.from({ length: 100 }, () => {
      const { value, gradients } = valueAndGrad(
        () => crossEntropy(net.forward(x), labels),
        optimizer.parameters,
      );
      optimizer.step(gradients);
      return value.item();
    });
    expect(losses[0]).toBeGreaterThan(0.5);
    expect(losses.at(-1)).toBeLessThan(0.01);
  });

  it('goes on from a checkpoint bit for bit', () => {
    const x = new Generator(1).normal([6, 3]);
    const step = (net: ReturnType<typeof mlp>): void => {
      const loss = (): Tensor => {
        const y = net.forward(x);
        return add(mul(y, y).sum(), y.sum());
      };
      new SGD(net.parameters(), { learningRate: 0.01 }).step(valueAndGrad(loss, net.parameters()).gradients);
    };
    const [one, other] = [
      mlp([3, 4, 2], { generator: new Generator(5) }),
      mlp([3, 4, 2], { generator: new Generator(6) }),
    ];
    step(one);
    other.loadStateDict(one.stateDict());
    for (const net of [one, other]) step(net);
    expect(other.parameters().map(({ value }) => value.toArray())).toEqual(
      one.parameters().map(({ value }) => value.toArray()),
    );
  });
});
