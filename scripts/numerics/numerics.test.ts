import { readFileSync } from 'node:fs';
import { tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { functions } from './functions.mjs';
import { errorOnGrid, errorOnRandom, readGrid, settings } from './measure.mjs';
import { page } from './page.mjs';
import { errorOnRows, rowFunctions } from './rows.mjs';
import { specialValues } from './special-values.mjs';
import { boundsOfSums, errorsOfSums, kindsOfTerms } from './sums.mjs';

type Setting = keyof typeof settings;
const everywhere = Object.keys(settings) as Setting[];

describe('errors are within their bounds:', () => {
  it.each(Object.entries(functions))('%s', (name, { bounds }) => {
    for (const setting of everywhere)
      expect(errorOnRandom(name, setting, 64), setting).toBeLessThanOrEqual(bounds[setting]);
  });

  it('on the accuracy grid, whose values are rounded themselves', async () => {
    const grids = await readGrid();
    const named = Object.entries(functions).filter(([, { grid }]) => grid !== undefined);
    expect(new Set(named.map(([, { grid }]) => grid))).toEqual(new Set(Object.keys(grids)));
    for (const [name, { bounds, grid }] of named) {
      for (const setting of everywhere) {
        const rounding = setting === 'float64' ? 0.5 : 1e-6;
        const error = errorOnGrid(
          name,
          setting,
          grids[grid as string] as NonNullable<(typeof grids)[string]>,
        );
        expect(error, `${name}, ${setting}`).toBeLessThanOrEqual(bounds[setting] + rounding);
      }
    }
  });

  it.each(Object.entries(rowFunctions))('%s of rows', (name, { bounds }) => {
    for (const setting of everywhere)
      expect(errorOnRows(name, setting, 2), setting).toBeLessThanOrEqual(bounds[setting]);
  });

  it.each(kindsOfTerms)('a sum of 10^6 terms, %s', (kind) => {
    const errors = errorsOfSums(kind);
    for (const setting of everywhere)
      expect(errors[setting], setting).toBeLessThanOrEqual(boundsOfSums[setting]);
  });
});

describe('special values are as stated:', () => {
  const rows = Object.values(specialValues).flat();

  it.each(rows.map((row) => [row.call, row.operands, row.result, row] as const))(
    '%s of %j is %j',
    (_, operands, result, { f }) => {
      for (const setting of everywhere) {
        const { dtype, backend } = settings[setting];
        const expected = result.map(dtype === 'float32' ? Math.fround : Number);
        // As they are, and in so many rows that the wasm backend's own kernels compute them.
        for (const leading of [[], [3000]]) {
          const inputs = operands.map((list) => {
            const size = list.length * (leading[0] ?? 1);
            const values = Float64Array.from({ length: size }, (_, i) => list[i % list.length] as number);
            return tensor(values, { dtype, backend, shape: [...leading, list.length] });
          });
          const values = f(...inputs).dataSync();
          expect(values.length).toBe(result.length * (leading[0] ?? 1));
          const wrong = values.findIndex((value, i) => !Object.is(value, expected[i % expected.length]));
          expect(
            wrong < 0 ? 'as stated' : `${values[wrong]}, ${setting}, ${leading.length} leading axes`,
          ).toBe('as stated');
        }
      }
    },
  );
});

it('the page is what is stated and what was measured: run pnpm docs:numerics page', () => {
  const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  expect(read('numerics.md')).toBe(page(JSON.parse(read('numerics.json'))));
});
