import type { Backend } from './backend.js';
import { countMemoryOf } from './memory/memory.js';
import { referenceBackend } from './reference/backend.js';
import { wasmBackend } from './wasm/backend.js';
import { wasmSupport } from './wasm/support.js';

let chosen: Backend | undefined;

/**
 * Where tensors live that are made without saying so: WebAssembly where the engine runs it, else the reference backend
 * (`wasmSupport()` has the reason). `setDefaultBackend` changes it.
 */
export function defaultBackend(): Backend {
  if (chosen === undefined) {
    const isAvailable = wasmSupport().available;
    if (isAvailable) countMemoryOf(wasmBackend);
    chosen = isAvailable ? wasmBackend : referenceBackend;
  }
  return chosen;
}

/** From now on, tensors are made on this backend unless they say otherwise. Those that exist stay where they are. */
export function setDefaultBackend(backend: Backend): void {
  chosen = backend;
}
