import { bind } from './bind.js';
import { matmul } from './matmul.js';
import { renyi } from './renyi.js';
import { step } from './step.js';
import type { Suite } from './suite.js';

/** All suites by name, in the order in which they run. */
export const suites: { readonly [name: string]: Suite } = { bind, matmul, renyi, step };
