import {
  type Backend,
  ConfigError,
  referenceBackend,
  setDefaultBackend,
  wasmBackend,
  wasmSupport,
} from '@renyi/tensor';

/** The backends that a command can be told to use. */
export const backends: Readonly<Record<string, Backend>> = {
  reference: referenceBackend,
  wasm: wasmBackend,
};

/**
 * From now on tensors live there.
 * @throws ConfigError for a name that is none's, or a backend that this engine can't run
 */
export function useBackend(name: string): void {
  const backend = Object.hasOwn(backends, name) ? backends[name] : undefined;
  if (backend === undefined) {
    const expected = `--backend to be one of ${Object.keys(backends).join(', ')}`;
    throw new ConfigError('rdml', { expected, got: name.slice(0, 60) });
  }
  const support = wasmSupport();
  if (backend === wasmBackend && !support.available) {
    throw new ConfigError('rdml', {
      expected: 'an engine that runs WebAssembly with SIMD for --backend wasm',
      got: support.reason,
      remedy: 'Leave --backend out, or use --backend reference',
    });
  }
  setDefaultBackend(backend);
}
