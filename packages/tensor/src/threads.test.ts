import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { BackendError, ConfigError } from './errors.js';
import { scope } from './memory/scope.js';
import { matmul } from './ops/matmul.js';
import type { Tensor } from './tensor.js';
import { type ThreadedBackend, threadedBackend } from './threads.js';
import { wasmBackend } from './wasm/backend.js';
import { firstDifference, programs, random } from './wasm/programs.testing.js';
import type { Backend } from './backend.js';
import type { Address } from './wasm/threads/platform.js';

declare const URL: new (path: string, base: string) => Address;
const worker = new URL(
  '../dist/wasm/threads/worker.js',
  (import.meta as unknown as { readonly url: string }).url,
);

const backends: ThreadedBackend[] = [1, 2, 3].map((threads) => threadedBackend({ threads, worker }));

describe('the wasm backend with threads', () => {
  afterAll(() => {
    for (const backend of backends) backend.close();
  });

  it.each(Object.entries(programs))(
    'gives the bits of one thread, for any number of them: %s',
    (_, program) => {
      const on = (backend: Backend): Tensor => program((shape, seed) => random(backend, shape, seed));
      const expected = on(wasmBackend).dataSync();
      for (const backend of backends) {
        for (let i = 0; i < 5; i++) expect(firstDifference(on(backend).dataSync(), expected)).toBe(-1);
        expect(
          firstDifference(
            scope(() => on(backend).dataSync()),
            expected,
          ),
        ).toBe(-1);
        expect(backend.linearMemory.usedBytes).toBe(0);
      }
    },
  );

  it('goes on computing when it is closed', () => {
    const backend = threadedBackend({ threads: 2, worker });
    const product = (): Tensor => matmul(random(backend, [200, 200], 1), random(backend, [200, 200], 2));
    const expected = product().dataSync();
    backend.close();
    expect(firstDifference(product().dataSync(), expected)).toBe(-1);
  });

  it('does not keep a process alive with its sleeping workers', async () => {
    const built = new URL('../dist/', (import.meta as unknown as { readonly url: string }).url).href;
    const program = `
      const { threadedBackend } = await import('${built}threads.js');
      const { ones } = await import('${built}index.js');
      const x = ones([300, 300], { backend: threadedBackend({ threads: 3 }) });
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(x.matmul(x).max().item());`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout).toBe('300\n');
  });

  it('refuses a number of threads that makes no sense, and operands of another backend', () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 65]) {
      expect(() => threadedBackend({ threads })).toThrow(ConfigError);
    }
    expect(() => matmul(random(backends[0] as Backend, [3, 3], 1), random(wasmBackend, [3, 3], 1))).toThrow(
      BackendError,
    );
  });
});
