import { concat, mul, scope, sum, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { float64 } from './samples.testing.js';

describe('operands of which some are constants', () => {
  it('of a primitive that takes any number of them: each variable has its own part', () => {
    const [a, b] = [float64([1, 2]), float64([3])];
    const f = ({ x, y }: { x: Tensor; y: Tensor }): Tensor =>
      sum(mul(concat([x, b, y], { axis: 0 }), float64([1, 10, 100, 1000, 10_000])));
    const { x, y } = grad(f)({ x: a, y: a });
    expect(x.toArray()).toEqual([1, 10]);
    expect(y.toArray()).toEqual([1000, 10_000]);
  });

  it('forward: those that stand still contribute nothing', () => {
    const [a, b] = [float64([1, 2]), float64([3])];
    const { tangent } = jvp((x) => concat([x, b], { axis: 0 }), [a], [float64([5, 6])]);
    expect(tangent.toArray()).toEqual([5, 6, 0]);
  });
});

it('what leaks out of an inner tangent still moves with the outer one', () => {
  const f = (x: Tensor): Tensor => {
    let inner = x;
    jvp(
      (y) => {
        inner = mul(y, y);
        return inner;
      },
      [x],
      [float64(1)],
    );
    return inner;
  };
  expect(jvp(f, [float64(3)], [float64(1)]).tangent.item()).toBe(6);
  expect(grad(f)(float64(3)).item()).toBe(6);
});

it('a scope inside of the function frees nothing that the backward pass needs', () => {
  const f = (x: Tensor): Tensor =>
    scope(() =>
      sum(
        mul(
          mul(x, x),
          scope(() => mul(x, 2)),
        ),
      ),
    );
  // 2 x³
  expect(grad(f)(float64([1, 2])).toArray()).toEqual([6, 24]);
  expect(scope(() => grad(f)(float64([3]))).toArray()).toEqual([54]);
});
