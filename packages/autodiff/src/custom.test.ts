import {
  abs,
  add,
  cos,
  exp,
  less,
  log,
  mul,
  neg,
  round,
  sigmoid,
  sin,
  sub,
  sum,
  type Tensor,
  tensor,
  where,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { checkpoint } from './checkpoint.js';
import { countingBackend } from './counting-backend.testing.js';
import { customJvp } from './custom-jvp.js';
import { customVjp } from './custom-vjp.js';
import { grad, valueAndGrad } from './grad.js';
import { hessian, hvp } from './hessian.js';
import { jacobian } from './jacobian.js';
import { jvp } from './jvp.js';
import { distance, float64, int32, normal } from './samples.testing.js';
import { detectAnomaly } from './seeing/detect-anomaly.js';
import { stepThrough } from './seeing/step-through.js';
import { trace } from './seeing/trace.js';
import { stopGradient } from './stop-gradient.js';
import { thrown } from './thrown.testing.js';
import { vjp } from './vjp.js';

/** sin with the rule that it has anyway. */
const sinByVjp = customVjp(
  (x) => sin(x),
  (_y, x) => (g) => [mul(g, cos(x as Tensor))],
);
const sinByJvp = customJvp(
  (x) => sin(x),
  ([t], _y, x) => mul(t as Tensor, cos(x as Tensor)),
);

const one = float64(1);
const slope =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    jvp(f, [x], [one]).tangent;
const steep =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    grad(f)(x);

describe.each([
  ['customVjp', sinByVjp],
  ['customJvp', sinByJvp],
] as const)('a rule given by %s', (_name, f) => {
  it('holds in both modes, to order 2, each over each', () => {
    expect(checkGradients((x) => mul(f(x), x), [normal([2, 3])]).toString()).toMatch(/agree/);
  });

  it('at order 3 in any mix of modes: sin, cos, -sin, -cos', () => {
    const x = float64(0.7);
    for (const a of [slope, steep]) {
      for (const b of [slope, steep]) {
        for (const c of [slope, steep]) {
          expect(a(b(c((y) => f(y))))(x).item()).toBeCloseTo(-Math.cos(0.7), 14);
        }
      }
    }
  });

  it('goes through jacobian, hessian, hvp and checkpoint', () => {
    const x = normal([3]);
    const cost = (y: Tensor): Tensor => sum(mul(checkpoint((z) => f(z))(y), y));
    const reference = (y: Tensor): Tensor => sum(mul(sin(y), y));
    expect(distance(jacobian((y: Tensor) => f(y))(x), jacobian((y: Tensor) => sin(y))(x))).toBe(0);
    // A few roundings of numbers of size up to 5.
    const bound = 20 * Number.EPSILON;
    expect(distance(hessian(cost)(x), hessian(reference)(x))).toBeLessThan(bound);
    expect(distance(hvp(cost)(x, x), hvp(reference)(x, x))).toBeLessThan(bound);
  });

  it('a call that nothing differentiates is the function itself', () => {
    const backend = countingBackend();
    const x = tensor([1, 2], { backend });
    expect(backend.during(() => f(x)).kernels).toBe(1);
  });

  it('closing over a variable is refused, over one that is held fixed not', () => {
    for (const d of [steep, slope]) {
      const make = customVjp(
        (x) => x,
        () => (g) => [g],
      );
      const error = thrown(() =>
        d((w) =>
          customVjp(
            (x) => mul(x as Tensor, w),
            () => (g) => [g],
          )(make(w)),
        )(one),
      );
      expect(error).toMatchObject({
        name: 'ConfigError',
        operation: 'customVjp',
        expected: 'a function whose result depends through its arguments alone on what is differentiated by',
        got: 'one that closes over it',
        remedy: 'Pass it as an argument, or hold it fixed with stopGradient',
      });
      const fixed = d((w) =>
        customVjp(
          (x) => mul(x as Tensor, stopGradient(w)),
          () => (g) => [g],
        )(w),
      );
      expect(fixed(float64(3)).item()).toBe(1);
    }
  });
});

describe('customVjp', () => {
  it('is the derivative, whatever the function is: a straight-through estimator', () => {
    const quantize = customVjp(
      (x) => round(x as Tensor),
      () => (g) => [g],
    );
    const f = (x: Tensor): Tensor => sum(mul(quantize(x), quantize(x)));
    const x = float64([0.4, 1.6]);
    // 2 round(x), and the second derivative by the same rule: 2
    expect(grad(f)(x).toArray()).toEqual([0, 4]);
    expect(hvp(f)(x, float64([1, 1])).toArray()).toEqual([2, 2]);
    expect(grad((y) => sum(grad(f)(y)))(x).toArray()).toEqual([2, 2]);
    expect(jvp(f, [x], [float64([1, 1])]).tangent.item()).toBe(4);
  });

  it('reverses a gradient', () => {
    const reverse = customVjp(
      (x) => x as Tensor,
      () => (g) => [neg(g)],
    );
    expect(grad((x) => mul(reverse(x), x))(float64(3)).item()).toBe(0);
    expect(slope((x) => mul(reverse(x), x))(float64(3)).item()).toBe(0);
  });

  it('of a pullback that is not linear, forward mode takes the slope at 0', () => {
    const clipped = customVjp(
      (x) => x as Tensor,
      () => (g) => [where(less(abs(g), 1), g, 0)],
    );
    expect(slope((x) => mul(clipped(x), 5))(one).item()).toBe(5);
  });

  const layer = customVjp(
    ({ w, b }: { w: Tensor; b: Tensor }, x: Tensor) => ({ y: add(mul(w, x), b), norm: sum(mul(w, w)) }),
    (_output, { w }, x) =>
      ({ y, norm }) => [{ b: y, w: add(mul(y, x), mul(w, mul(norm, 2))) }, mul(y, w)],
  );
  const p = { w: float64([2, 3]), b: float64([1, 1]) };
  const x = float64([5, 7]);

  it('takes and gives trees; an output that is not used has cotangent 0', () => {
    const { pullback } = vjp(layer, [p, x]);
    const [gp, gx] = pullback({ y: float64([1, 10]), norm: float64(100) });
    expect([gp.w.toArray(), gp.b.toArray(), gx.toArray()]).toEqual([
      [405, 670],
      [1, 10],
      [2, 30],
    ]);
    expect(grad((q: typeof p) => layer(q, x).norm)(p).w.toArray()).toEqual([4, 6]);
    const check = (w: Tensor, b: Tensor, z: Tensor): Tensor => {
      const { y, norm } = layer({ w, b }, z);
      return mul(y, norm);
    };
    expect(
      checkGradients(
        check,
        [p.w, p.b, x].map((t) => mul(t, 0.2)),
      ).toString(),
    ).toMatch(/agree/);
  });

  it('gives null for what has no derivative, and for integers', () => {
    const pick = customVjp(
      (values: Tensor, labels: Tensor, scale: Tensor) => mul(mul(values, labels), scale),
      (_y, _values, labels, scale) => (g) => [mul(g, mul(labels, scale)), null, null],
    );
    const run = (v: Tensor, s: Tensor): Tensor => sum(pick(v, int32([1, 2]), s));
    const [gv, gs] = grad(([v, s]: readonly [Tensor, Tensor]) => run(v, s))([float64([1, 1]), float64(3)]);
    expect([gv.toArray(), gs.item()]).toEqual([[3, 6], 0]);
    const moved = jvp(run, [float64([1, 1]), float64(3)], [float64([1, 0]), float64(9)]);
    expect(moved.tangent.item()).toBe(3);
  });

  it('a result of integers stands still', () => {
    const count = customVjp(
      (y: Tensor) => [mul(y, 2), int32(2)] as const,
      () =>
        ([g]) => [mul(g, 2)],
    );
    expect(grad((y) => mul(count(y)[0], count(y)[1]))(one).item()).toBe(4);
    expect(slope((y) => mul(count(y)[0], count(y)[1]))(one).item()).toBe(4);
  });

  it('nothing but integers as a result has no derivative', () => {
    const three = customVjp(
      (_: Tensor) => int32(3),
      () => () => [null],
    );
    expect(grad((y) => mul(y, three(y)))(one).item()).toBe(3);
    expect(slope((y) => mul(y, three(y)))(one).item()).toBe(3);
  });

  it.each<[string, unknown, object]>([
    [
      'no list',
      float64(1),
      {
        name: 'ShapeError',
        expected: 'a rule whose pullback gives a list of 1, a cotangent for each input',
        got: 'object',
      },
    ],
    ['a list that is too long', [float64(1), null], { name: 'ShapeError', got: 'a list of 2' }],
    [
      'another shape',
      [float64([1, 2])],
      { name: 'ShapeError', expected: "a cotangent of the input's shape []", got: '[2]' },
    ],
    ['a number', [1], { name: 'DTypeError', got: '1' }],
    [
      'a tree',
      [{ a: float64(1) }],
      { name: 'ShapeError', difference: 'missing a single tensor, unexpected .a' },
    ],
  ])('a rule that answers with %s is refused', (_what, answer, details) => {
    const f = customVjp(
      (y) => mul(y as Tensor, 2),
      () => () => answer as [Tensor],
    );
    const error = thrown(() => grad((y) => f(y))(one));
    expect(error).toMatchObject({ operation: 'customVjp', ...details });
  });

  it('keeps what its rule closes over and nothing else: its cost is that of the rule', () => {
    const backend = countingBackend();
    const at = tensor([1, 2], { backend });
    const f = customVjp(
      (y) => exp(exp(exp(y as Tensor))),
      () => (g) => [mul(g, 2)],
    );
    const { output, pullback } = vjp((y) => f(y), [at]);
    expect(backend.during(() => pullback(output)).kernels).toBe(1);
  });
});

describe('customJvp', () => {
  it('is stable where the operations of the function are not', () => {
    const softplus = customJvp(
      (x) =>
        exp(x as Tensor)
          .add(1)
          .log(),
      ([t], _y, x) => mul(t as Tensor, sigmoid(x as Tensor)),
    );
    const { value, gradients } = valueAndGrad((x) => sum(softplus(x)))(float64([1000, -1000]));
    expect([value.item(), gradients.toArray()]).toEqual([Infinity, [1, 0]]);
    expect(grad((x) => grad((y) => softplus(y))(x))(float64(0)).item()).toBe(1 / 4);
  });

  it('of trees: what stands still has tangent 0, and integers are let be', () => {
    const f = customJvp(
      ({ a, k }: { a: Tensor; k: Tensor }, b: Tensor) => [mul(a, b), add(mul(b, b), k)] as const,
      ([{ a: ta }, tb], _output, { a }, b) => [add(mul(ta, b), mul(a, tb)), mul(mul(tb, b), 2)],
    );
    const g = (a: Tensor, b: Tensor): Tensor => {
      const [u, v] = f({ a, k: int32(4) }, b);
      return mul(u, v);
    };
    expect(checkGradients(g, [normal([2]), normal([2])]).toString()).toMatch(/agree/);
    // d/da (a b (b² + 4)) = b³ + 4 b
    expect(grad((a) => g(a, float64(2)))(one).item()).toBe(16);
    expect(slope((a) => g(a, float64(2)))(one).item()).toBe(16);
  });

  it('a rule that answers with another shape is refused', () => {
    const f = customJvp(
      (x) => sum(x as Tensor),
      ([t]) => t as Tensor,
    );
    for (const act of [
      () => jvp((x) => f(x), [float64([1, 2])], [float64([1, 2])]),
      () => grad((x) => f(x))(float64([1, 2])),
    ]) {
      expect(thrown(act)).toMatchObject({
        operation: 'customJvp',
        expected: "a tangent of the output's shape []",
        got: '[2]',
      });
    }
  });
});

it('a custom function within a custom function has its own rule', () => {
  const twice = customVjp(
    (x) => mul(sinByVjp(x as Tensor), 2),
    (_y, x) => (g) => [mul(g, sub(1, mul(x as Tensor, 0)))],
  );
  expect(grad((x) => twice(x))(float64(2)).item()).toBe(1);
});

describe('who looks on from within a derivative', () => {
  const reversed = customVjp(
    (x) => mul(x as Tensor, 1),
    () => (g) => [neg(g)],
  );

  it('sees the gradient that the rule gives', () => {
    const { gradients } = stepThrough((x) => mul(reversed(x), x).add(reversed(mul(x, 2))))(float64(3));
    // x - x - 2
    expect(gradients).toEqual([-2]);
    const run = (x: Tensor): Tensor => {
      let y = x;
      trace((z: Tensor) => {
        y = checkpoint((t: Tensor) => reversed(t))(z);
        return y;
      })(x);
      return y;
    };
    expect(grad(run)(one).item()).toBe(-1);
    expect(jvp(run, [one], [one]).tangent.item()).toBe(-1);
  });

  it('sees operations where nothing is differentiated', () => {
    expect(trace((x: Tensor) => reversed(x))(one).nodes.map(({ primitive }) => primitive)).toEqual(['mul']);
  });

  it('is told of a rule that is not finite', () => {
    const infinite = customVjp(
      (x) => mul(x as Tensor, 1),
      () => (g) => [mul(g, Infinity)],
    );
    expect(() => detectAnomaly((x: Tensor) => grad((y) => infinite(y))(x))(one)).toThrow(
      /^derivative of customVjp: expected a finite gradient; got Infinity/,
    );
    expect(() => detectAnomaly((x: Tensor) => grad((y) => checkpoint(log)(y))(x))(float64(0))).toThrow(
      /^log: expected a finite output; got -Infinity/,
    );
  });
});
