import { fileURLToPath } from 'node:url';
import { defaultBackend, setDefaultBackend } from '@renyi/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as adapter from './adapter.js';
import { readFolder } from './format.js';
import { runFiles } from './report.js';

const files = readFolder(fileURLToPath(new URL('../operations', import.meta.url)));

/** What the cases ask for and this library lacks, by operation, with the number of cases. */
const lacking: Readonly<Record<string, number>> = {
  backward_no_graph: 1,
};

const settings = [
  { backend: 'reference', dtype: 'float64' },
  { backend: 'wasm', dtype: 'float32' },
] as const;

describe.each(settings)('on the backend $backend in $dtype', ({ backend, dtype }) => {
  const before = defaultBackend();
  beforeAll(() => adapter.setup(dtype, backend));
  afterAll(() => setDefaultBackend(before));

  it.each(files)('all cases of $name pass that there is an operation for', async (file) => {
    const results = await runFiles(adapter, [file], dtype);
    const failed = results.filter(({ state }) => state === 'failed');
    expect(failed.map(({ golden, fault }) => `${golden.id}: ${fault}`)).toEqual([]);
    expect(results).not.toHaveLength(0);
  });

  it('and nothing else is lacking than what is listed', async () => {
    const results = await runFiles(adapter, files, dtype);
    const skipped = results.filter(({ state }) => state === 'skipped').map(({ golden }) => golden.op);
    const counts = Object.fromEntries(
      [...new Set(skipped)].map((op) => [op, skipped.filter((other) => other === op).length]),
    );
    expect(counts).toEqual(lacking);
  });
});
