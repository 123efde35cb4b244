import { readFileSync } from 'node:fs';
import { exp, layerNorm, matmul, mul, sigmoid, softmax, type Tensor, tensor, transpose } from '@renyi/tensor';
import { expect, it } from 'vitest';
import { jvp } from './jvp.js';
import { float64 } from './samples.testing.js';
import { vjp } from './vjp.js';

/*
 * The second derivatives of conformance/operations/double_backward.json in forward over reverse mode. The conformance tests hold
 * reverse over reverse mode to the same file, and the gradients of all other cases to theirs.
 */

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** `grads.x` is the derivative by x of <v, g>, where g is that of <cotangent, f(x)>: the Hessian times v, as it is symmetric. */
interface DoubleBackward {
  readonly id: string;
  readonly attrs: { readonly f: string };
  readonly inputs: { readonly x: GoldenTensor; readonly v: GoldenTensor };
  readonly cotangents: { readonly out: GoldenTensor };
  readonly outputs: { readonly grad: GoldenTensor };
  readonly grads: { readonly x: GoldenTensor };
}

const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  exp,
  sigmoid,
  square: (x) => mul(x, x),
  softmax: (x) => softmax(x),
  matmul_self: (x) => matmul(x, transpose(x)),
  layer_norm: (x) => layerNorm(x, [3]),
};

const file = new URL('../../../conformance/operations/double_backward.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly DoubleBackward[] };

const decode = ({ shape, data }: GoldenTensor): Tensor => tensor(Float64Array.from(data, Number), { shape });

/** The largest |a - b| / (1e-2 + |b|), which the format's tolerance for float64, 1e-11 + 1e-9 |b|, bounds by 1e-9. */
function excess(actual: Tensor, expected: GoldenTensor): number {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [actual.dataSync(), decode(expected).dataSync()];
  return Math.max(...b.map((y, i) => Math.abs((a[i] as number) - y) / (1e-2 + Math.abs(y))));
}

it.each(cases.map((golden) => [golden.id, golden] as const))('%s', (_id, golden) => {
  const f = functions[golden.attrs.f] as (x: Tensor) => Tensor;
  const [x, v, u] = [golden.inputs.x, golden.inputs.v, golden.cotangents.out].map(decode) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const { output, tangent } = jvp((y: Tensor) => vjp(f, [y]).pullback(u)[0], [x], [v]);
  expect(excess(output, golden.outputs.grad)).toBeLessThan(1e-9);
  expect(excess(tangent, golden.grads.x)).toBeLessThan(1e-9);
  // One part in 2^20 would be seen.
  expect(excess(mul(tangent, float64(1 + 2 ** -20)), golden.grads.x)).toBeGreaterThan(1e-9);
});
