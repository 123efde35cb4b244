import { DTypeError, Tensor } from '@renyi/tensor';
import { Parameter } from './parameter.js';

/** Leaves nested in arrays and plain records. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [key: string]: Tree<Leaf> };

/** The tree of the same form that holds a tensor for every leaf. */
export type TensorsLike<T> = T extends Tensor | Parameter ? Tensor : { [K in keyof T]: TensorsLike<T[K]> };

/** What is accepted as a tree of the same form: arrays in it may be readonly. */
export type Direction<T> =
  Tree<Tensor> extends T
    ? Tree<Tensor>
    : T extends Tensor
      ? Tensor
      : { readonly [K in keyof T]: Direction<T[K]> };

/** What the leaves of a tree are, and what they are called in messages. */
export interface LeafKind<Leaf> {
  readonly is: (x: unknown) => x is Leaf;
  readonly name: string;
}
export const tensors: LeafKind<Tensor> = { is: (x) => x instanceof Tensor, name: 'tensor' };
export const parameters: LeafKind<Parameter> = { is: (x) => x instanceof Parameter, name: 'Parameter' };

/**
 * The leaves of a tree in order of appearance (arrays by index, records by insertion).
 * @throws DTypeError for anything else in it: it would be missing from the gradient's tree
 */
export function leavesOf<Leaf>(
  operation: string,
  { is, name }: LeafKind<Leaf>,
  tree: Tree<Leaf>,
  purpose: string = 'to differentiate by',
): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (branch: unknown, path: string): void => {
    if (is(branch)) leaves.push(branch);
    else if (Array.isArray(branch)) for (const [i, below] of branch.entries()) visit(below, `${path}[${i}]`);
    else if (isRecord(branch)) for (const key of Object.keys(branch)) visit(branch[key], `${path}.${key}`);
    else {
      throw new DTypeError(operation, {
        expected: `a ${name}, or arrays and plain records of them, ${purpose}`,
        got: nameOf(branch),
        ...(path === '' ? {} : { difference: `at ${path}` }),
      });
    }
  };
  visit(tree, '');
  return leaves;
}

/** A tree of the form of `tree` with the given leaves, in the order of `leavesOf`; the caller knows its type. */
export function rebuild(tree: Tree<Tensor | Parameter>, leaves: readonly unknown[]): unknown {
  let next = 0;
  const level = (branch: Tree<Tensor | Parameter>): unknown => {
    if (branch instanceof Tensor || branch instanceof Parameter) return leaves[next++];
    if (Array.isArray(branch)) return branch.map(level);
    return Object.fromEntries(Object.entries(branch).map(([key, value]) => [key, level(value)]));
  };
  return level(tree);
}

function isRecord(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== 'object' || x === null) return false;
  const prototype: unknown = Object.getPrototypeOf(x);
  return prototype === Object.prototype || prototype === null;
}

function nameOf(x: unknown): string {
  if (typeof x !== 'object' || x === null) return String(x);
  return `an instance of ${x.constructor.name}`;
}
