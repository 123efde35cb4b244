import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import { expand, reshape, transpose } from './rearrange.js';

describe('reshape', () => {
  it('works one extent out from the others', () => {
    const x = zeros([2, 3, 4]);
    expect(reshape(x, [-1]).shape).toEqual([24]);
    expect(reshape(x, [6, -1]).shape).toEqual([6, 4]);
    expect(reshape(x, [-1, 24, 1]).shape).toEqual([1, 24, 1]);
    expect(reshape(zeros([0, 3]), [-1, 3]).shape).toEqual([0, 3]);
    expect(reshape(tensor(5), [-1]).toArray()).toEqual([5]);
  });

  it('is a view of what lies in order, a copy of what does not, and the tensor itself where nothing changes', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(reshape(x, [3, 2]).storage).toBe(x.storage);
    expect(reshape(x, [2, 3])).toBe(x);
    expect(reshape(transpose(x), [6]).toArray()).toEqual([1, 4, 2, 5, 3, 6]);
  });
});

describe('transpose', () => {
  it('reverses the axes unless told otherwise', () => {
    expect(transpose(zeros([2, 3, 4])).shape).toEqual([4, 3, 2]);
    expect(transpose(zeros([2, 3, 4]), [0, -1, 1]).shape).toEqual([2, 4, 3]);
    expect(transpose(tensor(1)).shape).toEqual([]);
  });

  it('is undone by the inverse permutation', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (axes) => {
        const x = tensor(
          Float32Array.from({ length: 120 }, (_, i) => i),
          { shape: [2, 3, 4, 5] },
        );
        const inverse = axes.map((_, axis) => axes.indexOf(axis));
        expect(transpose(transpose(x, axes), inverse).dataSync()).toEqual(x.dataSync());
      }),
    );
  });
});

describe('expand', () => {
  it('repeats without a copy', () => {
    const x = tensor([[1], [2]]);
    expect(expand(x, [2, 2, 3]).toArray()).toEqual([
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ]);
    expect(expand(x, [2, 2, 3]).storage).toBe(x.storage);
    expect(expand(x, [2, 1])).toBe(x);
    expect(expand(tensor(7), [2]).toArray()).toEqual([7, 7]);
  });

  it('may repeat zero times', () => {
    expect(expand(tensor([1]), [0]).toArray()).toEqual([]);
  });
});
