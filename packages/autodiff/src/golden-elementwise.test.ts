import * as api from '@renyi/tensor';
import type { Tensor } from '@renyi/tensor';
import { describe, it } from 'vitest';
import { checkGolden, type Operation, readCases } from './golden-operations.testing.js';

type Settings = Readonly<Record<string, number | string | null>>;

const number = (x: number | string | null | undefined, absent: number): number =>
  typeof x === 'number' ? x : absent;

/** PyTorch's operations that have another name here, or settings. */
const renamed: Readonly<Record<string, Operation<Settings>>> = {
  // (a b + a) a / (1 + b²), in which both are used more than once.
  addcmul_chain: ([a, b]) => {
    const [x, y] = [a as Tensor, b as Tensor];
    return api.div(api.mul(api.add(api.mul(x, y), x), x), api.add(api.mul(y, y), 1));
  },
  leaky_relu: ([x], { negative_slope: slope }) =>
    api.leakyRelu(x as Tensor, { negativeSlope: number(slope, 0.01) }),
  elu: ([x], { alpha }) => api.elu(x as Tensor, { alpha: number(alpha, 1) }),
  gelu: ([x], { approximate }) => api.gelu(x as Tensor, { approximate: approximate as 'none' | 'tanh' }),
  softplus: ([x], { beta, threshold }) =>
    api.softplus(x as Tensor, { beta: number(beta, 1), threshold: number(threshold, Infinity) }),
  clamp: ([x], { min, max }) => api.clamp(x as Tensor, number(min, -Infinity), number(max, Infinity)),
  pow_scalar: ([x], { exponent }) => api.pow(x as Tensor, number(exponent, 1)),
  logsigmoid: ([x]) => api.logSigmoid(x as Tensor),
};

function operationOf(name: string): Operation<Settings> {
  const own = renamed[name];
  if (own !== undefined) return own;
  const f = (api as unknown as Record<string, (...inputs: Tensor[]) => Tensor>)[name];
  if (f === undefined) throw new Error(`no ${name}`);
  return (inputs) => f(...inputs);
}

const casesOf = (file: string) => readCases<Settings>(file).map((golden) => [golden.id, golden] as const);

describe('values and gradients are those of PyTorch:', () => {
  it.each(casesOf('elementwise.json'))('%s', (_, golden) => {
    checkGolden(golden, operationOf(golden.op));
  });
});

describe('values on the accuracy grid are those of 40-digit arithmetic:', () => {
  it.each(casesOf('accuracy.json'))('%s', (_, golden) => {
    checkGolden(golden, operationOf(golden.op));
  });
});
