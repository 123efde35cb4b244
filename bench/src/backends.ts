import { type Backend, referenceBackend } from '@renyi/tensor';

/** Our backends by name. */
export const allBackends: ReadonlyMap<string, Backend> = new Map([['reference', referenceBackend]]);
