import { add, mul, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from './grad.js';
import { float64 } from './samples.testing.js';
import { stopGradient } from './stop-gradient.js';

describe('stopGradient', () => {
  it('has the value of its argument and no derivative', () => {
    expect(stopGradient(float64(3)).item()).toBe(3);
    expect(grad((x) => mul(x, stopGradient(x)))(float64(3)).item()).toBe(3);
    expect(grad((x) => stopGradient(mul(x, x)))(float64(3)).item()).toBe(0);
  });

  it('ends the derivatives of every level', () => {
    const f = (x: Tensor): Tensor => mul(mul(x, x), stopGradient(x));
    // d/dx = 2 x c with c = x held fixed; again, 2 c.
    expect(grad(f)(float64(3)).item()).toBe(18);
    expect(grad((x) => grad(f)(x))(float64(3)).item()).toBe(6);
    expect(grad((x) => grad((y) => grad(f)(y))(x))(float64(3)).item()).toBe(0);
  });

  it('in the inner function cuts an outer variable too', () => {
    const f = (x: Tensor): Tensor => grad((y) => mul(stopGradient(x), mul(y, y)))(x);
    expect(grad(f)(float64(3)).item()).toBe(6);
  });

  it('of a tree is a tree of constants', () => {
    const f = (x: Tensor): Tensor => {
      const { a, rest } = stopGradient({ a: x, rest: [mul(x, x)] });
      return mul(x, mul(a, rest[0] as Tensor));
    };
    expect(grad(f)(float64(2)).item()).toBe(8);
    expect(() => stopGradient([1 as never])).toThrow(/^stopGradient: expected a tensor, or arrays/);
  });

  it('of a constant is the constant itself', () => {
    const c = float64(2);
    expect(stopGradient(c)).toBe(c);
    expect(grad((x) => add(x, stopGradient(c)))(float64(1)).item()).toBe(1);
  });
});
