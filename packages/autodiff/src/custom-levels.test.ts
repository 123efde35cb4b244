import {
  add,
  currentScope,
  div,
  exp,
  Generator,
  greater,
  mul,
  neg,
  scope,
  sum,
  type Tensor,
  where,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkpoint } from './checkpoint.js';
import { customVjp } from './custom-vjp.js';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { float64, int32 } from './samples.testing.js';
import { detectAnomaly } from './seeing/detect-anomaly.js';
import { stepThrough } from './seeing/step-through.js';
import { trace } from './seeing/trace.js';
import { vjp } from './vjp.js';

/*
 * A function with a rule of its own, where more than one derivative, region or scope has to do with it.
 */

const one = float64(1);

/** The identity whose derivative is -1; it counts how often its rule is asked. */
function reversed(): { readonly f: (x: Tensor) => Tensor; readonly asked: () => number } {
  let count = 0;
  const f = customVjp(
    (x: Tensor) => mul(x, 1),
    () => {
      count += 1;
      return (g) => [neg(g)];
    },
  );
  return { f, asked: () => count };
}

describe('a derivative that has ended', () => {
  it('asks for no rule: what leaked out of it is a plain value', () => {
    let leaked = one;
    const leak = (x: Tensor): Tensor => (leaked = mul(x, 3));
    for (const run of [() => grad(leak)(one), () => jvp(leak, [one], [one])]) {
      run();
      const { f, asked } = reversed();
      expect(f(leaked)).toMatchObject({ trace: null });
      expect(asked()).toBe(0);
    }
  });

  it('within the function itself may leave its tensors to the result', () => {
    for (const run of [grad, (f: (x: Tensor) => Tensor) => (x: Tensor) => jvp(f, [x], [one])]) {
      const square = customVjp(
        (x: Tensor) => {
          let inner = x;
          run((y: Tensor) => (inner = mul(y, y)))(x);
          return inner;
        },
        (_y, x) => (g) => [mul(g, mul(x, 2))],
      );
      expect(grad((x: Tensor) => square(x))(float64(3)).item()).toBe(6);
      expect(jvp((x: Tensor) => square(x), [float64(3)], [one]).tangent.item()).toBe(6);
    }
  });
});

it('in a checkpoint asks for its rule when the backward pass comes by, and not before', () => {
  const { f, asked } = reversed();
  const { pullback } = vjp(
    checkpoint((x: Tensor) => f(x)),
    [one],
  );
  expect(asked()).toBe(0);
  expect(pullback(one)[0].item()).toBe(-1);
  expect(asked()).toBe(1);
});

it('keeps what its rule makes on the way where the backward pass finds it, whatever scope is open', () => {
  const x = new Generator(1).normal([64, 64]);
  const power = customVjp(
    (y: Tensor) => exp(y),
    (_output, y) => {
      const kept = exp(y);
      return (g) => [mul(g, kept)];
    },
  );
  const f = (y: Tensor): Tensor => scope(() => sum(power(y)));
  expect(grad(f)(x).dataSync()).toEqual(exp(x).dataSync());
  expect(scope(() => grad(f)(x)).dataSync()).toEqual(exp(x).dataSync());
});

it('runs its rule in the scope in which the derivative began', () => {
  const seen: unknown[] = [];
  const f = customVjp(
    (y: Tensor) => mul(y, 1),
    () => {
      seen.push(currentScope());
      return (g) => [g];
    },
  );
  scope(() => {
    const around = currentScope();
    grad((x: Tensor) => scope(() => f(x)))(one);
    grad((x: Tensor) => f(x))(one);
    expect(seen).toEqual([around, around]);
    expect(around).not.toBeNull();
  });
});

it('who looks on from within a derivative sees its rule, also where one of its arguments is a constant', () => {
  const scaled = customVjp(
    (x: Tensor, c: Tensor) => mul(x, c),
    (_y, _x, c) => (g) => [neg(mul(g, c)), null],
  );
  const run = (x: Tensor): Tensor => {
    let y = x;
    trace((z: Tensor) => (y = scaled(z, float64(5))))(x);
    return y;
  };
  expect(grad(run)(one).item()).toBe(-5);
  expect(jvp(run, [one], [one]).tangent.item()).toBe(-5);
});

describe('who looks at the backward pass', () => {
  it('sees what the rule contributes at the step of the output', () => {
    const f = customVjp(
      (x: Tensor) => mul(x, 2),
      () => (g) => [mul(g, 7)],
    );
    expect(stepThrough((x: Tensor) => f(mul(x, 3)))(one).steps).toEqual([
      { id: 3, cotangent: 1, contributions: [{ to: 2, value: 7, total: 7 }] },
      { id: 2, cotangent: 7, contributions: [{ to: 0, value: 21, total: 21 }] },
    ]);
    const [first, second] = [0, 1].map((place) => {
      const pair = customVjp(
        (x: Tensor) => [mul(x, 2), mul(x, 5)] as const,
        () =>
          ([a, b]) => [add(mul(a, 2), mul(b, 5))],
      );
      return stepThrough((x: Tensor) => pair(x)[place] as Tensor)(one);
    });
    expect([first?.gradients, second?.gradients]).toEqual([[2], [5]]);
    expect(first?.steps.map(({ contributions }) => contributions.map(({ value }) => value))).toEqual([[2]]);
  });

  it('takes no offence at what the rule computes on the way', () => {
    const masked = customVjp(
      (x: Tensor) => mul(x, 1),
      () => (g) => [where(greater(g, 0), g, div(g, 0))],
    );
    expect(detectAnomaly((x: Tensor) => grad((y: Tensor) => masked(y))(x))(one).item()).toBe(1);
    const maskedByInput = customVjp(
      (x: Tensor) => mul(x, 1),
      (_output, x) => (g) => [where(greater(x, 0), g, div(x, 0))],
    );
    expect(detectAnomaly((x: Tensor) => grad((y: Tensor) => maskedByInput(y))(x))(one).item()).toBe(1);
  });
});

describe('integers', () => {
  it('as a result before one of floats', () => {
    const f = customVjp(
      (y: Tensor) => [int32(2), mul(y, 3)] as const,
      () =>
        ([, g]) => [mul(g, 3)],
    );
    const run = (y: Tensor): Tensor => {
      const [k, z] = f(y);
      return mul(z, k);
    };
    expect(grad(run)(one).item()).toBe(6);
    expect(jvp(run, [one], [one]).tangent.item()).toBe(6);
  });

  it('as the only result: the pullback of the rule is not asked', () => {
    const three = customVjp(
      (_: Tensor) => int32(3),
      () => () => {
        throw new Error('asked');
      },
    );
    const run = (y: Tensor): Tensor => mul(y, three(y));
    expect(grad(run)(one).item()).toBe(3);
    expect(jvp(run, [one], [one]).tangent.item()).toBe(3);
  });

  it('beside floats in one argument, and alone, where what the rule says about them is not looked at', () => {
    const scaled = customVjp(
      ({ a, k }: { a: Tensor; k: Tensor }, n: Tensor) => mul(mul(a, k), n),
      (_y, { k }, n) =>
        (g) => [{ a: mul(g, mul(k, n)), k: g }, float64([1, 2, 3])],
    );
    const run = (a: Tensor): Tensor => scaled({ a, k: int32(4) }, int32(5));
    expect(grad(run)(one).item()).toBe(20);
    expect(jvp(run, [one], [one]).tangent.item()).toBe(20);
  });
});
