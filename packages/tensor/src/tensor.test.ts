import { describe, expect, it } from 'vitest';
import { tensor, zeros } from './create.js';
import * as api from './index.js';
import { Tensor } from './tensor.js';

const x = tensor([
  [1, -2],
  [3, 0.5],
]);
const y = tensor([
  [2, 0.25],
  [4, -1],
]);

/** Each method that has a free function of its name, with arguments after `this`. */
// biome-ignore format: a table
const calls: readonly (readonly [keyof typeof api & keyof Tensor, unknown[]])[] = [
  ['add', [y]], ['add', [2]], ['sub', [y]], ['sub', [2]], ['mul', [y]], ['mul', [2]], ['div', [y]], ['div', [2]],
  ['neg', []], ['exp', []], ['log', []], ['tanh', []], ['relu', []], ['abs', []], ['sqrt', []], ['sigmoid', []], ['pow', [2]],
  ['matmul', [y]],
  ['sum', []], ['sum', [{ axis: 0, keepDims: true }]], ['mean', []], ['mean', [{ axis: -1 }]], ['max', []], ['max', [{ axis: 1 }]],
  ['min', []], ['argmax', []], ['argmax', [{ axis: 1 }]], ['argmin', [{ keepDims: true }]], ['prod', []], ['variance', []], ['std', [{ axis: 0 }]],
  ['norm', []], ['norm', [{ p: 1 }]], ['logSumExp', [{ axis: 1 }]], ['all', []], ['any', []], ['cumsum', []], ['cumsum', [{ reverse: true }]],
  ['to', [api.referenceBackend]],
  ['reshape', [[4, -1]]], ['transpose', []], ['transpose', [[0, 1]]],
];

describe('a method', () => {
  const functions = { ...api };

  it.each(calls)('%s is the free function of its name (%o)', (name, rest) => {
    const method = x[name] as unknown as (...args: unknown[]) => Tensor;
    const free = functions[name] as unknown as (...args: unknown[]) => Tensor;
    const [a, b] = [method.apply(x, rest), free(x, ...rest)];
    expect(a.toString()).toBe(b.toString());
    expect(a.dataSync()).toEqual(b.dataSync());
  });

  it('of every operation that has one is in that list', () => {
    const own = Object.getOwnPropertyNames(Tensor.prototype).filter((name) => name in api);
    expect(own.sort()).toEqual([...new Set(calls.map(([name]) => name))].sort());
  });
});

describe('a tensor', () => {
  it('knows its shape, rank and size', () => {
    expect(x).toMatchObject({ shape: [2, 2], rank: 2, size: 4, dtype: 'float32' });
    expect(tensor(1)).toMatchObject({ shape: [], rank: 0, size: 1 });
  });

  it('gives its only element as a number, whatever its rank, and refuses where there are none or several', () => {
    expect(tensor([[[7]]]).item()).toBe(7);
    expect(tensor(true).item()).toBe(1);
    expect(() => x.item()).toThrow(
      'item: expected a tensor of one element; got [2, 2]. Use toArray() or dataSync() for more',
    );
    expect(() => zeros([0]).item()).toThrow(api.ShapeError);
  });

  it('gives nested arrays that make it again', () => {
    for (const values of [5, [], [1, 2], [[1], [2]], [[true], [false]]])
      expect(tensor(values).toArray()).toEqual(values);
  });

  it('is unchanged by what is done with it', () => {
    const before = x.toArray();
    for (const [name, rest] of calls) (x[name] as unknown as (...args: unknown[]) => Tensor).apply(x, rest);
    expect(x.toArray()).toEqual(before);
  });
});
