/**
 * What a worker of `@renyi/tensor/threads` runs: it starts to work when it is loaded in one.
 * @packageDocumentation
 */
import { whenStarted } from './platform.js';
import { work } from './worker-loop.js';

whenStarted(work);

export { work };
