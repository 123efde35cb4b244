import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createMemory, instantiate } from '../engine.js';
import { i32 } from '../emitter/instructions.js';
import { ModuleBuilder } from '../emitter/module.js';
import type { Part, WasmFunction } from './calls.js';
import { type Address, startWorker } from './platform.js';
import { Pool, type Thread } from './pool.js';

declare const URL: new (path: string, base: string) => Address;
/** The workers run what is built: a worker cannot read sources in TypeScript. */
const worker = new URL(
  '../../../dist/wasm/threads/worker.js',
  (import.meta as unknown as { readonly url: string }).url,
);

/** x[i] = 3 x[i] + 1 for `count` int32, and a function that fails. */
function arithmetic(maximum: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder({ initial: 0, maximum, shared: true });
  module.function('step', { x: 'i32', count: 'i32' }, 'void', (f, p) => {
    f.for({ from: 0, to: p.count }, () => {
      f.do(i32.store(p.x, i32.add(i32.mul(i32.load(p.x), 3), 1)));
      f.increment(p.x, 4);
    });
  });
  module.function('fail', { at: 'i32' }, 'void', (f, p) =>
    f.do(i32.store(i32.divU(1, i32.sub(p.at, p.at)), 0)),
  );
  return module.toBytes();
}

const elements = 4096;
const started: Thread[] = [];

function makePool(workers: number): { pool: Pool; x: Int32Array; step: WasmFunction; fail: WasmFunction } {
  const memory = createMemory(1, 1, true);
  const pool = new Pool(memory, workers, (shared) => {
    const thread = startWorker(worker, shared);
    started.push(thread);
    return thread;
  });
  const bytes = arithmetic(1);
  const exports = instantiate(bytes, { memory });
  pool.publish(bytes, exports);
  const { step, fail } = exports as unknown as Record<string, WasmFunction>;
  const x = new Int32Array(memory.buffer, 0, elements);
  return { pool, x, step: step as WasmFunction, fail: fail as WasmFunction };
}

/** Cuts of [0, elements) into parts, with the number of times that each part's step is made. */
const jobs = fc.array(
  fc.array(fc.record({ length: fc.integer({ min: 0, max: 700 }), times: fc.integer({ min: 0, max: 4 }) }), {
    maxLength: 9,
  }),
  { minLength: 1, maxLength: 6 },
);

describe('a pool', () => {
  afterAll(() => {
    for (const thread of started) thread.terminate();
  });

  it.each([0, 1, 3])('with %i workers computes what one thread does, job after job', (workers) => {
    const { pool, x, step } = makePool(workers);
    fc.assert(
      fc.property(jobs, (list) => {
        x.forEach((_, i) => {
          x[i] = i;
        });
        const expected = Int32Array.from(x);
        for (const job of list) {
          let start = 0;
          const parts = job.map(({ length, times }): Part => {
            const count = Math.min(length, elements - start);
            for (let i = start; i < start + count; i++) {
              for (let time = 0; time < times; time++) expected[i] = Math.imul(expected[i] as number, 3) + 1;
            }
            const at = 4 * start;
            start += count;
            return (sink) => {
              for (let time = 0; time < times; time++) sink(step, at, count);
            };
          });
          pool.run(parts);
        }
        expect(Int32Array.from(x)).toEqual(expected);
      }),
    );
    pool.close();
  });

  const once = ({ pool, x, step }: ReturnType<typeof makePool>, parts: number): number[] => {
    x.fill(1);
    const count = elements / parts;
    pool.run(
      Array.from(
        { length: parts },
        (_, i): Part =>
          (sink) =>
            sink(step, 4 * i * count, count),
      ),
    );
    return [...new Set(x)];
  };

  it('goes on when its workers have died, and when it is closed', () => {
    const made = makePool(2);
    expect(once(made, 8)).toEqual([4]);
    for (const thread of started.splice(0)) thread.terminate();
    for (let i = 0; i < 100; i++) expect(once(made, 16)).toEqual([4]);
    made.pool.close();
    expect(once(made, 4)).toEqual([4]);
  });

  it('throws what a part throws, whoever ran it, when all other parts are done', () => {
    const made = makePool(2);
    const { pool, x, step, fail } = made;
    for (let i = 0; i < 50; i++) {
      x.fill(1);
      const good = Array.from(
        { length: 7 },
        (_, k): Part =>
          (sink) =>
            sink(step, 2048 * k, 512),
      );
      expect(() => pool.run([...good, (sink) => sink(fail, 0)])).toThrow(/divide by zero/);
      expect(x.subarray(0, 7 * 512).every((value) => value === 4)).toBe(true);
    }
    expect(once(made, 8)).toEqual([4]);
    pool.close();
  });

  it('leaves functions that workers do not know, and jobs that are too long, to the caller', () => {
    const made = makePool(1);
    const calls: number[] = [];
    const push = (value: number): number => calls.push(value);
    made.pool.run(
      [5, 6].map(
        (value): Part =>
          (sink) =>
            sink(push, value),
      ),
    );
    expect(calls).toEqual([5, 6]);
    made.x.fill(1);
    made.pool.run(Array.from({ length: 5000 }, (): Part => (sink) => sink(made.step, 0, 0)));
    expect(once(made, 2)).toEqual([4]);
    made.pool.close();
  });
});
