import { batchNorm } from './batch-norm.js';
import { bind } from './bind.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { gpu } from './gpu.js';
import { growth } from './growth.js';
import { matmul } from './matmul.js';
import { pooling } from './pooling.js';
import { reduce } from './reduce.js';
import { renyi } from './renyi.js';
import { softmax } from './softmax.js';
import { step } from './step.js';
import type { Suite } from './suite.js';

/** The suites that run in a browser too, in the order in which they run. */
export const portableSuites: { readonly [name: string]: Suite } = {
  bind,
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
  gpu,
};
