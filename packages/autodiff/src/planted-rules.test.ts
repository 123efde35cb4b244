import {
  add,
  div,
  exp,
  expand,
  log,
  mul,
  neg,
  type Operand,
  sub,
  sum,
  type Tensor,
  tensor,
  where,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, checkGradientsByRules } from './check-gradients.js';
import { normal, uniform } from './samples.testing.js';
import { stopGradient } from './stop-gradient.js';
import { sumTo } from './sum-to.js';
import { vjpByRules } from './vjp.js';
import { nonDifferentiable, type VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

/*
 * The checker is checked: tables with one wrong rule, each of which it must refuse, and blame on the right input.
 */

interface Planted {
  readonly fault: string;
  readonly rules: Partial<VjpTable>;
  readonly f: (...xs: Tensor[]) => Tensor;
  readonly inputs: readonly Tensor[];
  /** The inputs of which something must fail, and the orders at which something must. */
  readonly blames: readonly number[];
  readonly orders: readonly (1 | 2)[];
}

const product = (a: Operand, b: Operand): Tensor => mul(a, b);
const tanhSquared = (y: Tensor): Tensor => mul(y, y);

const planted: Planted[] = [
  {
    fault: 'exp is off by a factor 1.0005',
    rules: { exp: [(y) => (g) => mul(mul(g, y), 1.0005)] },
    f: exp,
    inputs: [normal([3])],
    blames: [0],
    orders: [1, 2],
  },
  {
    fault: 'the product has its arguments swapped',
    rules: { mul: [(_, a) => (g) => mul(g, a), (_, _a, b) => (g) => mul(g, b)] },
    f: product,
    inputs: [normal([3]), normal([3])],
    blames: [0, 1],
    orders: [1, 2],
  },
  {
    fault: 'the difference has the wrong sign in one argument',
    rules: { sub: [() => (g) => g, () => (g) => g] },
    f: sub,
    inputs: [normal([2]), normal([2])],
    blames: [1],
    orders: [1],
  },
  {
    fault: 'log reads its output for its input',
    rules: { log: [(y) => (g) => g.div(y)] },
    f: log,
    inputs: [uniform([3], 2, 4)],
    blames: [0],
    orders: [1, 2],
  },
  {
    fault: 'expand hands back one copy of the cotangent instead of the sum over all',
    rules: {
      expand: [
        (_, { shape }) =>
          (g) =>
            div(sumTo(g, shape), 2),
      ],
    },
    f: (x) => expand(x, [2, 3]),
    inputs: [normal([3])],
    blames: [0],
    orders: [1],
  },
  {
    fault: 'the residual of tanh is detached: right at order 1, wrong at order 2',
    rules: { tanh: [(y) => (g) => mul(g, sub(1, tanhSquared(stopGradient(y))))] },
    f: (x) => x.tanh(),
    inputs: [normal([3])],
    blames: [0],
    orders: [2],
  },
  {
    fault: 'one residual of the product is detached: only one mixed block of the Hessian is wrong',
    rules: { mul: [(_, _a, b) => (g) => mul(g, stopGradient(b)), (_, a) => (g) => mul(g, a)] },
    f: product,
    inputs: [normal([3]), normal([3])],
    blames: [1],
    orders: [2],
  },
  {
    fault: 'the wrong mixed block is 1000 times smaller than the others',
    rules: { log: [(_, x) => (g) => mul(g, exp(neg(log(stopGradient(x)))))] },
    f: (a, b) => add(mul(mul(a, a), 1000), mul(a, log(b))).sum(),
    inputs: [normal([3]), uniform([3], 1, 2)],
    blames: [1],
    orders: [2],
  },
  {
    fault: 'where lets the cotangent through on both sides',
    rules: { where: [nonDifferentiable, () => (g) => g, () => (g) => g] },
    f: (a, b) => where(tensor([true, false, true]), a, b),
    inputs: [normal([3]), normal([3])],
    blames: [0, 1],
    orders: [1],
  },
];

function distinctNumbers(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

describe('checkGradients finds a planted fault:', () => {
  it.each(planted)('$fault', ({ rules, f, inputs, blames, orders }) => {
    expect(checkGradients(f, inputs).ok).toBe(true);
    const report = checkGradientsByRules({ ...vjpTable, ...rules }, f, inputs);
    expect(report.ok).toBe(false);
    expect(distinctNumbers(report.failures.map(({ input }) => input))).toEqual(blames);
    expect(distinctNumbers(report.failures.map(({ order }) => order))).toEqual(orders);
  });

  it('names the block of the Hessian that is wrong', () => {
    const rules: VjpTable = {
      ...vjpTable,
      mul: [(_, _a, b) => (g) => mul(g, stopGradient(b)), (_, a) => (g) => mul(g, a)],
    };
    const { failures } = checkGradientsByRules(rules, product, [normal([3]), normal([3])]);
    for (const failure of failures) expect(failure).toMatchObject({ order: 2, gradientOf: 0, input: 1 });
  });
});

describe('the tape refuses a cotangent of the wrong shape, naming the operation:', () => {
  it.each<[string, Partial<VjpTable>, (x: Tensor) => Tensor, string]>([
    [
      'a broadcast that is not summed',
      { expand: [() => (g) => g] },
      (x) => expand(x, [2, 3]),
      'derivative of expand',
    ],
    ['a sum that is not spread', { sum: [() => (g) => g] }, (x) => sum(x), 'derivative of sum'],
    [
      'one that is summed too much',
      { mul: [() => (g) => sum(g), () => (g) => g] },
      (x) => mul(x, 2),
      'derivative of mul',
    ],
  ])('%s', (_fault, rules, f, operation) => {
    const { output, pullback } = vjpByRules({ ...vjpTable, ...rules }, 'vjp', f, [normal([3])]);
    expect(() => pullback(output)).toThrow(expect.objectContaining({ name: 'ShapeError', operation }));
  });
});
