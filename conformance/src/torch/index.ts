import { backward } from './backward.js';
import { classification } from './classification.js';
import { convolutions } from './convolution.js';
import { elementwise } from './elementwise.js';
import { layers } from './layers.js';
import { linearAlgebra } from './linear-algebra.js';
import { losses } from './losses.js';
import { normalization } from './normalization.js';
import type { Table } from './operation.js';
import { pooling } from './pooling.js';
import { rdml } from './rdml.js';
import { reduce } from './reduce.js';
import { shape } from './shape.js';

/** Every function of PyTorch that there are cases of, in terms of ours. */
export const operations: Table = {
  ...elementwise,
  ...shape,
  ...reduce,
  ...linearAlgebra,
  ...classification,
  ...losses,
  ...convolutions,
  ...pooling,
  ...normalization,
  ...layers,
  ...rdml,
  ...backward,
};
