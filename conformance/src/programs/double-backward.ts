import { grad } from '@renyi/autodiff';
import {
  exp,
  layerNorm,
  matmul,
  mul,
  sigmoid,
  softmax,
  square,
  sum,
  type Tensor,
  transpose,
} from '@renyi/tensor';
import type { Program } from '../adapter-contract.js';
import type { GoldenTensors } from '../format.js';
import { toTensor } from '../tensors.js';
import { UnsupportedError } from '../unsupported.js';

const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  exp,
  sigmoid,
  square,
  softmax,
  layer_norm: (x) => layerNorm(x, x.shape.slice(-1)),
  matmul_self: (x) => matmul(x, transpose(x)),
};

/** The gradient of f at x with a cotangent, and the gradient of its product with v. */
export const doubleBackward: Program = async (golden, { dec }) => {
  const name = String(golden.attrs['f']);
  const f = functions[name];
  if (f === undefined) throw new UnsupportedError(`second derivative of ${name}`);
  const tensorIn = (tensors: GoldenTensors | undefined, part: string): Tensor =>
    toTensor(dec(tensors?.[part] as GoldenTensors[string]));
  const [x, v] = [tensorIn(golden.inputs, 'x'), tensorIn(golden.inputs, 'v')];
  const cotangent = tensorIn(golden.cotangents, 'out');
  const first = grad((at: Tensor) => sum(mul(cotangent, f(at))));
  const second = grad((at: Tensor) => sum(mul(v, first(at))));
  return [
    { name: 'grad', got: await first(x).data(), want: golden.outputs?.['grad']?.data ?? [] },
    { name: 'grads.x', got: await second(x).data(), want: golden.grads?.['x']?.data ?? [] },
  ];
};
