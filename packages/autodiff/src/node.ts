import { cast, type DType, formatShape, sameShape, type Shape, ShapeError, type Tensor } from '@renyi/tensor';
import { sumTo } from './sum-to.js';
import type { Pullback } from './vjp-rule.js';
import type { Walk } from './walk.js';

/**
 * One recorded operation: where its cotangent goes, and how. It holds no value of the forward pass except
 * what its pullbacks close over.
 */
export interface Node {
  /** Larger than those of its parents. */
  readonly index: number;
  /** The operation's name, for messages. */
  readonly operation: string;
  readonly broadcasts: boolean;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The nodes that its cotangent goes to; none of a variable. */
  parents: readonly Node[];
  /** For each parent, from the cotangent of this node to the parent's; of a joint node, one for all of them. */
  pullbacks: readonly Pullback[] | JointPullback;
  /** Of an output of a joint node, which is its only parent: which of its outputs. */
  readonly place: number | undefined;
}

/**
 * The pullback of an operation with several outputs: hands on the cotangents of those that have one, by `walk.accumulate`.
 * Such an operation is a joint node, and one more for each of its outputs.
 */
export type JointPullback = (cotangents: readonly (Tensor | undefined)[], walk: Walk, node: Node) => void;

/** No parents, no pullbacks: of variables. */
export const nothing: readonly never[] = [];

/** The pullbacks of a node that has let go of them. */
const released: readonly never[] = [];

/** Lets go of all that a node keeps. */
export function release(node: Node): void {
  if (node.parents.length === 0) return;
  node.parents = nothing;
  node.pullbacks = released;
}

/** Whether it has let go. */
export function isReleased(node: Node): boolean {
  return node.pullbacks === released;
}

/** Undoes broadcasting and promotion, and holds the rule to its word about the shape. */
export function fit(node: Node, parent: Node, cotangent: Tensor): Tensor {
  const due = node.broadcasts ? node.shape : parent.shape;
  if (!sameShape(cotangent.shape, due)) {
    throw new ShapeError(`derivative of ${node.operation}`, {
      expected: `a cotangent of shape ${formatShape(due)}`,
      got: formatShape(cotangent.shape),
      remedy: 'The rule in the vjp table is wrong',
    });
  }
  return cast(node.broadcasts ? sumTo(cotangent, parent.shape) : cotangent, parent.dtype);
}
