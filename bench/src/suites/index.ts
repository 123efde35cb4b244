import { bind } from './bind.js';
import { elementwise } from './elementwise.js';
import { growth } from './growth.js';
import { kept } from './kept.js';
import { matmul } from './matmul.js';
import { reduce } from './reduce.js';
import { renyi } from './renyi.js';
import { softmax } from './softmax.js';
import { step } from './step.js';
import type { Suite } from './suite.js';

/** All suites by name, in the order in which they run. */
export const suites: { readonly [name: string]: Suite } = {
  bind,
  kept,
  matmul,
  elementwise,
  softmax,
  reduce,
  renyi,
  step,
  growth,
};
