import { add, exp, fuse, Generator, mul, sum, type Tensor, tanh } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from './grad.js';
import { jvp } from './jvp.js';

const f = (x: Tensor, y: Tensor): Tensor => mul(tanh(add(mul(x, y), x)), exp(mul(y, 0.25)));
const fused = fuse(f);
const loss =
  (g: typeof f) =>
  (x: Tensor, y: Tensor): Tensor =>
    sum(g(x, y));

describe('a fused function', () => {
  const generator = new Generator(3);
  const [x, y, t] = Array.from({ length: 3 }, () => generator.normal([25, 40])) as [Tensor, Tensor, Tensor];

  it('has the derivatives of its operations, in both modes and to second order', () => {
    const second = (g: typeof f) => grad((a: Tensor, b: Tensor) => sum(mul(grad(loss(g))(a, b), t)))(x, y);
    expect(grad(loss(fused))(x, y).dataSync()).toEqual(grad(loss(f))(x, y).dataSync());
    expect(second(fused).dataSync()).toEqual(second(f).dataSync());
    const tangent = (g: typeof f): Tensor => jvp((a) => g(a, y), [x], [t]).tangent;
    expect(tangent(fused).dataSync()).toEqual(tangent(f).dataSync());
  });

  it('may be a derivative itself, of what it closes over too', () => {
    const slope = (a: Tensor): Tensor => grad((b: Tensor) => sum(f(b, y)))(a);
    expect(fuse(slope)(x).dataSync()).toEqual(slope(x).dataSync());
    const outer = (g: (h: (b: Tensor) => Tensor) => (b: Tensor) => Tensor): Tensor =>
      grad((a: Tensor) => sum(g((b) => mul(a, exp(b)))(y)))(x);
    expect(outer(fuse).dataSync()).toEqual(outer((h) => h).dataSync());
  });
});
