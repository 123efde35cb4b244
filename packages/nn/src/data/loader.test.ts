import { ConfigError, DomainError, FormatError, Generator, mul } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dataset } from '../dataset.js';
import type { Batch } from './batch.js';
import { DataLoader, type DataLoaderOptions, type DataLoaderState } from './loader.js';

function numbered(size: number): Dataset {
  const inputs = Float32Array.from({ length: 2 * size }, (_, i) => i);
  return new Dataset({ inputs, labels: Int32Array.from({ length: size }), features: 2, classes: 1 });
}

const rowsOf = (batches: Iterable<Batch>): number[][] => Array.from(batches, ({ rows }) => [...rows]);
const sorted = (rows: readonly number[]): number[] => [...rows].sort((a, b) => a - b);

function loader(size: number, options: Partial<DataLoaderOptions> = {}): DataLoader {
  return new DataLoader(numbered(size), { batchSize: 3, generator: new Generator(5), ...options });
}

describe('DataLoader', () => {
  it('gives every row once an epoch, in another order each time, and the last batch with what is left', () => {
    const seven = loader(7);
    const epochs = [rowsOf(seven), rowsOf(seven)];
    for (const epoch of epochs) {
      expect(epoch.map(({ length }) => length)).toEqual([3, 3, 1]);
      expect(sorted(epoch.flat())).toEqual([0, 1, 2, 3, 4, 5, 6]);
    }
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect([seven.epoch, seven.length]).toEqual([2, 3]);
  });

  it('leaves the last rows out where it is told to, and keeps the order where it is told to', () => {
    expect(rowsOf(loader(7, { dropLast: true, shuffle: false }))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it('takes inputs and labels from the rows that it names, in the shape of a row', () => {
    for (const { inputs, labels, rows } of loader(7, { shape: [2, 1] })) {
      expect(inputs.shape).toEqual([rows.length, 2, 1]);
      expect(labels.shape).toEqual([rows.length]);
      expect([...inputs.dataSync()]).toEqual([...rows].flatMap((row) => [2 * row, 2 * row + 1]));
    }
  });

  it('gives an iteration that stops early and the next one a whole epoch together', () => {
    const seven = loader(7);
    const first = [];
    for (const { rows } of seven) {
      first.push(...rows);
      if (first.length === 3) break;
    }
    expect(sorted([...first, ...rowsOf(seven).flat()])).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('draws from a generator of its own: the caller goes on drawing without moving the order', () => {
    const shared = new Generator(5);
    const seven = loader(7, { generator: shared });
    shared.uniform([100]);
    expect(rowsOf(seven)).toEqual(rowsOf(loader(7)));
  });

  it('goes on from any saved place with the batches and the draws of a loader that was never stopped', () => {
    // However much a transform draws, the next batch does not depend on it.
    const transform: DataLoaderOptions['transform'] = (inputs, generator) =>
      mul(inputs, generator.uniform([inputs.shape[0] as number, 1]));
    const shown = (data: DataLoader): string => {
      const { inputs, rows } = data.next();
      return [...rows, ...inputs.dataSync()].join(' ');
    };
    const settings = fc.record({
      size: fc.integer({ min: 3, max: 12 }),
      batchSize: fc.integer({ min: 1, max: 3 }),
      dropLast: fc.boolean(),
      shuffle: fc.boolean(),
      m: fc.nat(12),
      n: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(settings, ({ size, m, n, ...options }) => {
        const through = loader(size, { ...options, transform });
        for (let i = 0; i < m; i++) through.next();
        const saved = JSON.parse(JSON.stringify(through.state)) as DataLoaderState;
        const resumed = loader(size, { ...options, transform, generator: new Generator(99) });
        resumed.loadState(saved);
        expect(resumed.state).toEqual(saved);
        for (let i = 0; i < n; i++) expect(shown(resumed)).toBe(shown(through));
        expect(resumed.state).toEqual(through.state);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, number, Partial<DataLoaderOptions>, string]>([
    ['no rows', 0, {}, 'rows for at least one batch; got 0 rows in data'],
    ['fewer rows than a batch', 2, { dropLast: true }, 'rows for at least one batch of 3; got 2 rows'],
    ['batches of nothing', 3, { batchSize: 0 }, 'at least 1; got 0'],
    ['half a row', 3, { batchSize: 1.5 }, 'at least 1; got 1.5'],
    ['half a batch ahead', 3, { prefetch: 0.5 }, 'a prefetch that is a whole number, at least 0; got 0.5'],
    ['another shape', 3, { shape: [3] }, 'a shape of 2 elements, the features of a row; got [3]'],
    ['a seed', 3, { generator: 5 as unknown as Generator }, 'a generator, to shuffle with; got 5'],
  ])('refuses %s', (_, size, options, message) => {
    expect(() => loader(size, options)).toThrow(ConfigError);
    expect(() => loader(size, options)).toThrow(message);
  });

  it('refuses the state of another loader, and stays where it is', () => {
    const seven = loader(7);
    const { state } = seven;
    const others = [{ size: 8 }, { batchSize: 2 }, { batch: 3 }, { batch: -1 }, { epoch: 0.5 }];
    for (const other of others)
      expect(() => seven.loadState({ ...state, ...other }), JSON.stringify(other)).toThrow(FormatError);
    const broken = { key: [1.5, 2], calls: 0 } as const;
    expect(() => seven.loadState({ ...state, batch: 1, generator: broken })).toThrow(DomainError);
    expect(seven.state).toEqual(state);
  });
});
