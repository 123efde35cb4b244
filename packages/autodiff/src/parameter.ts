import type { Tensor } from '@renyi/tensor';

/**
 * A box for a tensor that training replaces. Tensors never change, so what a module learns lies in boxes;
 * `valueAndGrad(loss, parameters)` differentiates with respect to what is in them.
 */
export class Parameter {
  constructor(public value: Tensor) {}
}

/** Runs `f` with other tensors in the parameters, and puts their own back whatever happens. */
export function substitute<R>(parameters: readonly Parameter[], values: readonly Tensor[], f: () => R): R {
  const own = parameters.map((parameter) => parameter.value);
  for (const [i, parameter] of parameters.entries()) parameter.value = values[i] as Tensor;
  try {
    return f();
  } finally {
    for (const [i, parameter] of parameters.entries()) parameter.value = own[i] as Tensor;
  }
}
