import { alongAxis } from './jvp/along-axis.js';
import { convolutions } from './jvp/convolution.js';
import { elementwise } from './jvp/elementwise.js';
import { fused } from './jvp/fused.js';
import { indexing } from './jvp/indexing.js';
import { linearAlgebra } from './jvp/linear-algebra.js';
import { pooling } from './jvp/pooling.js';
import { rearrangements } from './jvp/rearrangements.js';
import { reductions } from './jvp/reductions.js';
import type { JvpTable } from './jvp-rule.js';

/**
 * The derivatives of all primitives, in forward mode, in chapters: t is the tangent of an argument, y the output.
 *
 * Rules are written in public operations and so are differentiable themselves. They need not broadcast or promote where
 * the primitive does: the dual interpreter brings what a rule answers to the output's shape and dtype.
 */
export const jvpTable: JvpTable = {
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
