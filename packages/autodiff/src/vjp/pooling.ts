import type { Pooling } from '@renyi/tensor';
import { nonDifferentiable, type VjpTable } from '../vjp-rule.js';

/** Positions in windows; what is gathered from them has the derivatives of `gather`. */
export const pooling: VjpTable<keyof Pooling> = {
  maxPool2dIndices: nonDifferentiable,
};
