import { Tensor } from '@renyi/tensor';
import { Parameter } from './parameter.js';

/** Leaves nested in arrays and plain records. */
export type Tree<Leaf> = Leaf | readonly Tree<Leaf>[] | { readonly [key: string]: Tree<Leaf> };

/** The tree of the same form that holds a tensor for every leaf. */
export type TensorsLike<T> = T extends Tensor | Parameter ? Tensor : { [K in keyof T]: TensorsLike<T[K]> };

/** The leaves of a tree in order of appearance (arrays by index, records by insertion). */
export function leavesOf<Leaf extends Tensor | Parameter>(tree: Tree<Leaf>): Leaf[] {
  if (tree instanceof Tensor || tree instanceof Parameter) return [tree as Leaf];
  const branches = Object.values(tree as Record<string, Tree<Leaf>>);
  return branches.flatMap((branch) => leavesOf(branch));
}

/** A tree of the form of `tree` with the given leaves, in the order of `leavesOf`; the caller knows its type. */
export function rebuild(tree: Tree<Tensor | Parameter>, leaves: readonly Tensor[]): unknown {
  let next = 0;
  const level = (branch: Tree<Tensor | Parameter>): unknown => {
    if (branch instanceof Tensor || branch instanceof Parameter) return leaves[next++];
    if (Array.isArray(branch)) return branch.map(level);
    return Object.fromEntries(Object.entries(branch).map(([key, value]) => [key, level(value)]));
  };
  return level(tree);
}
