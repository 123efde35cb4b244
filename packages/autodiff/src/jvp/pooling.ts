import type { Pooling } from '@renyi/tensor';
import type { JvpTable } from '../jvp-rule.js';
import { nonDifferentiable } from '../vjp-rule.js';

/** Positions in windows; what is gathered from them has the derivatives of `gather`. */
export const pooling: JvpTable<keyof Pooling> = {
  maxPool2dIndices: nonDifferentiable,
};
