import { add, DTypeError, mul, sum, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad, valueAndGrad } from './grad.js';
import { Parameter } from './parameter.js';
import { float64, int32 } from './samples.testing.js';
import { thrown } from './thrown.testing.js';

describe('valueAndGrad', () => {
  it('of a function: the value with the gradient', () => {
    const { value, gradients } = valueAndGrad((x) => sum(mul(x, x)))(float64([1, 2]));
    expect(value.item()).toBe(5);
    expect(gradients.toArray()).toEqual([2, 4]);
  });

  it('nests: the value is differentiable', () => {
    const f = (x: Tensor): Tensor => {
      const { value, gradients } = valueAndGrad((y) => mul(y, mul(y, y)))(x);
      return add(value, gradients);
    };
    // d (x^3 + 3 x^2) = 3 x^2 + 6 x
    expect(grad(f)(float64(2)).item()).toBe(24);
  });

  const weight = (): Parameter => new Parameter(float64([3, 4]));

  it('of a loss and a tree of parameters', () => {
    const w = weight();
    const b = new Parameter(float64(1));
    const { value, gradients } = valueAndGrad(() => add(sum(mul(w.value, w.value)), b.value), {
      w,
      rest: [b],
    });
    expect(value.item()).toBe(26);
    expect(gradients.w.toArray()).toEqual([6, 8]);
    expect(gradients.rest.map((g) => g.item())).toEqual([1]);
  });

  it('puts the tensors back into the parameters, the very same ones', () => {
    const w = weight();
    const own = w.value;
    valueAndGrad(() => sum(w.value), [w]);
    expect(w.value).toBe(own);
  });

  it.each<[string, (w: Parameter) => Tensor]>([
    [
      'throws',
      () => {
        throw new Error('in the loss');
      },
    ],
    ['is not a scalar', (w) => w.value],
    ['is no float', () => int32(1)],
    [
      'assigns to the parameter',
      (w) => {
        w.value = float64(0);
        return sum(mul(w.value, 1));
      },
    ],
  ])('puts them back also when the loss %s', (_what, loss) => {
    const w = weight();
    const own = w.value;
    try {
      valueAndGrad(() => loss(w), [w]);
    } catch {
      // What is thrown is the subject of other tests.
    }
    expect(w.value).toBe(own);
  });

  it('a parameter that is named twice (tied weights) is one variable: each place has its whole gradient', () => {
    const w = weight();
    const own = w.value;
    const { gradients } = valueAndGrad(() => sum(mul(w.value, w.value)), [w, w]);
    expect(gradients.map((g) => g.toArray())).toEqual([
      [6, 8],
      [6, 8],
    ]);
    expect(w.value).toBe(own);
  });

  it('inside a derivative: parameters whose tensors are variables of the outer one', () => {
    const w = weight();
    const outer = grad((scale) => {
      const { gradients } = valueAndGrad(() => sum(mul(mul(w.value, w.value), scale)), [w]);
      return sum(gradients[0]);
    });
    // d/ds sum(2 s w) = 14
    expect(outer(float64(5)).item()).toBe(14);
  });

  it('refuses tensors where parameters are due, and integer parameters', () => {
    expect(thrown(() => valueAndGrad(() => float64(1), [float64(1)] as never))).toMatchObject({
      operation: 'valueAndGrad',
      expected: 'a Parameter, or arrays and plain records of them, to differentiate by',
      got: 'an instance of Tensor',
    });
    expect(thrown(() => valueAndGrad(() => float64(1), [new Parameter(int32(1))]))).toBeInstanceOf(
      DTypeError,
    );
  });
});
