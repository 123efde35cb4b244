import { Parameter } from '@renyi/autodiff';
import {
  ConfigError,
  DTypeError,
  formatShape,
  sameShape,
  type Shape,
  ShapeError,
  Tensor,
} from '@renyi/tensor';
import { StateBuffer } from './state-buffer.js';

/** Tensors by the names that PyTorch gives them: `0.weight`, `layers.1.bias`. */
export type StateDict = Readonly<Record<string, Tensor>>;

/**
 * A piece of a network: a plain class that keeps parameters and other modules in its fields and computes in
 * `forward`. What it consists of is found by walking the fields, so there is nothing to register; arrays and plain
 * records in them are walked too (`layers.0.weight`), `#private` fields cannot be.
 * @see torch.nn.Module, ModuleList, ModuleDict
 *
 * @example
 * import { Generator, ones, type Tensor } from '@renyi/tensor';
 * import { Linear, Module } from '@renyi/nn';
 * class Residual extends Module {
 *   readonly layers = [1, 2].map((seed) => new Linear(3, 3, { generator: new Generator(seed), bias: false }));
 *   override forward(x: Tensor): Tensor {
 *     return this.layers.reduce((y, layer) => y.add(layer.forward(y)), x);
 *   }
 * }
 * const net = new Residual();
 * console.log(Object.keys(net.stateDict())); // => [ 'layers.0.weight', 'layers.1.weight' ]
 * console.log(net.forward(ones([2, 3])).shape); // => [ 2, 3 ]
 */
export abstract class Module {
  /** Whether it is being trained; layers such as dropout behave differently when not. */
  training = true;

  abstract forward(x: Tensor): Tensor;

  /** How many multiplications, each with an addition, `forward` takes from x to y, without what the modules below take. */
  multiplyAdds(_x: Shape, _y: Shape): number {
    return 0;
  }

  /** The modules, parameters and buffers it holds, by the names they have in a state dict. */
  protected fields(): Iterable<readonly [name: string, value: unknown]> {
    return Object.entries(this);
  }

  /**
   * Every parameter with its name, in the order in which the fields were assigned; one that is used in several
   * places (tied weights) comes once, under its first name.
   * @throws ConfigError for a module that contains itself @see torch.nn.Module.named_parameters
   */
  namedParameters(): [name: string, parameter: Parameter][] {
    const parameters = this.#places().filter(
      (found): found is [string, Parameter] => found[1] instanceof Parameter,
    );
    return distinct(parameters);
  }

  /** The parameters in the order of `namedParameters`: what an optimizer takes. @throws ConfigError */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /**
   * This module, under the name '', and all below it, each of them once and above those that it holds.
   * @throws ConfigError for a module that contains itself @see torch.nn.Module.named_modules
   */
  namedModules(): [name: string, module: Module][] {
    const found = Module.#walk('', this, []);
    return distinct(found.filter((entry): entry is [string, Module] => entry[1] instanceof Module));
  }

  /** This module and all below it, each of them once. @throws ConfigError for a module that contains itself */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** Puts this module and all below it into training mode. @throws ConfigError @see torch.nn.Module.train */
  train(): this {
    for (const module of this.modules()) module.training = true;
    return this;
  }

  /** Puts this module and all below it into evaluation mode. @throws ConfigError @see torch.nn.Module.eval */
  eval(): this {
    for (const module of this.modules()) module.training = false;
    return this;
  }

  /**
   * Makes its parameters variables: what `forward` computes is recorded, `backward()` of a loss adds to their `grad`, and
   * an optimizer steps by that. Not needed for `valueAndGrad`. @throws ConfigError @see torch.nn.Module.requires_grad_
   */
  requireGrad(): this {
    for (const parameter of this.parameters()) parameter.requireGrad();
    return this;
  }

  /** What is in the parameters and buffers now, tied ones under each of their names. @throws ConfigError @see torch.nn.Module.state_dict */
  stateDict(): StateDict {
    return Object.fromEntries(this.#places().map(([name, place]) => [name, place.share()]));
  }

  /**
   * Takes over the values of a state dict, all or none. Where tied parameters differ, the last name counts.
   * @throws ShapeError listing every missing, unexpected and wrongly shaped tensor, and wrong dtypes with them
   * @throws DTypeError listing every wrong dtype, when nothing else is wrong
   * @see torch.nn.Module.load_state_dict
   */
  loadStateDict(state: StateDict): void {
    const places = this.#places();
    const names = new Set(places.map(([name]) => name));
    const missing = [...names].filter((name) => tensorIn(state, name) === undefined);
    const unexpected = Object.keys(state).filter((name) => !names.has(name));
    const problems = [
      ...missing.map((name) => `missing ${name}`),
      ...unexpected.map((name) => `unexpected ${name}`),
    ];
    const wrongDTypes: string[] = [];
    for (const [name, { value }] of places) {
      const given = tensorIn(state, name);
      if (given === undefined) continue;
      if (!sameShape(given.shape, value.shape)) {
        problems.push(`${name} is ${formatShape(given.shape)} instead of ${formatShape(value.shape)}`);
      }
      if (given.dtype !== value.dtype) {
        wrongDTypes.push(`${name} is ${given.dtype} instead of ${value.dtype}`);
      }
    }
    const expected = `the ${names.size} tensors of this module`;
    if (problems.length > 0) {
      const difference = [...problems, ...wrongDTypes].join(', ');
      throw new ShapeError('loadStateDict', { expected, got: 'others', difference });
    }
    if (wrongDTypes.length > 0) {
      const [difference, remedy] = [
        wrongDTypes.join(', '),
        'Cast them first, or make the module with their dtype',
      ];
      throw new DTypeError('loadStateDict', { expected, got: 'other dtypes', difference, remedy });
    }
    for (const [name, place] of places) {
      if (place instanceof Parameter) place.assign(state[name] as Tensor);
      else place.adopt(state[name] as Tensor);
    }
  }

  /** Every name with its parameter or buffer: those of tied weights all. */
  #places(): [name: string, place: Parameter | StateBuffer][] {
    return Module.#walk('', this, []).filter(
      (found): found is [string, Parameter | StateBuffer] => !(found[1] instanceof Module),
    );
  }

  /** The modules, parameters and buffers in a value, itself included, `above` being what it lies in. */
  static #walk(
    name: string,
    value: unknown,
    above: readonly object[],
  ): [name: string, part: Module | Parameter | StateBuffer][] {
    if (value instanceof Parameter || value instanceof StateBuffer) return [[name, value]];
    refuseCollection(name, value);
    if (!(value instanceof Module || Array.isArray(value) || isRecord(value))) return [];
    if (above.includes(value)) {
      throw new ConfigError('Module', {
        expected: 'modules within modules',
        got: `${name}, which contains itself`,
        remedy: 'Keep references to what is above in a #private field',
      });
    }
    const inside = value instanceof Module ? value.fields() : Object.entries(value);
    const below = Array.from(inside, ([key, part]) =>
      Module.#walk(name === '' ? key : `${name}.${key}`, part, [...above, value]),
    );
    return [...(value instanceof Module ? [[name, value] as [string, Module]] : []), ...below.flat()];
  }
}

/** The first name of each. */
function distinct<T>(entries: readonly (readonly [string, T])[]): [string, T][] {
  const seen = new Set<T>();
  const first = entries.filter(([, part]) => !seen.has(part) && seen.add(part));
  return first.map(([name, part]) => [name, part]);
}

function tensorIn(state: StateDict, name: string): Tensor | undefined {
  const given: unknown = Object.hasOwn(state, name) ? state[name] : undefined;
  return given instanceof Tensor ? given : undefined;
}

/** A Map or Set of modules has no names for a state dict, and leaving it out would leave it untrained. */
function refuseCollection(name: string, value: unknown): void {
  if (!(value instanceof Map || value instanceof Set)) return;
  if (
    ![...value.values()].some(
      (part) => part instanceof Module || part instanceof Parameter || part instanceof StateBuffer,
    )
  )
    return;
  throw new ConfigError('Module', {
    expected: 'modules and parameters in fields, arrays and plain records',
    got: `${name}, a ${value.constructor.name} of them`,
    remedy: 'Keep them in a record, whose keys become their names',
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
