import { creation } from './special/creation.js';
import { networks } from './special/networks.js';
import { positions } from './special/positions.js';
import { products } from './special/products.js';
import { reductions } from './special/reductions.js';
import { shapes } from './special/shapes.js';
import type { SpecialFault } from './special/fault.js';

/** Bad calls that do not follow from the kinds of the arguments: what does not belong together, or is out of range. */
export const specialFaults: readonly SpecialFault[] = [
  ...shapes,
  ...positions,
  ...reductions,
  ...products,
  ...networks,
  ...creation,
];
