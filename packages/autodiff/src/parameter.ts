import { ConfigError, type Tensor } from '@renyi/tensor';

/**
 * A box for a tensor that training replaces. Tensors never change, so what a module learns lies in boxes;
 * `valueAndGrad(loss, parameters)` differentiates with respect to what is in them.
 */
export class Parameter {
  constructor(public value: Tensor) {}
}

/**
 * Runs `f` with other tensors in the parameters, and puts their own back whatever happens.
 * @throws ConfigError when `f` has replaced what is in a parameter: putting its own back would undo that unseen
 */
export function substitute<R>(
  parameters: readonly Parameter[],
  values: readonly Tensor[],
  f: () => R,
  operation: string = 'valueAndGrad',
): R {
  const own = parameters.map((parameter) => parameter.value);
  for (const [i, parameter] of parameters.entries()) parameter.value = values[i] as Tensor;
  try {
    const result = f();
    const replaced = parameters.findIndex((parameter, i) => parameter.value !== values[i]);
    if (replaced >= 0) {
      throw new ConfigError(operation, {
        expected: 'a function that leaves the parameters as they are',
        got: `parameter ${replaced} of ${parameters.length} with another value`,
        remedy: 'Step the optimizer after the gradients are there',
      });
    }
    return result;
  } finally {
    for (const [i, parameter] of parameters.entries()) parameter.value = own[i] as Tensor;
  }
}

/**
 * A list of parameters with each of them once, since a parameter is one variable however often it is named (tied
 * weights), and the way back: what belongs to the distinct ones, handed to each place of the list.
 */
export function withoutRepetition(parameters: readonly Parameter[]): {
  readonly distinct: readonly Parameter[];
  readonly toEach: <T>(things: readonly T[]) => T[];
} {
  const places = new Map<Parameter, number>();
  for (const parameter of parameters) if (!places.has(parameter)) places.set(parameter, places.size);
  return {
    distinct: [...places.keys()],
    toEach: <T>(things: readonly T[]) =>
      parameters.map((parameter) => things[places.get(parameter) as number] as T),
  };
}
