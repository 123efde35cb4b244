import {
  add,
  DTypeError,
  exp,
  mul,
  ShapeError,
  sub,
  sum,
  tanh,
  type Tensor,
  tensor,
  where,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad, valueAndGrad } from './grad.js';
import { Parameter } from './parameter.js';
import { distance, float64, int32 } from './samples.testing.js';
import { thrown } from './thrown.testing.js';

/** f', f'', ... of a function of one number. */
function nth(order: number, f: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return order === 0 ? f : nth(order - 1, (x) => grad(f)(x));
}

describe('higher derivatives', () => {
  const fifthPower = (x: Tensor): Tensor => x.mul(x).mul(x).mul(x).mul(x);

  it.each([
    [1, 80],
    [2, 160],
    [3, 240],
    [4, 240],
    [5, 120],
    [6, 0],
  ])('derivative %i of x^5 at 2 is %i', (order, expected) => {
    expect(nth(order, fifthPower)(float64(2)).item()).toBe(expected);
  });

  it('of tanh are polynomials in tanh', () => {
    const x = 0.7;
    const y = Math.tanh(x);
    const d = 1 - y * y;
    const expected = [y, d, -2 * y * d, -2 * d * (1 - 3 * y * y), 8 * y * d * (2 - 3 * y * y)];
    for (const [order, value] of expected.entries()) {
      // A few dozen roundings of numbers of size at most 8.
      expect(Math.abs(nth(order, tanh)(float64(x)).item() - value)).toBeLessThan(100 * Number.EPSILON);
    }
  });

  it('of e^x are e^x', () => {
    expect(nth(4, exp)(float64(1)).item()).toBe(Math.E);
  });
});

describe('nested derivatives do not confuse their variables', () => {
  it('d/dx (x d/dy (x + y)) = 1 (Siskind and Pearlmutter 2005, section 1)', () => {
    const inner = (x: Tensor): Tensor => grad((y) => add(x, y))(float64(1));
    expect(grad((x) => mul(x, inner(x)))(float64(1)).item()).toBe(1);
  });

  it('d/dx (x d/dy (x y)) = 2 x', () => {
    expect(grad((x) => mul(x, grad((y) => mul(x, y))(float64(5))))(float64(3)).item()).toBe(6);
  });

  it("the inner derivative at the outer variable: d/dx (y^2)'(x) = 2", () => {
    expect(grad((x) => grad((y) => mul(y, y))(x))(float64(3)).item()).toBe(2);
  });

  it('a closure over two levels: d/dx d/dy d/dz x y^2 z^3 at (2, 3, 5) = 450', () => {
    const f = grad((x) =>
      grad((y) => grad((z) => mul(x, mul(mul(y, y), mul(z, mul(z, z)))))(float64(5)))(float64(3)),
    );
    expect(f(float64(2)).item()).toBe(2 * 3 * 3 * 25);
  });

  it('an inner result that does not depend on the outer variable is a constant there', () => {
    expect(grad((x) => mul(x, grad((y) => mul(y, y))(float64(4))))(float64(3)).item()).toBe(8);
  });
});

describe('trees of tensors', () => {
  it('arrays, records, and both nested; the gradient has the same form', () => {
    const gradient = grad((p: { w: Tensor[]; layers: { b: Tensor }[] }) =>
      add(sum(mul(p.w[0] as Tensor, p.w[1] as Tensor)), mul(sum((p.layers[0] as { b: Tensor }).b), 3)),
    )({ w: [float64([1, 2]), float64([3, 4])], layers: [{ b: float64([5]) }] });
    expect(gradient.w.map((g) => g.toArray())).toEqual([
      [3, 4],
      [1, 2],
    ]);
    expect(gradient.layers.map(({ b }) => b.toArray())).toEqual([[3]]);
  });

  it('a tuple, with further arguments that are not differentiated', () => {
    const f = ([a, b]: readonly [Tensor, Tensor], scale: number, c: Tensor): Tensor =>
      mul(mul(mul(a, b), c), scale);
    const [ga, gb] = grad(f)([float64(2), float64(3)], 10, float64(7));
    expect([ga.item(), gb.item()]).toEqual([210, 140]);
  });

  it('one tensor in two places is two variables', () => {
    const x = float64(3);
    const [ga, gb] = grad(([a, b]: readonly [Tensor, Tensor]) => mul(a, mul(b, b)))([x, x]);
    expect([ga.item(), gb.item()]).toEqual([9, 18]);
  });

  it('an empty tree has an empty gradient', () => {
    expect(grad((_: Tensor[]) => float64(1))([])).toEqual([]);
    expect(grad((_: Record<string, Tensor>) => float64(1))({})).toEqual({});
  });

  it.each<[string, unknown, Partial<DTypeError>]>([
    ['a number', 3, { got: '3', difference: undefined }],
    ['null', null, { got: 'null' }],
    ['a number inside', { w: [float64(1), 2] }, { got: '2', difference: 'at .w[1]' }],
    ['a string inside', ['no'], { got: 'no', difference: 'at [0]' }],
    ['a missing field', { b: undefined }, { got: 'undefined', difference: 'at .b' }],
    ['a typed array', new Float64Array(2), { got: 'an instance of Float64Array' }],
    ['a parameter', [new Parameter(float64(1))], { got: 'an instance of Parameter', difference: 'at [0]' }],
  ])('%s is refused: it would be lost from the gradient', (_what, tree, details) => {
    const error = thrown(() => grad((_: never) => float64(1))(tree as never));
    expect(error).toBeInstanceOf(DTypeError);
    expect(error).toMatchObject({ operation: 'grad', ...details });
  });
});

describe('what does not depend', () => {
  it('has gradient 0, of its own shape and dtype', () => {
    const [ga, gb] = grad(([a, _]: readonly [Tensor, Tensor]) => sum(a))([
      float64([1, 2]),
      tensor([[1, 2, 3]]),
    ]);
    expect(ga.toArray()).toEqual([1, 1]);
    expect(gb).toMatchObject({ shape: [1, 3], dtype: 'float32' });
    expect(gb.toArray()).toEqual([[0, 0, 0]]);
  });

  it('a constant function has gradient 0', () => {
    expect(grad((_: Tensor) => float64(7))(float64([1, 2])).toArray()).toEqual([0, 0]);
  });

  it('the identity has gradient 1', () => {
    expect(grad((x) => x)(float64(7)).item()).toBe(1);
  });
});

describe('what cannot be differentiated', () => {
  it('a result that is not a scalar: the message says how to make it one', () => {
    const error = thrown(() => grad((x) => x)(float64([1, 2])));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error).toMatchObject({
      operation: 'grad',
      expected: 'a function whose result is a scalar, shape []',
      got: 'shape [2]',
    });
    expect(error.message).toMatch(/Reduce it with sum\(\) or mean\(\), or give a cotangent to vjp/);
  });

  it('one element is no scalar either', () => {
    expect(thrown(() => valueAndGrad((x) => x)(float64([1])))).toMatchObject({
      operation: 'valueAndGrad',
      got: 'shape [1]',
    });
  });

  it('an integer result', () => {
    const error = thrown(() => grad((_) => int32(3))(float64(1)));
    expect(error).toBeInstanceOf(DTypeError);
    expect(error).toMatchObject({
      operation: 'grad',
      expected: 'a function whose result is float',
      got: 'int32',
    });
  });

  it.each<[string, unknown, string]>([
    ['a number', 3, 'number'],
    ['nothing', undefined, 'undefined'],
    ['a promise', Promise.resolve(float64(1)), 'a promise'],
  ])('a result that is %s', (_what, result, got) => {
    const error = thrown(() => grad(() => result as Tensor)(float64(1)));
    expect(error).toBeInstanceOf(DTypeError);
    expect(error).toMatchObject({ expected: 'a function whose result is a tensor', got });
  });

  it('an integer variable: the message names which', () => {
    const error = thrown(() =>
      grad(([a]: readonly [Tensor, Tensor]) => sum(a))([float64([1]), int32([1, 2])]),
    );
    expect(error).toBeInstanceOf(DTypeError);
    expect(error).toMatchObject({
      operation: 'grad',
      got: 'int32 of shape [2]',
      difference: 'tensor 1 of 2',
    });
    expect(error.message).toMatch(/Cast it to float32, or pass it as a further argument/);
  });
});

describe('a tensor that leaks out of a finished derivative', () => {
  let leaked: Tensor;
  const x = float64(3);
  grad((y) => {
    leaked = mul(y, y);
    return leaked;
  })(x);

  it('is a plain value', () => {
    expect(leaked.item()).toBe(9);
    expect(add(leaked, 1).trace).toBeNull();
  });

  it('is a constant in later derivatives', () => {
    expect(grad((y) => mul(y, leaked))(float64(2)).item()).toBe(9);
    expect(grad((y) => mul(y, mul(leaked, leaked)))(float64(2)).item()).toBe(81);
    expect(nth(2, (y) => mul(mul(y, y), leaked))(float64(2)).item()).toBe(18);
  });

  it('can be differentiated by', () => {
    expect(grad((y) => mul(y, y))(leaked).item()).toBe(18);
  });

  it('from an inner derivative stays a variable of the outer one', () => {
    const outer = grad((y) => {
      let inner = y;
      grad((z) => {
        inner = mul(z, z);
        return inner;
      })(y);
      return inner;
    });
    expect(outer(x).item()).toBe(6);
  });

  it('from a derivative that threw is a plain value too', () => {
    let kept = x;
    expect(() =>
      grad((y) => {
        kept = mul(y, 2);
        throw new Error('stop');
      })(x),
    ).toThrow('stop');
    expect(add(kept, 1).trace).toBeNull();
    expect(grad((y) => mul(y, kept))(x).item()).toBe(6);
  });

  it('the value and the gradients are no longer traced', () => {
    const { value, gradients } = valueAndGrad((y) => mul(y, y))(x);
    expect([value.trace, gradients.trace]).toEqual([null, null]);
  });
});

it('control flow is followed as it runs', () => {
  const f = (x: Tensor): Tensor => (x.item() > 0 ? mul(x, x) : where(tensor(true), sub(0, x), x));
  expect(grad(f)(float64(3)).item()).toBe(6);
  expect(grad(f)(float64(-3)).item()).toBe(-1);
});

it('a value can be read while it is traced, in print too', () => {
  let shown = '';
  grad((x) => {
    shown = `${x.item()} ${x.toString()} ${JSON.stringify(x.toArray())}`;
    return x;
  })(float64(3));
  expect(shown).toMatch(/^3 /);
});

it('gradients add up over ten uses: d/dx (x + ... + x) = 10', () => {
  const f = (x: Tensor): Tensor => Array.from({ length: 9 }).reduce((total: Tensor) => add(total, x), x);
  expect(distance(grad(f)(float64(1)), float64(10))).toBe(0);
});
