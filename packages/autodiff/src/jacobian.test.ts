import { add, ConfigError, exp, matmul, mul, sum, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { countingBackend } from './counting-backend.testing.js';
import { customVjp } from './custom-vjp.js';
import { grad } from './grad.js';
import { hessian, hvp } from './hessian.js';
import { jacobian } from './jacobian.js';
import { jvp } from './jvp.js';
import { distance, float64, int32, normal } from './samples.testing.js';
import { thrown } from './thrown.testing.js';
import { vjp } from './vjp.js';

const modes = ['forward', 'reverse', undefined] as const;

describe.each(modes)('the Jacobian, mode %s', (mode) => {
  it('has the shape of the output before that of the input: J[i, j] = ∂f_i / ∂x_j', () => {
    const w = normal([3, 4]);
    const J = jacobian((x: Tensor) => matmul(x, w), { mode })(normal([2, 3]));
    expect(J.shape).toEqual([2, 4, 2, 3]);
    // ∂(x w)_ab / ∂x_cd = w_db where a = c
    const expected = tensor(
      Float64Array.from({ length: 48 }, (_, i) => {
        const [a, b, c, d] = [Math.trunc(i / 24), Math.trunc(i / 6) % 4, Math.trunc(i / 3) % 2, i % 3];
        return a === c ? (w.dataSync()[4 * d + b] as number) : 0;
      }),
      { shape: [2, 4, 2, 3] },
    );
    expect(J.dataSync()).toEqual(expected.dataSync());
  });

  it('of trees is a tree of blocks for each output', () => {
    const J = jacobian(
      ({ a, b }: { a: Tensor; b: readonly Tensor[] }) => [mul(a, b[0] as Tensor), sum(a)] as const,
      { mode },
    )({ a: float64([2, 3]), b: [float64(5)] });
    expect(J[0].a.toArray()).toEqual([
      [5, 0],
      [0, 5],
    ]);
    expect(J[0].b.map((block) => block.toArray())).toEqual([[2, 3]]);
    expect(J[1].a.toArray()).toEqual([1, 1]);
    expect(J[1].b.map((block) => block.toArray())).toEqual([0]);
  });

  it('is zero where nothing depends, and empty of what is empty', () => {
    expect(jacobian(() => float64([1, 2]), { mode })(float64([1, 2, 3])).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(jacobian((x: Tensor) => mul(x, 2), { mode })(normal([0])).shape).toEqual([0, 0]);
    expect(jacobian((x: Tensor) => sum(x), { mode })(normal([0])).shape).toEqual([0]);
    expect(jacobian((x: Tensor) => mul(x, normal([0])), { mode })(normal([1])).shape).toEqual([0, 1]);
  });

  it('is zero for the elements that a rule answers nothing for', () => {
    const first = customVjp(
      (x: Tensor) => mul(x, 2),
      () => (g) => [sum(mul(g, float64([1, 0]))).item() === 0 ? null : mul(g, 2)],
    );
    expect(jacobian((x: Tensor) => first(x), { mode: 'reverse' })(float64([1, 1])).toArray()).toEqual([
      [2, 0],
      [0, 0],
    ]);
  });

  it("has the input's dtype", () => {
    const f = (x: Tensor): Tensor => mul(x, float64([1, 2]));
    expect(jacobian(f, { mode })(tensor([1, 1])).dtype).toBe('float32');
  });

  it('nests: the Jacobian of a gradient is symmetric, that of a Jacobian has three axes', () => {
    const f = (x: Tensor): Tensor => sum(mul(exp(x), mul(x, sum(x))));
    const x = float64([0.5, 1]);
    const H = jacobian((y: Tensor) => grad(f)(y), { mode })(x);
    expect(distance(H, H.transpose())).toBeLessThan(8 * Number.EPSILON);
    const third = jacobian((y: Tensor) => jacobian((z: Tensor) => mul(z, mul(z, z)), { mode })(y), { mode });
    expect(third(x).toArray()).toEqual([
      [
        [3, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 6],
      ],
    ]);
  });

  it('is what jvp and vjp multiply with', () => {
    const f = (x: Tensor): Tensor => matmul(exp(x), exp(x).transpose());
    const x = normal([2, 3]);
    const J = jacobian(f, { mode })(x).reshape([4, 6]);
    const [v, u] = [normal([2, 3]), normal([2, 2])];
    // Sums of six products of size up to 100.
    const bound = 6 * 100 * Number.EPSILON;
    const Jv = matmul(J, v.reshape([6, 1])).reshape([2, 2]);
    const uJ = matmul(u.reshape([1, 4]), J).reshape([2, 3]);
    expect(distance(Jv, jvp(f, [x], [v]).tangent)).toBeLessThan(bound);
    expect(distance(uJ, vjp(f, [x]).pullback(u)[0])).toBeLessThan(bound);
  });
});

describe('the cheaper mode is taken', () => {
  const runs = (f: (x: Tensor) => Tensor, size: number): number => {
    let calls = 0;
    jacobian((x: Tensor) => {
      calls += 1;
      return f(x);
    })(normal([size]));
    return calls;
  };

  it('reverse, which runs f once, unless there are fewer inputs than outputs', () => {
    expect(runs((x) => sum(x), 5)).toBe(1);
    expect(runs((x) => mul(x, x), 5)).toBe(1);
    // Once to see how large the output is, and once for each input.
    expect(runs((x) => mul(x, normal([5])), 1)).toBe(2);
  });

  it('unless one is asked for', () => {
    const f = (x: Tensor): Tensor => mul(sum(x), normal([2]));
    const runs = (size: number, mode: 'forward' | 'reverse'): number => {
      let calls = 0;
      const counting = (x: Tensor): Tensor => {
        calls += 1;
        return f(x);
      };
      jacobian(counting, { mode })(normal([size]));
      return calls;
    };
    expect([runs(5, 'forward'), runs(1, 'forward')]).toEqual([5, 1]);
    expect([runs(5, 'reverse'), runs(1, 'reverse')]).toEqual([1, 1]);
  });

  it('its cost is a pass for each row or column', () => {
    const kernels = (n: number): number => {
      const backend = countingBackend();
      const x = tensor(new Float64Array(n), { backend });
      return backend.during(() => jacobian((y: Tensor) => exp(y))(x)).kernels;
    };
    expect(kernels(30) - kernels(20)).toBe(kernels(20) - kernels(10));
  });
});

describe('the Hessian', () => {
  const f = ({ a, b }: { a: Tensor; b: Tensor }): Tensor => sum(mul(mul(a, a), b));

  it('has a block for each pair of inputs', () => {
    const H = hessian(f)({ a: float64([2, 3]), b: float64(5) });
    expect(H.a.a.toArray()).toEqual([
      [10, 0],
      [0, 10],
    ]);
    expect(H.a.b.toArray()).toEqual([4, 6]);
    expect(H.b.a.toArray()).toEqual([4, 6]);
    expect(H.b.b.toArray()).toEqual(0);
  });

  it('times a vector is hvp, which costs as much as a few gradients whatever the size', () => {
    const g = (x: Tensor): Tensor => sum(mul(exp(x), sum(mul(x, x))));
    const x = normal([4]);
    const v = normal([4]);
    const Hv = matmul(hessian(g)(x), v.reshape([4, 1])).reshape([4]);
    // Sums of four products of size up to 1000.
    expect(distance(Hv, hvp(g)(x, v))).toBeLessThan(4000 * Number.EPSILON);
    const kernels = (n: number): number => {
      const backend = countingBackend();
      const at = tensor(new Float64Array(n), { backend });
      return backend.during(() => hvp(g)(at, at)).kernels;
    };
    expect(kernels(100)).toBe(kernels(10));
  });

  it('hvp of trees, with further arguments, at which nothing moves', () => {
    const scaled = (p: { a: Tensor; b: Tensor }, c: number): Tensor => mul(f(p), c);
    const x = { a: float64([2, 3]), b: float64(5) };
    const { a, b } = hvp(scaled)(x, { a: float64([1, 0]), b: float64(1) }, 10);
    expect([a.toArray(), b.item()]).toEqual([[140, 60], 40]);
  });

  it('hvp of what is linear is zero', () => {
    expect(hvp((x: Tensor) => sum(x))(float64([1, 2]), float64([1, 1])).toArray()).toEqual([0, 0]);
  });

  it('nests: the derivative of v·H v is a third derivative', () => {
    const cube = (x: Tensor): Tensor => sum(mul(x, mul(x, x)));
    const v = float64([1, 10]);
    const curvature = (x: Tensor): Tensor => sum(mul(v, hvp(cube)(x, v)));
    expect(grad(curvature)(float64([1, 2])).toArray()).toEqual([6, 600]);
    expect(jvp(curvature, [float64([1, 2])], [float64([1, 1])]).tangent.item()).toBe(606);
    expect(hessian((x: Tensor) => sum(hessian(cube)(x)))(float64([1, 2])).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('what is refused', () => {
  it('a mode that is none', () => {
    const error = thrown(() => jacobian(exp, { mode: 'sideways' as 'forward' }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe("jacobian: expected mode 'forward' or 'reverse'; got sideways");
  });

  it.each(modes)('integers, as input or output, mode %s', (mode) => {
    expect(thrown(() => jacobian((x: Tensor) => x, { mode })(int32([1])))).toMatchObject({
      name: 'DTypeError',
      operation: 'jacobian',
    });
    for (const x of [float64([1]), normal([0])]) {
      expect(thrown(() => jacobian(() => int32([1]), { mode })(x))).toMatchObject({
        name: 'DTypeError',
        operation: 'jacobian',
        expected: 'a function whose result is float',
      });
    }
  });

  it('a Hessian of what is no scalar, and a direction of another form', () => {
    expect(thrown(() => hessian((x: Tensor) => add(x, x))(float64([1, 2])))).toMatchObject({
      name: 'ShapeError',
      operation: 'grad',
    });
    expect(thrown(() => hvp((x: Tensor) => sum(x))(float64([1, 2]), float64([1])))).toMatchObject({
      name: 'ShapeError',
      operation: 'hvp',
      expected: "a tangent of the input's shape [2]",
    });
  });
});
