import type { Tensor } from '@renyi/tensor';
import { resultLeaves } from './checks.js';
import { rebuild, type Tree } from './tree.js';

/** One call of a function with a rule of its own: lists of tensors in, lists out, with the forms that they have for `f` and its rule. */
export class CustomCall<Inputs extends Tree<Tensor>[], Output extends Tree<Tensor>, Rule> {
  readonly name: string;
  protected readonly rule: Rule;
  protected readonly inputs: Inputs;
  /** The form of the result, once `run` knows it. */
  protected form: Tree<Tensor> = [];
  readonly #f: (...inputs: Inputs) => Output;

  constructor(name: string, f: (...inputs: Inputs) => Output, rule: Rule, inputs: Inputs) {
    this.name = name;
    this.#f = f;
    this.rule = rule;
    this.inputs = inputs;
  }

  result(outputs: readonly Tensor[]): Output {
    return rebuild(this.form, outputs) as Output;
  }

  run(inputs: readonly Tensor[]): readonly Tensor[] {
    this.form = this.#f(...(rebuild(this.inputs, inputs) as Inputs));
    return resultLeaves(this.name, this.form);
  }
}
