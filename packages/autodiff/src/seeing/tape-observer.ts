import type { DType, Shape, Tensor } from '@renyi/tensor';

/** What an observer may know of a node on a tape. */
export interface ObservedNode {
  readonly index: number;
  /** The primitive's name; `input` for a variable. */
  readonly operation: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Is told what a tape writes down and how the backward pass walks through it. */
export interface TapeObserver {
  /** A node was written down; `output` is the tape's tensor. */
  recorded(node: ObservedNode, output: Tensor): void;
  /** The cotangent `g` of a node is complete. `pushBack` hands it on to the parents, and has to be called. */
  visiting(node: ObservedNode, g: Tensor, pushBack: () => void): void;
  /** A node has added `contribution` to the cotangent of a parent, which is `total` by now. */
  contributed(node: ObservedNode, parent: ObservedNode, contribution: Tensor, total: Tensor): void;
}
