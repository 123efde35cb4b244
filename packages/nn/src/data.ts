/**
 * Data for training: batches in random order whose position saves and loads, and the scaling of features.
 * @packageDocumentation
 */
export {
  type Batch,
  DataLoader,
  type DataLoaderOptions,
  type DataLoaderState,
  type Transform,
} from './data/loader.js';
export { type Scaling, scalingOf, standardize } from './data/scaling.js';
