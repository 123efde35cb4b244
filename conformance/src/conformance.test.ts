import { fileURLToPath } from 'node:url';
import { defaultBackend, setDefaultBackend } from '@renyi/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as adapter from './adapter.js';
import { type GoldenCase, readFolder } from './format.js';
import { runFiles } from './report.js';

const files = readFolder(fileURLToPath(new URL('../operations', import.meta.url)));

const settings = [
  { backend: 'reference', dtype: 'float64' },
  { backend: 'wasm', dtype: 'float32' },
  { backend: 'gpu', dtype: 'float32' },
] as const;

it('there are 622 cases', () => {
  expect(files.flatMap(({ cases }) => cases)).toHaveLength(622);
});

/** What the gpu backend cannot do: compute a formula in float64, or look at a label that was computed. */
const beyondTheGpu = (golden: GoldenCase): boolean =>
  golden.op === 'renyi_divergence_authors' || golden.id === 'error/cross_entropy-53';

describe.each(settings)('on the backend $backend in $dtype', ({ backend, dtype }) => {
  const before = defaultBackend();
  beforeAll(() => adapter.setup(dtype, backend));
  afterAll(() => setDefaultBackend(before));

  it.each(files)('all cases of $name pass, and none is skipped', async (file) => {
    const results = await runFiles(adapter, [file], dtype);
    const others = results.filter(
      ({ state, golden }) => state !== 'passed' && !(backend === 'gpu' && beyondTheGpu(golden)),
    );
    expect(others.map(({ golden, state, fault }) => `${golden.id} ${state}: ${fault}`)).toEqual([]);
    expect(results).toHaveLength(file.cases.length);
  });
});
