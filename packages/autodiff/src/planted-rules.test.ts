import {
  add,
  div,
  exp,
  expand,
  log,
  matmul,
  mul,
  neg,
  type Operand,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
  where,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, checkGradientsByRules } from './check-gradients.js';
import { type JvpTable, linear } from './jvp-rule.js';
import { jvpByRules } from './jvp.js';
import { jvpTable } from './jvp-table.js';
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

const batch = uniform([2, 2, 3], -1, 1);

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
  {
    fault:
      'the product of a batch with one matrix hands back the cotangent of the first of the batch, not the sum',
    rules: {
      matmul: [
        nonDifferentiable,
        (_, a, { shape }) =>
          (g) =>
            reshape(slice(matmul(transpose(a, [0, 2, 1]), g), { axis: 0, stop: 1 }), shape),
      ],
    },
    f: (b) => matmul(batch, b),
    inputs: [normal([3, 2])],
    blames: [0],
    orders: [1],
  },
];

function distinctNumbers(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

describe('checkGradients finds a planted fault:', () => {
  it.each(planted)('$fault', ({ rules, f, inputs, blames, orders }) => {
    expect(checkGradients(f, inputs).ok).toBe(true);
    const report = checkGradientsByRules({ vjp: { ...vjpTable, ...rules }, jvp: jvpTable }, f, inputs);
    expect(report.ok).toBe(false);
    expect(distinctNumbers(report.failures.map(({ input }) => input))).toEqual(blames);
    expect(distinctNumbers(report.failures.map(({ order }) => order))).toEqual(orders);
  });

  it('names the block of the Hessian that is wrong', () => {
    const vjp: VjpTable = {
      ...vjpTable,
      mul: [(_, _a, b) => (g) => mul(g, stopGradient(b)), (_, a) => (g) => mul(g, a)],
    };
    const { failures } = checkGradientsByRules({ vjp, jvp: jvpTable }, product, [normal([3]), normal([3])]);
    for (const failure of failures) expect(failure).toMatchObject({ order: 2, gradientOf: 0, input: 1 });
  });
});

/** Wrong rules of the forward table: the fault, what is planted, and whether order 1, 2 or both show it. */
const plantedTangents: (Omit<Planted, 'rules' | 'blames'> & { readonly rules: Partial<JvpTable> })[] = [
  {
    fault: 'exp is off by a factor 1.001',
    rules: { exp: [(t, y) => mul(mul(t, y), 1.001)] },
    f: exp,
    inputs: [normal([3])],
    orders: [1, 2],
  },
  {
    fault: 'the product has its arguments swapped',
    rules: { mul: [(t, _y, a) => mul(t, a), (t, _y, _a, b) => mul(t, b)] },
    f: product,
    inputs: [normal([3]), normal([3])],
    orders: [1, 2],
  },
  {
    fault: 'a product is taken for linear in both together',
    rules: { mul: linear },
    f: product,
    inputs: [normal([3]), normal([3])],
    orders: [1, 2],
  },
  {
    fault: 'where moves on both sides',
    rules: { where: [nonDifferentiable, (t) => t, (t) => t] },
    f: (a, b) => where(tensor([true, false, true]), a, b),
    inputs: [normal([3]), normal([3])],
    orders: [1],
  },
  {
    fault: 'the tangent of tanh is detached: right at order 1, wrong at order 2',
    rules: { tanh: [(t, y) => mul(t, sub(1, tanhSquared(stopGradient(y))))] },
    f: (x) => x.tanh(),
    inputs: [normal([3])],
    orders: [2],
  },
  {
    fault: 'an argument is forgotten',
    rules: { sub: [(t) => t, nonDifferentiable] },
    f: sub,
    inputs: [normal([2]), normal([2])],
    orders: [1],
  },
];

describe('checkGradients finds a planted fault of the forward table:', () => {
  it.each(plantedTangents)('$fault', ({ rules, f, inputs, orders }) => {
    const report = checkGradientsByRules({ vjp: vjpTable, jvp: { ...jvpTable, ...rules } }, f, inputs);
    expect(distinctNumbers(report.failures.map(({ order }) => order))).toEqual(orders);
    for (const { mode } of report.failures) expect(mode).toMatch(/forward/);
  });
});

describe('the dual interpreter refuses a tangent of the wrong shape, naming the operation:', () => {
  it.each<[string, Partial<JvpTable>, (x: Tensor) => Tensor, string]>([
    ['a sum that is not taken', { sum: [(t) => t] }, (x) => sum(x), 'derivative of sum'],
    [
      'a shape that is not followed',
      { reshape: [(t) => t] },
      (x) => x.reshape([1, 3]),
      'derivative of reshape',
    ],
  ])('%s', (_fault, rules, f, operation) => {
    const run = () => jvpByRules({ ...jvpTable, ...rules }, 'jvp', f, [normal([3])], [normal([3])]);
    expect(run).toThrow(expect.objectContaining({ name: 'ShapeError', operation }));
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
