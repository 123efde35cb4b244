import { readFileSync } from 'node:fs';
import * as api from '@renyi/tensor';
import { type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { vjp } from './vjp.js';

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | string)[];
}

type Settings = Readonly<Record<string, number | string | null>>;

interface GoldenCase {
  readonly id: string;
  readonly op: string;
  readonly attrs: Settings;
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly outputs: Readonly<Record<string, GoldenTensor>>;
  readonly cotangents?: Readonly<Record<string, GoldenTensor>>;
  readonly grads?: Readonly<Record<string, GoldenTensor>>;
}

function readCases(file: string): readonly GoldenCase[] {
  const url = new URL(`../../../conformance/operations/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: readonly GoldenCase[] }).cases;
}

function decode({ shape, dtype, data }: GoldenTensor): Tensor {
  return tensor(Float64Array.from(data, Number), { shape, dtype: dtype === 'bool' ? 'bool' : 'float64' });
}

type Operation = (inputs: readonly Tensor[], attrs: Settings) => Tensor;

const number = (x: number | string | null | undefined, absent: number): number =>
  typeof x === 'number' ? x : absent;

/** PyTorch's operations that have another name here, or settings. */
const renamed: Readonly<Record<string, Operation>> = {
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

function operationOf(name: string): Operation {
  const own = renamed[name];
  if (own !== undefined) return own;
  const f = (api as unknown as Record<string, (...inputs: Tensor[]) => Tensor>)[name];
  if (f === undefined) throw new Error(`no ${name}`);
  return (inputs) => f(...inputs);
}

/** The format's tolerance for float64: 1e-11 + 1e-9 |b|. */
function check(what: string, actual: Tensor, { shape, data }: GoldenTensor): void {
  expect(actual.shape, what).toEqual(shape);
  actual.dataSync().forEach((a, i) => {
    const b = Number(data[i]);
    const isClose = Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-11 + 1e-9 * Math.abs(b);
    expect(isClose, `${what}[${i}] is ${a} instead of ${b}`).toBe(true);
  });
}

describe('values and gradients are those of PyTorch:', () => {
  it.each(readCases('elementwise.json').map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    const names = Object.keys(golden.inputs);
    const inputs = names.map((name) => decode(golden.inputs[name] as GoldenTensor));
    const operation = operationOf(golden.op);
    const expected = golden.outputs['out'] as GoldenTensor;
    check('output', operation(inputs, golden.attrs), expected);
    const variables = names.filter((name) => golden.grads?.[name] !== undefined);
    if (variables.length === 0) return;
    const f = (...xs: Tensor[]): Tensor =>
      operation(
        names.map(
          (name, i) => (variables.includes(name) ? xs[variables.indexOf(name)] : inputs[i]) as Tensor,
        ),
        golden.attrs,
      );
    const { pullback } = vjp(
      f,
      variables.map((name) => inputs[names.indexOf(name)] as Tensor),
    );
    const gradients = pullback(decode(golden.cotangents?.['out'] as GoldenTensor)) as readonly Tensor[];
    for (const [k, name] of variables.entries())
      check(`gradient of ${name}`, gradients[k] as Tensor, golden.grads?.[name] as GoldenTensor);
  });
});

describe('values on the accuracy grid are those of 40-digit arithmetic:', () => {
  it.each(readCases('accuracy.json').map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    const x = decode(golden.inputs['x'] as GoldenTensor);
    check('output', operationOf(golden.op)([x], golden.attrs), golden.outputs['out'] as GoldenTensor);
  });
});
