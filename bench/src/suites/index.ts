import { kept } from './kept.js';
import { memory } from './memory.js';
import { portableSuites } from './portable.js';
import { sizes } from './sizes.js';
import { startUp } from './start-up.js';
import type { Suite } from './suite.js';

/** All suites by name, in the order in which they run. The last ones ask Node for what a browser does not tell. */
export const suites: { readonly [name: string]: Suite } = {
  ...portableSuites,
  kept,
  memory,
  'start-up': startUp,
  sizes,
};
