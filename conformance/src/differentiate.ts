import { vjp } from '@renyi/autodiff';
import { add, isFloat, onesLike, type Tensor } from '@renyi/tensor';
import type { DecodedTensors } from './format.js';
import { toTensor } from './tensors.js';
import type { Inputs } from './torch/operation.js';

export type Outputs = Readonly<Record<string, Tensor>>;

/**
 * The gradient of the sum over all outputs of sum(cotangent * output) with respect to each float input. Where a case has no
 * cotangents, its scalar outputs are what is differentiated.
 */
export function gradients(
  run: (inputs: Inputs) => Outputs,
  inputs: Inputs,
  outputs: Outputs,
  cotangents: DecodedTensors,
): Record<string, Tensor> {
  const names = Object.keys(inputs).filter((name) => isFloat((inputs[name] as Tensor).dtype));
  const variables = names.map((name) => inputs[name] as Tensor);
  const total: Record<string, Tensor> = {};
  for (const [output, cotangent] of Object.entries(cotangentsOf(outputs, cotangents))) {
    const f = (...xs: Tensor[]): Tensor => {
      const traced = Object.fromEntries(names.map((name, i) => [name, xs[i] as Tensor]));
      return run({ ...inputs, ...traced })[output] as Tensor;
    };
    for (const [i, g] of vjp(f, variables).pullback(cotangent).entries()) {
      const name = names[i] as string;
      total[name] = total[name] === undefined ? g : add(total[name], g);
    }
  }
  return total;
}

function cotangentsOf(outputs: Outputs, given: DecodedTensors): Outputs {
  const floats = Object.entries(outputs).filter(([, x]) => isFloat(x.dtype));
  if (Object.keys(given).length === 0)
    return Object.fromEntries(floats.filter(([, x]) => x.rank === 0).map(([name, x]) => [name, onesLike(x)]));
  const named = floats.filter(([name]) => given[name] !== undefined);
  return Object.fromEntries(named.map(([name]) => [name, toTensor(given[name] as DecodedTensors[string])]));
}
