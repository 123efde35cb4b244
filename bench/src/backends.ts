import { type Backend, referenceBackend, wasmBackend, wasmSupport } from '@renyi/tensor';

/** Our backends that this machine can run, by name; the first is the baseline. */
export const allBackends: ReadonlyMap<string, Backend> = new Map(
  [...(wasmSupport().available ? [wasmBackend] : []), referenceBackend].map((backend) => [
    backend.name,
    backend,
  ]),
);
