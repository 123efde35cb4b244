import { checkGradients, type Parameter, stopGradient, valueAndGrad } from '@renyi/autodiff';
import {
  add,
  ConfigError,
  DTypeError,
  Generator,
  matmul,
  mul,
  ShapeError,
  sum,
  type Tensor,
  tensor,
} from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Linear } from './linear.js';

const make = (inputs: number, outputs: number, seed = 0): Linear =>
  new Linear(inputs, outputs, { generator: new Generator(seed), dtype: 'float64' });

/** y_o = b_o + sum_i x_i W_oi, row by row. */
function naive({ weight, bias, inputs, outputs }: Linear, x: Tensor): number[] {
  const [w, b, data] = [weight.value.dataSync(), bias?.value.dataSync(), x.dataSync()];
  const rows = data.length / inputs;
  return Array.from({ length: rows * outputs }, (_, at) => {
    const [row, o] = [Math.floor(at / outputs), at % outputs];
    let y = b?.[o] ?? 0;
    for (let i = 0; i < inputs; i++) y += (data[row * inputs + i] as number) * (w[o * inputs + i] as number);
    return y;
  });
}

/** The largest |a - b|. */
function distance(a: Tensor, b: Tensor): number {
  const right = b.dataSync();
  return Math.max(...Array.from(a.dataSync(), (x, i) => Math.abs(x - (right[i] as number))));
}

describe('Linear', () => {
  it('is x Wᵀ + b, for any number of leading axes, none and empty ones among them', () => {
    const width = fc.integer({ min: 1, max: 6 });
    const leading = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
    fc.assert(
      fc.property(width, width, leading, fc.boolean(), fc.nat(), (inputs, outputs, axes, bias, seed) => {
        const generator = new Generator(seed);
        const layer = new Linear(inputs, outputs, { generator, bias, dtype: 'float64' });
        const x = generator.normal([...axes, inputs], { dtype: 'float64' });
        const y = layer.forward(x);
        expect(y.shape).toEqual([...axes, outputs]);
        expect(y.dtype).toBe('float64');
        const expected = naive(layer, x);
        for (const [i, value] of y.dataSync().entries()) {
          // inputs + 1 terms of size 1 or so, summed in another order.
          expect(Math.abs(value - (expected[i] as number))).toBeLessThan(
            8 * (inputs + 1) * Number.EPSILON * 4,
          );
        }
      }),
    );
  });

  it('takes views whose elements are not in order', () => {
    const [layer, x] = [make(3, 2), new Generator(1).normal([3, 5], { dtype: 'float64' }).transpose()];
    const copy = tensor(x.dataSync(), { shape: x.shape });
    expect(layer.forward(x).toArray()).toEqual(layer.forward(copy).toArray());
  });

  it('has PyTorch’s names and shapes: weight [outputs, inputs], bias [outputs]', () => {
    const shapes = make(3, 2)
      .namedParameters()
      .map(([name, { value }]) => [name, value.shape]);
    expect(shapes).toEqual([
      ['weight', [2, 3]],
      ['bias', [2]],
    ]);
    const bare = new Linear(3, 2, { generator: new Generator(0), bias: false });
    expect(bare.namedParameters().map(([name]) => name)).toEqual(['weight']);
  });

  it('starts uniform in ±1/sqrt(inputs), the weight drawn before the bias, in float32 unless told otherwise', () => {
    const generator = new Generator(8);
    const options = { low: -0.5, high: 0.5 };
    const [weight, bias] = [generator.uniform([3, 4], options), generator.uniform([3], options)];
    const layer = new Linear(4, 3, { generator: new Generator(8) });
    expect(layer.weight.value.dtype).toBe('float32');
    expect(layer.weight.value.toArray()).toEqual(weight.toArray());
    expect(layer.bias?.value.toArray()).toEqual(bias.toArray());
  });

  it.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY, '3'])(
    'refuses a width of %s, and draws nothing',
    (width) => {
      const generator = new Generator(0);
      expect(() => new Linear(width as number, 2, { generator })).toThrow(ConfigError);
      expect(() => new Linear(width as number, 2, { generator })).toThrow(/Linear: .*inputs/);
      expect(() => new Linear(2, width as number, { generator })).toThrow(/Linear: .*outputs/);
      expect(generator.state.calls).toBe(0);
    },
  );

  it('refuses dtypes in which nothing can be learned', () => {
    expect(() => new Linear(2, 2, { generator: new Generator(0), dtype: 'int32' })).toThrow(DTypeError);
  });

  it.each([[[]], [[2]], [[3, 2]], [[2, 3, 4]], [[0]]])(
    'refuses an input of shape %o, naming its own',
    (shape) => {
      const x = new Generator(0).normal(shape);
      expect(() => make(3, 2).forward(x)).toThrow(ShapeError);
      expect(() => make(3, 2).forward(x)).toThrow(`Linear: expected [..., 3]; got [${shape.join(', ')}]`);
    },
  );
});

describe('the gradients of Linear', () => {
  const generator = new Generator(21);
  const normal = (shape: number[]): Tensor => generator.normal(shape, { dtype: 'float64' });

  it.each([[[3]], [[4, 3]], [[2, 2, 3]], [[0, 3]]])(
    'agree with differences for inputs of shape %o, to order 2',
    (shape) => {
      const layer = make(3, 2);
      const { weight, bias } = layer as { weight: Parameter; bias: Parameter };
      const forward = (x: Tensor, w: Tensor, b: Tensor): Tensor => {
        const own = [weight.value, bias.value] as const;
        [weight.value, bias.value] = [w, b];
        try {
          const y = layer.forward(x);
          return mul(y, y);
        } finally {
          [weight.value, bias.value] = own;
        }
      };
      expect(checkGradients(forward, [normal(shape), weight.value, bias.value]).toString()).toMatch(/agree/);
    },
  );

  it.each([[[3]], [[4, 3]], [[2, 2, 3]]])(
    'are gᵀ x and the sum of g at the parameters, by valueAndGrad: %o',
    (shape) => {
      const layer = make(3, 2);
      const x = normal(shape);
      const g = normal([...shape.slice(0, -1), 2]);
      const { value, gradients } = valueAndGrad(() => sum(mul(layer.forward(x), g)), layer.parameters());
      const rows = x.size / 3;
      const [xs, gs] = [x.reshape([rows, 3]), g.reshape([rows, 2])];
      const [atWeight, atBias] = gradients as [Tensor, Tensor];
      expect(value.item()).toBe(sum(mul(layer.forward(x), g)).item());
      expect(atWeight.shape).toEqual([2, 3]);
      expect(distance(atWeight, matmul(gs.transpose(), xs))).toBeLessThan(1e-14);
      expect(distance(atBias, gs.sum({ axis: 0 }))).toBeLessThan(1e-14);
    },
  );

  it('are told from those of a bias that is cut off, or a weight read the wrong way round', () => {
    const [w, b, x] = [normal([3, 3]), normal([3]), normal([2, 3])];
    const wrong = (xs: Tensor, weight: Tensor, bias: Tensor): Tensor =>
      add(matmul(xs, weight.transpose()), stopGradient(bias));
    expect(checkGradients(wrong, [x, w, b]).ok).toBe(false);
    const square = make(3, 3);
    const swapped = matmul(x, square.weight.value).add(square.bias?.value ?? 0);
    expect(Math.abs((swapped.dataSync()[0] as number) - (naive(square, x)[0] as number))).toBeGreaterThan(
      1e-3,
    );
  });
});
