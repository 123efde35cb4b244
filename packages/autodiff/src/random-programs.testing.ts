import {
  add,
  concat,
  cos,
  cumsum,
  div,
  erf,
  exp,
  expand,
  expm1,
  flip,
  gather,
  layerNorm,
  linear,
  log,
  log1p,
  logaddexp,
  logSoftmax,
  logSumExp,
  matmul,
  mean,
  mul,
  neg,
  pad,
  pow,
  renyiDivergence,
  reshape,
  scatterAdd,
  sigmoid,
  sin,
  slice,
  softmax,
  softplus,
  sqrt,
  sub,
  sum,
  tanh,
  tensor,
  type Tensor,
  transpose,
  where,
} from '@renyi/tensor';
import fc from 'fast-check';

/** A straight-line program on [2, 3] matrices; fast-check prints and shrinks its steps. */
export interface Program {
  readonly steps: readonly Step[];
  readonly run: (...inputs: Tensor[]) => Tensor;
  /** The same with something done around each step: a scope, a checkpoint. */
  readonly runAround: (around: Around, ...inputs: Tensor[]) => Tensor;
}

export type Around = (step: (a: Tensor, b: Tensor) => Tensor) => (a: Tensor, b: Tensor) => Tensor;

interface Step {
  readonly operation: keyof typeof operations;
  /** Counted back from the latest value: 0 is the one just made. */
  readonly left: number;
  readonly right: number;
}

const mask = tensor([
  [true, false, true],
  [false, true, true],
]);
const order = tensor(
  [
    [2, 0, 0],
    [1, 1, 2],
  ],
  { dtype: 'int32' },
);

/** Smooth functions from two [2, 3] matrices to one; on numbers of size 1 they answer with numbers of size 1. */
const operations = {
  average: (a: Tensor, b: Tensor) => mul(add(a, b), 0.5),
  difference: (a: Tensor, b: Tensor) => mul(sub(a, b), 0.5),
  product: (a: Tensor, b: Tensor) => tanh(mul(a, b)),
  quotient: (a: Tensor, b: Tensor) => div(a, add(mul(b, b), 1)),
  bell: (a: Tensor) => exp(neg(mul(a, a))),
  log: (a: Tensor) => log(add(mul(a, a), 0.5)),
  log1p: (a: Tensor) => log1p(mul(a, a)),
  sqrt: (a: Tensor) => sqrt(add(mul(a, a), 1)),
  choose: (a: Tensor, b: Tensor) => where(mask.to(a.storage.backend), a, b),
  softmax: (a: Tensor, b: Tensor) => add(softmax(a), mul(logSoftmax(b), 0.25)),
  center: (a: Tensor) => sub(a, mean(a, { axis: 0 })),
  spread: (a: Tensor) => expand(mul(sum(a, { axis: 1, keepDims: true }), 1 / 3), [2, 3]),
  turn: (a: Tensor) => reshape(transpose(a), [2, 3]),
  gather: (a: Tensor) => gather(a, order.to(a.storage.backend), 1),
  matmul: (a: Tensor, b: Tensor) => tanh(matmul(matmul(a, transpose(b)), mul(a, 0.25))),
  wave: (a: Tensor, b: Tensor) => mul(sin(a), cos(b)),
  expm1: (a: Tensor) => mul(expm1(tanh(a)), 0.5),
  sigmoid: (a: Tensor, b: Tensor) => sub(sigmoid(a), mul(softplus(b), 0.5)),
  erf: (a: Tensor) => erf(a),
  power: (a: Tensor, b: Tensor) => mul(pow(add(mul(a, a), 0.5), tanh(b)), 0.5),
  logaddexp: (a: Tensor, b: Tensor) => sub(logaddexp(a, b), 0.5),
  logSumExp: (a: Tensor, b: Tensor) => sub(a, logSumExp(b, { axis: 1, keepDims: true })),
  running: (a: Tensor) => mul(cumsum(a, { axis: 1, reverse: true }), 1 / 3),
  join: (a: Tensor, b: Tensor) =>
    concat([slice(a, { axis: 1, start: 1 }), slice(b, { axis: 1, stop: 1 })], { axis: 1 }),
  shift: (a: Tensor) =>
    slice(
      pad(flip(a, { axis: 0 }), [
        [0, 0],
        [1, 0],
      ]),
      { axis: 1, stop: 3 },
    ),
  scatter: (a: Tensor, b: Tensor) => scatterAdd(mul(a, 0.5), order.to(a.storage.backend), mul(b, 0.25), 1),
  normalize: (a: Tensor) => layerNorm(a, [3], { epsilon: 1 }),
  layer: (a: Tensor, b: Tensor) => linear(a, mul(matmul(transpose(b), b), 0.25), { activation: 'tanh' }),
  renyi: (a: Tensor, b: Tensor) => sub(a, mul(reshape(renyiDivergence(a, b, 1.5), [2, 1]), 0.25)),
};

const step: fc.Arbitrary<Step> = fc.record({
  operation: fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
  left: fc.nat(2),
  right: fc.nat(7),
});

export const programs: fc.Arbitrary<Program> = fc.array(step, { minLength: 1, maxLength: 8 }).map((steps) => {
  const runAround = (around: Around, ...inputs: Tensor[]): Tensor => {
    const values = [...inputs];
    for (const { operation, left, right } of steps) {
      const at = (back: number): Tensor => values[values.length - 1 - (back % values.length)] as Tensor;
      values.push(around(operations[operation])(at(left), at(right)));
    }
    return values[values.length - 1] as Tensor;
  };
  return { steps, run: (...inputs) => runAround((step) => step, ...inputs), runAround };
});
