import type { DType, PrimitiveName, Shape } from '@renyi/tensor';
import type { Tree } from '../tree.js';
import type { Plain, PlainElement } from './plain.js';

/** A tensor in a graph. Ids count from 0 in the order in which tensors appear. */
export interface GraphTensor {
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A tensor that the function did not get as an argument, or that it made from nothing. */
export interface GraphConstant extends GraphTensor {
  /** Of a constant of shape []: its value. Null for others, and where it cannot be read at once. */
  readonly value: PlainElement | null;
}

/** One operation. Its id, shape and dtype are those of its result. */
export interface GraphNode extends GraphTensor {
  readonly primitive: PrimitiveName;
  /** Ids of its operands, in order. */
  readonly inputs: readonly number[];
  readonly attributes: { readonly [name: string]: Plain };
}

/** What a function did with its arguments, as plain data: `JSON.stringify` and back changes nothing. */
export interface Graph {
  readonly inputs: readonly GraphTensor[];
  readonly constants: readonly GraphConstant[];
  /** In the order in which they were computed, so that operands come before what is made from them. */
  readonly nodes: readonly GraphNode[];
  /** Ids of the results, in the order of the leaves of `outputTree`. */
  readonly outputs: readonly number[];
  /** For each argument, its tree with ids for tensors. */
  readonly inputTrees: readonly Tree<number>[];
  readonly outputTree: Tree<number>;
}
