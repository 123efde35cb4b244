import {
  add,
  cast,
  concat,
  DTypeError,
  exp,
  matmul,
  mul,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  where,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { countingBackend } from './counting-backend.testing.js';
import { Dual } from './dual.js';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { jvpTable } from './jvp-table.js';
import { float64, int32 } from './samples.testing.js';
import { stopGradient } from './stop-gradient.js';

const one = float64(1);
/** The derivative of a function of one number, in forward mode. */
const slope =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    jvp(f, [x], [one]).tangent;

describe('jvp', () => {
  it('gives the value and the derivative in a direction', () => {
    const { output, tangent } = jvp(
      mul,
      [float64([1, 2]), float64([3, 4])],
      [float64([1, 0]), float64([0, 10])],
    );
    expect(output.toArray()).toEqual([3, 8]);
    expect(tangent.toArray()).toEqual([3, 20]);
  });

  it('gives plain tensors', () => {
    const { output, tangent } = jvp(exp, [one], [one]);
    expect([output.trace, tangent.trace]).toEqual([null, null]);
  });

  it("has the output's shape and dtype, whatever was broadcast and promoted", () => {
    const { tangent } = jvp(
      (x) =>
        add(
          x,
          tensor(
            [
              [1, 2],
              [3, 4],
            ],
            { dtype: 'float64' },
          ),
        ),
      [tensor([1])],
      [tensor([5])],
    );
    expect([tangent.dtype, tangent.toArray()]).toEqual([
      'float64',
      [
        [5, 5],
        [5, 5],
      ],
    ]);
    expect(jvp((x) => cast(x, 'float32'), [one], [one]).tangent.dtype).toBe('float32');
  });

  it('casts a tangent to the dtype of its input', () => {
    expect(jvp((x) => x, [one], [tensor(2)]).tangent.dtype).toBe('float64');
  });

  it('is zero where the output does not depend on what moves', () => {
    expect(jvp((x) => mul(stopGradient(x), 2), [one], [one]).tangent.item()).toBe(0);
    expect(jvp(() => float64([1, 2]), [one], [one]).tangent.toArray()).toEqual([0, 0]);
    expect(jvp((x) => cast(cast(x, 'int32'), 'float64'), [one], [one]).tangent.item()).toBe(0);
    expect(jvp((x) => where(tensor(true), float64(1), mul(x, 2)), [one], [one]).tangent.item()).toBe(0);
  });

  it('of a primitive that is linear in all operands takes those that stand still for zero', () => {
    const { tangent } = jvp(
      (x) => concat([float64([7]), x, float64([8])], { axis: 0 }),
      [float64([1])],
      [float64([3])],
    );
    expect(tangent.toArray()).toEqual([0, 3, 0]);
  });

  it('costs one product for a product with a constant, and two for two that move', () => {
    const backend = countingBackend();
    const [x, w] = [tensor([1, 2], { backend }), tensor([3, 4], { backend })];
    expect(backend.during(() => void jvp((a) => mul(a, w), [x], [x])).kernels).toBe(2);
    expect(backend.during(() => void jvp(mul, [x, w], [x, w])).kernels).toBe(4); // and the sum of both
  });

  it('costs nothing for operations on what stands still', () => {
    const backend = countingBackend();
    const x = tensor([1, 2], { backend });
    const { kernels } = backend.during(() => {
      jvp((a) => add(a, exp(exp(x))), [x], [x]);
    });
    expect(kernels).toBe(3);
  });
});

describe('nesting', () => {
  it('gives every order: x³, 3 x², 6 x, 6, 0', () => {
    const cube = (x: Tensor): Tensor => mul(mul(x, x), x);
    let f = cube;
    const values = [0, 1, 2, 3, 4].map(() => {
      const value = f(float64(2)).item();
      f = slope(f);
      return value;
    });
    expect(values).toEqual([8, 12, 12, 6, 0]);
  });

  it.each<[string, (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor]>([
    ['forward over forward', (f) => slope(slope(f))],
    ['forward over reverse', (f) => slope(grad(f))],
    ['reverse over forward', (f) => grad(slope(f))],
    ['reverse over reverse', (f) => grad(grad(f))],
  ])('%s', (_name, second) => {
    const f = (x: Tensor): Tensor => mul(mul(x, x), mul(x, x));
    expect(second(f)(float64(2)).item()).toBe(48);
  });

  it('goes on in any mix: the third derivative of x⁴ is 24 x, whichever mode takes which', () => {
    const f = (x: Tensor): Tensor => mul(mul(x, x), mul(x, x));
    for (const [a, b, c] of [
      [slope, grad, slope],
      [grad, slope, grad],
      [grad, grad, slope],
      [slope, slope, grad],
    ] as const) {
      expect(a(b(c(f)))(float64(2)).item()).toBe(48);
    }
  });

  it('does not confuse the directions of two levels: d/dx (x d/dy (x + y)) is 1', () => {
    const f = (x: Tensor): Tensor => mul(x, slope((y) => add(x, y))(one));
    expect(slope(f)(one).item()).toBe(1);
    expect(grad(f)(one).item()).toBe(1);
  });

  it('sees through an inner derivative to the value that an outer one moves', () => {
    // d/dx of (d/dy x y² at y = x) = d/dx 2 x² = 4 x
    const f = (x: Tensor): Tensor => slope((y) => mul(x, mul(y, y)))(x);
    expect(slope(f)(float64(3)).item()).toBe(12);
    expect(grad(f)(float64(3)).item()).toBe(12);
  });

  it('differentiates by the tangent too: J v is linear in v', () => {
    const x = float64([1, 2]);
    const along = (v: Tensor): Tensor => sum(jvp((z) => mul(z, z), [x], [v]).tangent);
    expect(grad(along)(float64([5, 6])).toArray()).toEqual([2, 4]);
  });

  it('lets a tensor that leaks stand for its value', () => {
    let leaked = one;
    jvp(
      (x) => {
        leaked = mul(x, 3);
        return leaked;
      },
      [one],
      [one],
    );
    expect(mul(leaked, leaked).trace).toBeNull();
    expect(grad((x) => mul(x, leaked))(float64(2)).item()).toBe(3);
  });

  it('stops when the function throws', () => {
    let leaked = one;
    const run = () =>
      jvp(
        (x) => {
          leaked = x;
          throw new Error('stop');
        },
        [one],
        [one],
      );
    expect(run).toThrow('stop');
    expect(exp(leaked).trace).toBeNull();
  });
});

describe('a dual', () => {
  it('leaves an operation on constants alone', () => {
    const dual = new Dual(jvpTable);
    const x = dual.move(one, one);
    expect(dual.tangentOf(mul(one, one))).toBeUndefined();
    expect(dual.tangentOf(mul(x, one))?.item()).toBe(1);
    expect(matmul(float64([[1]]), float64([[2]])).trace).toBeNull();
  });
});

describe('what jvp refuses', () => {
  it('integers, as input, tangent or result', () => {
    expect(() => jvp((x) => x, [int32(1)], [one])).toThrow(DTypeError);
    expect(() => jvp((x) => x, [one], [int32(1)])).toThrow(
      new DTypeError('jvp', {
        expected: 'a float32 or float64 tangent',
        got: 'int32',
        difference: 'tangent 0 of 1',
      }),
    );
    expect(() => jvp((x) => cast(x, 'int32'), [one], [one])).toThrow(
      /^jvp: expected a function whose result is float/,
    );
  });

  it('a tangent of another shape, or none', () => {
    expect(() => jvp((x) => x, [one], [float64([1])])).toThrow(
      new ShapeError('jvp', {
        expected: "a tangent of the input's shape []",
        got: '[1]',
        difference: 'tangent 0 of 1',
      }),
    );
    expect(() => jvp(mul, [one, one], [one])).toThrow('jvp: expected a tangent for each of 2 inputs; got 1');
  });
});
