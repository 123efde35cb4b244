import { Parameter } from '@renyi/autodiff';
import { DTypeError, formatShape, sameShape, ShapeError, type Tensor } from '@renyi/tensor';

/** Tensors by the names that PyTorch gives them: `0.weight`, `layers.1.bias`. */
export type StateDict = Readonly<Record<string, Tensor>>;

/**
 * A piece of a network: a plain class that keeps parameters and other modules in its fields and computes in
 * `forward`. What it consists of is found by walking the fields, so there is nothing to register.
 */
export abstract class Module {
  /** Whether it is being trained; layers such as dropout behave differently when not. */
  training = true;

  abstract forward(x: Tensor): Tensor;

  /** The modules and parameters it holds, by the names they have in a state dict. */
  protected fields(): Iterable<readonly [name: string, value: unknown]> {
    return Object.entries(this);
  }

  /** Every parameter with its name, in the order in which the fields were assigned. */
  namedParameters(prefix = ''): [name: string, parameter: Parameter][] {
    const found: [string, Parameter][] = [];
    for (const [name, value] of this.fields()) {
      if (value instanceof Parameter) found.push([prefix + name, value]);
      else if (value instanceof Module) found.push(...value.namedParameters(`${prefix}${name}.`));
    }
    return found;
  }

  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** This module and all below it. */
  modules(): Module[] {
    const below: Module[] = [];
    for (const [, value] of this.fields()) if (value instanceof Module) below.push(...value.modules());
    return [this, ...below];
  }

  /** Puts this module and all below it into training mode. */
  train(): this {
    for (const module of this.modules()) module.training = true;
    return this;
  }

  /** Puts this module and all below it into evaluation mode. */
  eval(): this {
    for (const module of this.modules()) module.training = false;
    return this;
  }

  stateDict(): StateDict {
    return Object.fromEntries(this.namedParameters().map(([name, parameter]) => [name, parameter.value]));
  }

  /**
   * Takes over the values of a state dict, all or none.
   * @throws ShapeError listing every missing, unexpected and wrongly shaped tensor
   * @throws DTypeError when a dtype differs from the parameter's
   */
  loadStateDict(state: StateDict): void {
    const parameters = new Map(this.namedParameters());
    const problems = [
      ...[...parameters.keys()].filter((name) => !Object.hasOwn(state, name)).map((name) => `missing ${name}`),
      ...Object.keys(state)
        .filter((name) => !parameters.has(name))
        .map((name) => `unexpected ${name}`),
    ];
    for (const [name, { value }] of parameters) {
      const given = Object.hasOwn(state, name) ? state[name] : undefined;
      if (given !== undefined && !sameShape(given.shape, value.shape)) {
        problems.push(`${name} is ${formatShape(given.shape)} instead of ${formatShape(value.shape)}`);
      }
    }
    if (problems.length > 0) {
      throw new ShapeError('loadStateDict', {
        expected: `the ${parameters.size} tensors of this module`,
        got: 'others',
        difference: problems.join(', '),
      });
    }
    for (const [name, { value }] of parameters) {
      const given = state[name] as Tensor;
      if (given.dtype !== value.dtype) {
        throw new DTypeError('loadStateDict', { expected: `${name} of dtype ${value.dtype}`, got: given.dtype });
      }
    }
    for (const [name, parameter] of parameters) parameter.value = state[name] as Tensor;
  }
}
