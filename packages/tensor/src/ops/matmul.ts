import { bind } from '../bind.js';
import * as primitives from '../primitives/matmul.js';
import { noAttributes } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';

/**
 * Matrix product: [..., m, k] times [..., k, n] gives [..., m, n]; leading axes are broadcast.
 * Each element is a sum over k accumulated in float64 (int32: modulo 2^32). Derivative: g bᵀ and aᵀ g. Cost: m n k multiply-adds.
 * @throws ShapeError when an operand has fewer than 2 axes, the inner extents differ, or the leading axes do not broadcast
 * @see torch.matmul
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return bind(primitives.matmul, [a, b], noAttributes);
}
