import { ConfigError, type Tensor } from '@renyi/tensor';
import { detachVariable, inPlaceOf, variable } from './variable.js';

/**
 * A box for a tensor that training replaces. Tensors never change, so what a module learns lies in boxes;
 * `valueAndGrad(loss, parameters)` differentiates with respect to what is in them.
 */
export class Parameter {
  /** What a state dict has, too. */
  #shared: Tensor | undefined;

  constructor(public value: Tensor) {}

  /**
   * From now on, what is in it is a variable: `backward()` adds to its `grad`.
   * @see torch.Tensor.requires_grad_
   *
   * @example
   * import { tensor } from '@renyi/tensor';
   * import { Parameter } from '@renyi/autodiff';
   * const weight = new Parameter(tensor([3])).requireGrad();
   * weight.value.mul(weight.value).sum().backward();
   * console.log(weight.grad?.toArray()); // => [ 6 ]
   */
  requireGrad(): this {
    this.value = variable(this.value);
    return this;
  }

  /** What `backward()` has collected; null if that is nothing. @see torch.Tensor.grad */
  get grad(): Tensor | null {
    return this.value.grad;
  }

  /** Puts another tensor in place of what is in it; it is a variable if that was one, and the gradient stays. */
  assign(value: Tensor): void {
    this.value = inPlaceOf(this.value, value);
  }

  /** What is in it, for a state dict: it lives on when a step in place puts something else there. */
  share(): Tensor {
    this.#shared = this.detached;
    return this.#shared;
  }

  /** Whether a state dict has what is in it. */
  get isShared(): boolean {
    return this.#shared === this.detached;
  }

  /** What is in it, as a constant to `backward()`. @see torch.Tensor.detach */
  get detached(): Tensor {
    return detachVariable(this.value);
  }
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
  const around = substitution;
  substitution = { parameters, values, around };
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
    substitution = around;
    for (const [i, parameter] of parameters.entries()) parameter.value = own[i] as Tensor;
  }
}

/** Tensors that are in parameters while a function runs. */
export interface Substitution {
  readonly parameters: readonly Parameter[];
  readonly values: readonly Tensor[];
  readonly around: Substitution | null;
}

let substitution: Substitution | null = null;

/** What is in parameters now that will not be there later. */
export function currentSubstitution(): Substitution | null {
  return substitution;
}

/** Runs `f` once more with what was in the parameters when it ran before. */
export function substituteAgain<R>(before: Substitution | null, f: () => R): R {
  if (before === null) return f();
  const { parameters, values, around } = before;
  return substituteAgain(around, () => substitute(parameters, values, f));
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
