import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Layout } from '../layout.js';
import { asyncScope, keep, scope, unkeep, wait } from '../memory/scope.js';
import { matmul } from '../ops/matmul.js';
import { sum } from '../ops/reduce.js';
import { arrayOf } from '../reference/storage.js';
import type { Tensor } from '../tensor.js';
import { WasmBackend } from './backend.js';
import { RecycledArrays } from './recycled-arrays.js';

/** A backend of its own, and a matrix of 32 by 32 that was made outside of all scopes. */
function material(): { readonly backend: WasmBackend; readonly x: Tensor } {
  const backend = new WasmBackend({ smallest: 0 });
  const values = Float32Array.from({ length: 1024 }, (_, i) => (i % 7) / 8);
  return { backend, x: backend.upload(values, Layout.contiguous([32, 32]), 'float32') };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const used = ({ linearMemory }: WasmBackend): number => linearMemory.usedBlocks;

describe('in a scope, results stay in linear memory', () => {
  it('until it ends; what is returned from the outermost one then moves out, and holds the same elements', () => {
    const { backend, x } = material();
    const due = matmul(x, x).tanh().dataSync();
    const y = scope(() => {
      const product = matmul(x, x);
      expect(used(backend)).toBe(1);
      const result = product.tanh();
      expect(used(backend)).toBe(2);
      return result;
    });
    expect(used(backend)).toBe(0);
    expect(y.dataSync()).toEqual(due);
    expect(y.add(0).dataSync()).toEqual(due);
  });

  it('and stay when they are returned to an outer scope', () => {
    const { backend, x } = material();
    scope(() => {
      const y = scope(() => x.add(x).exp());
      expect(used(backend)).toBe(1);
      expect(sum(y.log().sub(x.add(x))).item()).toBeCloseTo(0, 3);
    });
    expect(used(backend)).toBe(0);
  });

  it('as long as a view of them is there', () => {
    const { backend, x } = material();
    scope(() => {
      const y = x.add(1);
      const view = y.transpose().reshape([1024]);
      const row = y.transpose();
      // y, the view that was reshaped, what that was copied to, and row
      expect(backend.memory()).toEqual({ tensors: 4, bytes: backend.linearMemory.usedBytes });
      y.dispose();
      expect(used(backend)).toBe(2);
      expect(row.toArray()).toEqual(x.add(1).transpose().toArray());
      row.dispose();
      view.dispose();
    });
    expect(used(backend)).toBe(0);
    const returned = scope(() => x.add(1).transpose());
    expect(used(backend)).toBe(0);
    expect(returned.toArray()).toEqual(x.add(1).transpose().toArray());
  });

  it('and are kept outside of it, in nested scopes too, until nobody wants them', () => {
    const { backend, x } = material();
    const y = scope(() => scope(() => keep(x.mul(2))));
    expect(used(backend)).toBe(0);
    expect(y.dataSync()[3]).toBe(0.75);
    scope(() => unkeep(y));
    expect(y.isDisposed).toBe(true);
  });

  it('and stay there, if they are kept as residents, until they are disposed of with all their views', () => {
    const { backend, x } = material();
    const due = x.add(1).dataSync();
    const y = scope(() => scope(() => keep(x.add(1), { resident: true })));
    expect(used(backend)).toBe(1);
    expect(backend.memory()).toEqual({ tensors: 1, bytes: backend.linearMemory.usedBytes });
    const view = y.transpose();
    expect(backend.memory().tensors).toBe(2);
    const sum1 = scope(() => y.add(view).sum());
    expect(used(backend)).toBe(1);
    expect(sum1.item()).toBe(2 * y.sum().item());
    expect(y.dataSync()).toEqual(due);
    y.dispose();
    expect(used(backend)).toBe(1);
    expect(view.transpose().dataSync()).toEqual(due);
    expect(backend.memory().tensors).toBe(2);
    scope(() => unkeep(view));
    collect();
    const z = scope(() => keep(x.add(1), { resident: true }));
    scope(() => unkeep(z));
    expect(z.isDisposed).toBe(true);
  });

  it('of residents that nobody disposed of, the garbage collector finds the blocks', async () => {
    const { backend, x } = material();
    const make = (): void => {
      const [first] = scope(() => keep([x.add(1), x.add(2).transpose()] as const, { resident: true }));
      first.transpose();
    };
    make();
    expect(backend.memory().tensors).toBe(3);
    const last = scope(() => keep(x.add(3), { resident: true }));
    for (let i = 0; i < 20 && used(backend) > 1; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      collect();
    }
    expect(used(backend)).toBe(1);
    expect(backend.memory().tensors).toBe(1);
    expect(last.dataSync()).toEqual(x.add(3).dataSync());
    last.dispose();
    expect(backend.memory()).toEqual({ tensors: 0, bytes: 0 });
  });

  it('are all freed when the function throws', () => {
    const { backend, x } = material();
    expect(() =>
      scope(() => {
        x.exp().log();
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(used(backend)).toBe(0);
  });

  it('survive waiting, beside other work', async () => {
    const { backend, x } = material();
    const total = await asyncScope(function* () {
      const y = x.add(1);
      yield* wait(new Promise((resolve) => setTimeout(resolve, 1)));
      const z = y.mul(2);
      return sum(z);
    });
    x.exp();
    expect(used(backend)).toBe(0);
    expect(total.item()).toBe(sum(x.add(1).mul(2)).item());
  });

  it('when the memory grows under a view of them', () => {
    const { backend, x } = material();
    scope(() => {
      const y = x.add(1);
      const before = y.dataSync();
      const { capacityBytes } = backend.linearMemory;
      const large = backend.upload(new Float32Array(2 ** 20), Layout.contiguous([2 ** 20]), 'float32');
      large.add(1);
      expect(backend.linearMemory.capacityBytes).toBeGreaterThan(capacityBytes);
      expect(y.dataSync()).toEqual(before);
    });
  });

  it('what outlived one and is disposed of, with all its views, makes room for what outlives the next', () => {
    const { backend, x } = material();
    const first = scope(() => x.add(1));
    const place = arrayOf(first);
    const view = first.transpose();
    const due = view.dataSync();
    first.dispose();
    expect(arrayOf(scope(() => x.add(2)))).not.toBe(place);
    expect(view.dataSync()).toEqual(due);
    view.dispose();
    const next = scope(() => x.add(3));
    expect(arrayOf(next)).toBe(place);
    expect(next.dataSync()).toEqual(x.add(3).dataSync());
    expect(arrayOf(scope(() => x.add(4)))).not.toBe(place);
    expect(used(backend)).toBe(0);
  });

  it('of arrays that wait for the next one, no more than 64 MiB are kept', () => {
    const arrays = new RecycledArrays();
    const [large, small] = [new Float32Array(2 ** 24 - 8), new Float32Array(16)];
    arrays.give('float32', large);
    arrays.give('float32', small);
    // (`toBe` compares all elements of what is not the same.)
    expect(arrays.copyOf('float32', new Float32Array(large.length)) === large).toBe(false);
    expect(arrays.copyOf('float32', new Float32Array(16))).toBe(small);
    // One that is too large by itself makes nothing else go.
    arrays.give('float32', small);
    arrays.give('float32', new Float32Array(2 ** 24 + 1));
    expect(arrays.copyOf('float32', new Float32Array(16))).toBe(small);
  });

  it('10,000 training steps are as large as the first', () => {
    const { backend, x } = material();
    let weight = x;
    const step = (): void => {
      weight = scope(() => weight.sub(matmul(x.transpose(), matmul(x, weight)).mul(1e-4)));
      expect(used(backend)).toBe(0);
    };
    step();
    const { capacityBytes } = backend.linearMemory;
    for (let i = 1; i < 10_000; i++) step();
    expect(backend.linearMemory.capacityBytes).toBe(capacityBytes);
  });
});
