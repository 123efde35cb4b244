import { alongAxis } from './vjp/along-axis.js';
import { convolutions } from './vjp/convolution.js';
import { elementwise } from './vjp/elementwise.js';
import { fused } from './vjp/fused.js';
import { indexing } from './vjp/indexing.js';
import { linearAlgebra } from './vjp/linear-algebra.js';
import { pooling } from './vjp/pooling.js';
import { rearrangements } from './vjp/rearrangements.js';
import { reductions } from './vjp/reductions.js';
import type { VjpTable } from './vjp-rule.js';

/**
 * The derivatives of all primitives, in reverse mode, in chapters: y is the output, g its cotangent.
 *
 * Rules are written in public operations and so are differentiable themselves. They need not undo
 * promotion: the tape casts each cotangent to its argument's dtype. Nor broadcasting, where the primitive says that
 * it broadcasts: there the rule answers in the output's shape, and the tape sums that to the argument's (`sumTo`).
 */
export const vjpTable: VjpTable = {
  ...elementwise,
  ...reductions,
  ...alongAxis,
  ...rearrangements,
  ...indexing,
  ...linearAlgebra,
  ...convolutions,
  ...pooling,
  ...fused,
};
