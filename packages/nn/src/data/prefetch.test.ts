import { add, ConfigError, Generator, mul, type Tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dataset } from '../dataset.js';
import type { AsyncTransform, Batch } from './batch.js';
import { DataLoader, type DataLoaderOptions } from './loader.js';

function loader(size: number, options: Partial<DataLoaderOptions> = {}): DataLoader {
  const inputs = Float32Array.from({ length: 2 * size }, (_, i) => i + 1);
  const dataset = new Dataset({ inputs, labels: new Int32Array(size), features: 2, classes: 1 });
  return new DataLoader(dataset, { batchSize: 3, generator: new Generator(5), ...options });
}

const shown = ({ inputs, rows }: Batch): string => [...rows, ...inputs.dataSync()].join(' ');
const pause = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const scaled = (inputs: Tensor, generator: Generator): Tensor =>
  add(mul(inputs, generator.uniform([inputs.shape[0] as number, 1])), 1);
/** The same, after some time or other. */
const slowly: AsyncTransform = async (inputs, generator) => {
  await pause((inputs.dataSync()[0] as number) % 3);
  return scaled(inputs, generator);
};

describe('for await', () => {
  it('gives the batches, the draws and the places that a plain loop gives, whatever is prepared ahead, left early or moved by others', async () => {
    const settings = fc.record({
      size: fc.integer({ min: 3, max: 16 }),
      batchSize: fc.integer({ min: 1, max: 3 }),
      dropLast: fc.boolean(),
      shuffle: fc.boolean(),
      prefetch: fc.nat(4),
      waits: fc.boolean(),
      /** After how many batches each loop is left. */
      leaves: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
      /** After how many batches the body takes one by itself. */
      takes: fc.integer({ min: 1, max: 6 }),
    });
    const property = fc.asyncProperty(settings, async ({ size, waits, leaves, takes, ...options }) => {
      const plain = loader(size, { ...options, transform: scaled });
      // A plain call of `next` needs a transform that gives a tensor at once.
      const ahead = loader(size, { ...options, transform: scaled });
      let count = 0;
      for (const leave of leaves) {
        let given = 0;
        const loop = plain[Symbol.iterator]();
        for await (const batch of ahead) {
          if (waits) await pause();
          count += 1;
          given += 1;
          expect(shown(batch)).toBe(shown((loop.next() as IteratorYieldResult<Batch>).value));
          expect(ahead.state).toEqual(plain.state);
          if (count % takes === 0) expect(shown(ahead.next())).toBe(shown(plain.next()));
          if (given === leave) break;
        }
        if (given < leave) expect(loop.next().done).toBe(true);
        expect(ahead.state).toEqual(plain.state);
      }
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('goes on from a saved place, with transforms that wait', async () => {
    const all = Array.from(loader(20, { transform: scaled }), shown);
    const parts = [];
    const first = loader(20, { transform: slowly, prefetch: 4 });
    for await (const batch of first) {
      parts.push(shown(batch));
      if (parts.length === 3) break;
    }
    const second = loader(20, { transform: slowly, prefetch: 2, generator: new Generator(99) });
    second.loadState(first.state);
    for await (const batch of second) parts.push(shown(batch));
    expect(parts).toEqual(all);
    expect(second.epoch).toBe(1);
  });

  it('prepares the next batches while the caller waits, and no more of them than it is told', async () => {
    for (const prefetch of [0, 1, 3]) {
      let begun = 0;
      const transform = (inputs: Tensor): Tensor => {
        begun += 1;
        return inputs;
      };
      const batches = loader(18, { transform, prefetch })[Symbol.asyncIterator]();
      await batches.next();
      const atOnce = begun;
      await pause(20);
      expect([atOnce, begun]).toEqual([1, 1 + prefetch]);
      await batches.return();
    }
  });

  it('prepares batches at the same time where the transform waits', async () => {
    let running = 0;
    let most = 0;
    const transform: AsyncTransform = async (inputs) => {
      running += 1;
      most = Math.max(most, running);
      await pause(5);
      running -= 1;
      return inputs;
    };
    for await (const { rows } of loader(18, { transform, prefetch: 2 })) {
      expect(rows).toHaveLength(3);
      await pause(1);
    }
    expect(most).toBe(3);
  });

  it('throws what a transform throws when its batch is due, and stands before that batch', async () => {
    let calls = 0;
    let isBroken = true;
    const transform: AsyncTransform = async (inputs, generator) => {
      calls += 1;
      if (calls === 3 && isBroken) throw new Error('the third');
      return slowly(inputs, generator);
    };
    const broken = loader(15, { transform, prefetch: 3 });
    const whole = loader(15, { transform: scaled });
    const given: string[] = [];
    const run = async (): Promise<void> => {
      for await (const batch of broken) {
        await pause(2);
        given.push(shown(batch));
      }
    };
    await expect(run()).rejects.toThrow('the third');
    expect([given.length, broken.state.batch]).toEqual([2, 2]);
    isBroken = false;
    await run();
    expect(given).toEqual(Array.from(whole, shown));
  });

  it.each([
    ['at once', false],
    ['later', true],
  ])(
    'frees what was prepared and not given when the loop is left, with a transform that is done %s',
    async (_, isLater) => {
      const taken: Tensor[] = [];
      const made: Tensor[] = [];
      const transform: AsyncTransform = async (inputs, generator) => {
        taken.push(inputs);
        if (isLater) await pause(5);
        made.push(scaled(inputs, generator));
        return made.at(-1) as Tensor;
      };
      const given: Batch[] = [];
      for await (const batch of loader(15, { transform, prefetch: 3 })) {
        given.push(batch);
        if (given.length === 2) break;
        await pause(isLater ? 1 : 20);
      }
      await pause(20);
      expect(taken.length).toBeGreaterThan(3);
      expect(taken.every((x) => x.isDisposed)).toBe(true);
      expect(made.filter((x) => !x.isDisposed)).toEqual(given.map(({ inputs }) => inputs));
    },
  );

  it('is what a transform that waits needs', () => {
    expect(() => loader(3, { transform: slowly }).next()).toThrow(ConfigError);
    expect(() => loader(3, { transform: slowly }).next()).toThrow(
      'one that gives a promise. Take the batches',
    );
  });
});
