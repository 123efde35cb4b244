import { type Backend, referenceBackend, wasmBackend, wasmSupport } from '@renyi/tensor';
import { threadedBackend } from '@renyi/tensor/threads';

/** One thread, and two, which is what the other libraries' figures with threads are of. */
const wasm: readonly [string, Backend][] = wasmSupport().available
  ? [
      ['wasm', wasmBackend],
      ['wasm-2', threadedBackend({ threads: 2 })],
    ]
  : [];

/** Our backends that this machine can run, by name; the first is the baseline. */
export const allBackends: ReadonlyMap<string, Backend> = new Map([...wasm, ['reference', referenceBackend]]);
