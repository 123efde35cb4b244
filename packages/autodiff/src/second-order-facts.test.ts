import {
  abs,
  clamp,
  crossEntropy,
  equal,
  erf,
  exp,
  expm1,
  greater,
  log,
  log1p,
  logaddexp,
  logSoftmax,
  max,
  maximum,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  softmax,
  softplus,
  sqrt,
  sub,
  sum,
  tanh,
  type Tensor,
  where,
  xlogy,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from './grad.js';
import { hessian } from './hessian.js';
import { jacobian } from './jacobian.js';
import { jvp } from './jvp.js';
import { float64, int32 } from './samples.testing.js';

/*
 * First and second derivatives where formulas are delicate: the documented number, in each mode and each mode over each, and
 * never NaN by accident.
 */

const { POSITIVE_INFINITY: inf } = Number;
type OnNumber = (x: Tensor) => Tensor;
const forward =
  (f: OnNumber): OnNumber =>
  (x) =>
    jvp(f, [x], [float64(1)]).tangent;
const reverse =
  (f: OnNumber): OnNumber =>
  (x) =>
    grad(f)(x);

const at = (x: number): Tensor => float64(x);

const facts: readonly (readonly [fact: string, f: OnNumber, x: number, first: number, second: number])[] = [
  ['sqrt at 0: Infinity, and -Infinity', sqrt, 0, inf, -inf],
  ['x² at 0 as a power: 0, and 2', (x) => pow(x, 2), 0, 0, 2],
  ['x³ at 0 as a power: 0, and 0', (x) => pow(x, 3), 0, 0, 0],
  ['x¹ at 0 as a power: 1, and 0', (x) => pow(x, 1), 0, 1, 0],
  ['x⁰ at 0: 0, and 0', (x) => pow(x, 0), 0, 0, 0],
  ['x² at -2 as a power: -4, and 2', (x) => pow(x, 2), -2, -4, 2],
  ['x^1.5 at 0: 0, and Infinity', (x) => pow(x, 1.5), 0, 0, inf],
  ['0^x at 2: the limit 0, and 0', (x) => pow(0, x), 2, 0, 0],
  ['|x| at 0: 0, the middle of its slopes, and 0', abs, 0, 0, 0],
  ['relu at 0: 0, and 0', relu, 0, 0, 0],
  ['a tie of maximum: half of each slope, and 0', (x) => maximum(x, mul(x, 3)), 0, 2, 0],
  ['x with itself under maximum: 1, and 0', (x) => maximum(x, x), 5, 1, 0],
  ['clamp at its bound: passes, and 0', (x) => clamp(x, 0, 1), 1, 1, 0],
  ['x log x at 1 by xlogy: 1, and 1', (x) => xlogy(x, x), 1, 1, 1],
  ['0 log x at 0 by xlogy: 0, and 0', (x) => xlogy(0, x), 0, 0, 0],
  ['x log 2 at 0 by xlogy: log 2, and 0', (x) => xlogy(x, 2), 0, Math.log(2), 0],
  ['tanh far out: 0, and 0', tanh, 1000, 0, 0],
  ['sigmoid far out: 0, and 0', sigmoid, -1000, 0, 0],
  ['softplus far to the right: 1, and 0', softplus, 1000, 1, 0],
  ['softplus far to the left: 0, and 0', softplus, -1000, 0, 0],
  ['erf far out: 0, and 0', erf, 1000, 0, 0],
  ['exp far to the left: 0, and 0', exp, -1000, 0, 0],
  ['expm1 far to the left: 0, and 0', expm1, -1000, 0, 0],
  ['log1p at 0: 1, and -1', log1p, 0, 1, -1],
  ['log at 0: Infinity, and -Infinity', log, 0, inf, -inf],
  ['logaddexp of x and x: 1, and 0', (x) => logaddexp(x, x), 3, 1, 0],
  ['logaddexp of x and -Infinity: 1, and 0', (x) => logaddexp(x, -inf), 3, 1, 0],
  ['logaddexp far apart: 1, and 0', (x) => logaddexp(x, neg(x)), 1000, 1, 0],
  [
    'a guarded pole: where keeps it out',
    (x) => where(equal(x, 0), 0, log(where(equal(x, 0), 1, x))),
    0,
    0,
    0,
  ],
  [
    'a guarded root: the branch not taken counts for nothing',
    (x) => where(greater(x, 0), sqrt(where(greater(x, 0), x, 1)), mul(x, x)),
    0,
    0,
    2,
  ],
  [
    'what is not taken may be infinite: x² beside Infinity',
    (x) => where(equal(x, x), mul(x, x), inf),
    3,
    6,
    2,
  ],
];

describe.each(facts)('%s', (_fact, f, x, first, second) => {
  it.each([
    ['forward', forward],
    ['reverse', reverse],
  ])('%s', (_mode, outer) => {
    // Adding 0 takes the sign off a zero.
    expect(outer(f)(at(x)).item() + 0).toBeCloseTo(first, 12);
    for (const inner of [forward, reverse]) {
      const value = outer(inner(f))(at(x)).item();
      if (Number.isFinite(second)) expect(value).toBeCloseTo(second, 12);
      else expect(value).toBe(second);
    }
  });
});

it('an unguarded pole in a branch that is not taken makes reverse mode multiply 0 with an infinite slope, as where says', () => {
  const unguarded: OnNumber = (x) => where(greater(x, 0), sqrt(x), 0);
  expect(forward(unguarded)(at(0)).item()).toBe(0);
  expect(reverse(unguarded)(at(0)).item()).toBeNaN();
  const guarded: OnNumber = (x) => where(greater(x, 0), sqrt(where(greater(x, 0), x, 1)), 0);
  expect([forward, reverse].map((d) => d(guarded)(at(0)).item())).toEqual([0, 0]);
});

describe('rows', () => {
  const rows = float64([
    [1000, -1000, 0],
    [-1000, -1000, -1000],
  ]);

  it('softmax at ±1000: a one-hot row and a uniform one, whose Jacobian is diag(p) - p pᵀ', () => {
    for (const mode of ['forward', 'reverse'] as const) {
      const J = jacobian((x: Tensor) => softmax(x), { mode })(rows).dataSync();
      const blocks = [0, 1].map((row) =>
        [0, 1, 2].map((i) => [0, 1, 2].map((j) => (J[((row * 3 + i) * 2 + row) * 3 + j] as number) + 0)),
      );
      expect(blocks[0]).toEqual([
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ]);
      for (const [i, line] of (blocks[1] ?? []).entries()) {
        for (const [j, slope] of line.entries()) expect(slope).toBeCloseTo((i === j ? 1 / 3 : 0) - 1 / 9, 15);
      }
    }
  });

  it('second derivatives of softmax, log-softmax and cross-entropy at ±1000 are finite', () => {
    const losses: ((x: Tensor) => Tensor)[] = [
      (x) => sum(mul(softmax(x), softmax(x))),
      (x) => sum(mul(logSoftmax(x), softmax(x))),
      (x) => crossEntropy(x, int32([1, 2])),
    ];
    for (const loss of losses) {
      for (const H of [
        hessian(loss)(rows),
        jacobian((x: Tensor) => grad(loss)(x), { mode: 'reverse' })(rows),
      ]) {
        expect(H.dataSync().every((h) => Number.isFinite(h))).toBe(true);
      }
    }
  });

  it('a masked class, of logit -Infinity, has probability and gradient 0', () => {
    const masked = float64([[0, -inf, 0]]);
    const loss = (x: Tensor): Tensor => sum(mul(softmax(x), float64([[1, 2, 4]])));
    const [a, b, c] = grad(loss)(masked).dataSync() as unknown as [number, number, number];
    expect([a, b, c].map((g) => g + 0)).toEqual([-0.75, 0, 0.75]);
    expect(jvp(loss, [masked], [float64([[1, 1, 0]])]).tangent.item()).toBeCloseTo(-0.75, 15);
    const second = hessian(loss)(masked).dataSync();
    expect(second.every((h) => Number.isFinite(h))).toBe(true);
  });

  it('ties of a maximum share evenly, in both modes, and have second derivative 0', () => {
    const x = float64([1, 3, 3, 2]);
    const top = (y: Tensor): Tensor => max(y);
    expect(grad(top)(x).toArray()).toEqual([0, 1 / 2, 1 / 2, 0]);
    expect(jvp(top, [x], [float64([7, 1, 2, 9])]).tangent.item()).toBe(1.5);
    const range = (y: Tensor): Tensor => mul(sub(max(y), neg(max(neg(y)))), max(y));
    // (max - min) max: 2 max - min by max, shared by two; -max by min. The Hessian is that of the two shares.
    expect(grad(range)(x).toArray()).toEqual([-3, 2.5, 2.5, 0]);
    for (const H of [hessian(range)(x), jacobian((y: Tensor) => grad(range)(y), { mode: 'reverse' })(x)]) {
      expect((H.toArray() as number[][]).map((row) => row.map((h) => h + 0))).toEqual([
        [0, -0.5, -0.5, 0],
        [-0.5, 0.5, 0.5, 0],
        [-0.5, 0.5, 0.5, 0],
        [0, 0, 0, 0],
      ]);
    }
  });
});
