import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../create.js';
import type { Tensor } from '../tensor.js';
import { expand, flatten, reshape, squeeze, transpose, unsqueeze } from './rearrange.js';
import { slice } from './slice.js';

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

describe('reshape of a view', () => {
  // Larger than what shares its storage with other tensors.
  const x = tensor(
    Float32Array.from({ length: 192 }, (_, i) => i),
    { shape: [4, 6, 8] },
  );
  const every = (step: number): Tensor => slice(x, [null, [null, null, step]]);

  it.each<[string, Tensor, readonly number[]]>([
    ['an axis divided', transpose(x), [2, 4, 3, 2, 4]],
    ['axes of 1 put in and left out', every(2), [4, 1, 3, 8, 1]],
    ['axes joined that step alike', slice(x, [null, null, [7]]), [24]],
    ['a reversed axis divided', every(-1), [4, 2, 3, 8]],
    ['repeated axes joined', expand(tensor([[1], [2]]), [3, 2, 4]), [3, 8]],
    ['one element', slice(transpose(x), [0, 3, 2]), [1, 1]],
  ])('copies nothing where strides allow: %s', (_, view, shape) => {
    const reshaped = reshape(view, shape);
    expect(reshaped.storage).toBe(view.storage);
    expect(reshaped.dataSync()).toEqual(view.dataSync());
  });

  it.each<[string, Tensor, readonly number[]]>([
    ['transposed axes joined', transpose(x), [48, 4]],
    ['axes with a gap joined', every(4), [8, 8]],
    ['axes of which one is reversed', slice(x, [[null, null, -1]]), [192]],
  ])('copies where none do: %s', (_, view, shape) => {
    const reshaped = reshape(view, shape);
    expect(reshaped.storage).not.toBe(view.storage);
    expect(reshaped.dataSync()).toEqual(view.dataSync());
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

describe('squeeze and unsqueeze', () => {
  const x = zeros([1, 3, 1, 2]);

  it('take away axes of extent 1 and put them in', () => {
    expect(squeeze(x).shape).toEqual([3, 2]);
    expect(squeeze(x, { axis: 0 }).shape).toEqual([3, 1, 2]);
    expect(squeeze(x, { axis: [-2, 0] }).shape).toEqual([3, 2]);
    expect(squeeze(zeros([2])).shape).toEqual([2]);
    expect(unsqueeze(tensor(1), -1).shape).toEqual([1]);
    expect([0, 1, 2, -1, -3].map((axis) => unsqueeze(zeros([2, 3]), axis).shape)).toEqual([
      [1, 2, 3],
      [2, 1, 3],
      [2, 3, 1],
      [2, 3, 1],
      [1, 2, 3],
    ]);
  });

  it('copy nothing, not even what lies in no order', () => {
    const view = transpose(x);
    expect(squeeze(view).storage).toBe(x.storage);
    expect(unsqueeze(view, 2).storage).toBe(x.storage);
  });
});

describe('flatten', () => {
  it('joins neighboring axes', () => {
    const x = zeros([2, 3, 4]);
    expect(flatten(x).shape).toEqual([24]);
    expect(flatten(x, { start: 1 }).shape).toEqual([2, 12]);
    expect(flatten(x, { end: -2 }).shape).toEqual([6, 4]);
    expect(flatten(x, { start: 1, end: 1 })).toBe(x);
    expect(flatten(tensor(1)).shape).toEqual([1]);
    expect(flatten(zeros([0, 2, 2]), { start: 1 }).shape).toEqual([0, 4]);
  });
});

describe('axes that do not fit are refused:', () => {
  const x = zeros([2, 1]);
  it.each<[string, () => unknown, string, string]>([
    ['one to squeeze that is not 1', () => squeeze(x, { axis: 0 }), 'squeeze', '[2, 1]'],
    ['one to squeeze that is not there', () => squeeze(x, { axis: 2 }), 'squeeze', '2'],
    ['one to squeeze twice', () => squeeze(x, { axis: [1, -1] }), 'squeeze', '[1, -1]'],
    ['one beyond the end', () => unsqueeze(x, 3), 'unsqueeze', '3'],
    ['one before the start', () => unsqueeze(x, -4), 'unsqueeze', '-4'],
    ['a start behind the end', () => flatten(x, { start: 1, end: 0 }), 'flatten', 'axes 1 to 0 of [2, 1]'],
    ['an end that is not there', () => flatten(x, { end: 2 }), 'flatten', '2'],
  ])('%s', (_, call, operation, got) => {
    expect(call).toThrow(expect.objectContaining({ name: 'ShapeError', operation, got }));
  });
});
