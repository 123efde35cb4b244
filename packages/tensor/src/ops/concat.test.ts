import { describe, expect, it } from 'vitest';
import { ones, tensor, zeros } from '../create.js';
import { concat, stack } from './concat.js';

describe('concat', () => {
  it('joins along any axis, in the latest of the dtypes', () => {
    const flags = tensor([[true], [false]]);
    const joined = concat([flags, tensor([[2], [3]], { dtype: 'int32' }), ones([2, 2])], { axis: -1 });
    expect(joined.dtype).toBe('float32');
    expect(joined.toArray()).toEqual([
      [1, 2, 1, 1],
      [0, 3, 1, 1],
    ]);
  });

  it('joins nothing with something, and a single tensor', () => {
    expect(concat([zeros([0, 2]), ones([1, 2])]).toArray()).toEqual([[1, 1]]);
    expect(concat([tensor([1, 2])]).toArray()).toEqual([1, 2]);
  });

  it.each<[string, () => unknown, string, string]>([
    ['no tensors', () => concat([]), 'ShapeError', 'an empty one'],
    ['what is no array', () => concat(ones([2]) as never), 'ShapeError', 'no array'],
    ['ranks that differ', () => concat([ones([2, 3]), ones([2])]), 'ShapeError', '[2, 3] and [2]'],
    ['extents that differ', () => concat([ones([2, 3]), ones([2, 4])]), 'ShapeError', '[2, 3] and [2, 4]'],
    ['scalars', () => concat([tensor(1), tensor(2)]), 'ShapeError', '0'],
    ['an axis that is not there', () => concat([ones([2])], { axis: 1 }), 'ShapeError', '1'],
    ['numbers', () => concat([ones([2]), 3 as never]), 'DTypeError', '3'],
  ])('refuses %s', (_, call, name, got) => {
    expect(call).toThrow(expect.objectContaining({ name, operation: 'concat', got }));
  });
});

describe('stack', () => {
  const [a, b] = [tensor([1, 2]), tensor([3, 4])];

  it('puts the new axis where it is asked for', () => {
    const pairs = [
      [1, 3],
      [2, 4],
    ];
    expect(stack([a, b]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(stack([a, b], { axis: 1 }).toArray()).toEqual(pairs);
    expect(stack([a, b], { axis: -1 }).toArray()).toEqual(pairs);
    expect(stack([tensor(1), tensor(2)]).toArray()).toEqual([1, 2]);
    expect(stack([zeros([0, 1, 0]), zeros([0, 1, 0])], { axis: 1 }).shape).toEqual([0, 2, 1, 0]);
  });

  it.each<[string, () => unknown, string, string]>([
    ['no tensors', () => stack([]), 'ShapeError', 'an empty one'],
    ['shapes that differ', () => stack([a, tensor(1)]), 'ShapeError', '[2] and []'],
    ['an axis that is not there', () => stack([a, b], { axis: 2 }), 'ShapeError', '2'],
    ['what is no tensor', () => stack([a, [1, 2] as never]), 'DTypeError', 'Array'],
  ])('refuses %s', (_, call, name, got) => {
    expect(call).toThrow(expect.objectContaining({ name, operation: 'stack', got }));
  });
});
