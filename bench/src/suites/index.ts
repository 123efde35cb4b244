import { batchNorm } from './batch-norm.js';
import { bind } from './bind.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { growth } from './growth.js';
import { kept } from './kept.js';
import { matmul } from './matmul.js';
import { memory } from './memory.js';
import { pooling } from './pooling.js';
import { reduce } from './reduce.js';
import { renyi } from './renyi.js';
import { sizes } from './sizes.js';
import { softmax } from './softmax.js';
import { startUp } from './start-up.js';
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
  convolution,
  pooling,
  'batch-norm': batchNorm,
  renyi,
  step,
  growth,
  memory,
  'start-up': startUp,
  sizes,
};
