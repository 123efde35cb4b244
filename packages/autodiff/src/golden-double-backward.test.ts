import { exp, layerNorm, matmul, mul, sigmoid, softmax, type Tensor, transpose } from '@renyi/tensor';
import { describe, it } from 'vitest';
import {
  checkGolden,
  decode,
  type GoldenCase,
  type GoldenTensor,
  readCases,
} from './golden-operations.testing.js';
import { jvp } from './jvp.js';
import { vjp } from './vjp.js';

/** `grads.x` is the derivative by x of <v, g>, where g is that of <cotangent, f(x)>. */
type DoubleBackward = GoldenCase<{ readonly f: string }>;

const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  exp,
  sigmoid,
  square: (x) => mul(x, x),
  softmax: (x) => softmax(x),
  matmul_self: (x) => matmul(x, transpose(x)),
  layer_norm: (x) => layerNorm(x, [3]),
};

describe('second derivatives are those of PyTorch:', () => {
  const cases = readCases<DoubleBackward['attrs']>('double_backward.json');

  it.each(cases.map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    const f = functions[golden.attrs.f] as (x: Tensor) => Tensor;
    const { x, v } = golden.inputs as { readonly x: GoldenTensor; readonly v: GoldenTensor };
    const cotangent = decode(golden.cotangents?.['out'] as GoldenTensor);
    const gradient = (y: Tensor): Tensor => vjp(f, [y]).pullback(cotangent)[0];

    // Reverse over reverse: the gradient, and what its pullback makes of v.
    const once = { ...golden, inputs: { x }, cotangents: { grad: v } };
    checkGolden(once, ([y]) => gradient(y as Tensor));
    // Forward over reverse: the Hessian is symmetric.
    const moved = { ...golden, inputs: { x, v }, outputs: { moved: golden.grads?.['x'] as GoldenTensor } };
    const { grads: _grads, cotangents: _cotangents, ...along } = moved;
    checkGolden(along, ([y, w]) => jvp(gradient, [y as Tensor], [w as Tensor]).tangent);
  });
});
