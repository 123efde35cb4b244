import { describe, expect, it } from 'vitest';
import { full, fullLike, ones, tensor, zeros } from './create.js';
import { type DType, dtypes, type TypedArray } from './dtype.js';
import { DTypeError, ShapeError } from './errors.js';
import { transpose } from './ops/rearrange.js';
import type { NestedArray } from './tensor.js';

describe('a tensor from nested arrays', () => {
  it.each([
    [3, []],
    [[], [0]],
    [[1, 2, 3], [3]],
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [2, 3],
    ],
    [
      [[[1]], [[2]]],
      [2, 1, 1],
    ],
    [
      [[], []],
      [2, 0],
    ],
  ] as const)('%j has the shape %j, and gives them back', (values, shape) => {
    const x = tensor(values as unknown as NestedArray);
    expect(x.shape).toEqual(shape);
    expect(x.rank).toBe(shape.length);
    expect(x.dtype).toBe('float32');
    expect(x.toArray()).toEqual(values);
  });

  it('of booleans alone is bool; with a number among them it holds numbers', () => {
    expect(tensor([true, false])).toMatchObject({ dtype: 'bool' });
    expect(tensor([true, false]).toArray()).toEqual([true, false]);
    expect(tensor(true)).toMatchObject({ dtype: 'bool' });
    expect(tensor([true, 2])).toMatchObject({ dtype: 'float32' });
    expect(tensor([2, true]).toArray()).toEqual([2, 1]);
  });

  it.each([
    [[[1, 2], [3]], '[2, 2]', 'an array of 1', 1],
    [[[1, 2], 3], '[2, 2]', '3 where an array is due', 1],
    [[1, [2]], '[2]', 'an array of 1 where a number is due', 1],
    [
      [
        [[1], [2]],
        [[3], [4, 5]],
      ],
      '[2, 2, 1]',
      'an array of 2',
      2,
    ],
    [[[], [1]], '[2, 0]', 'an array of 1', 1],
  ])('that are ragged, %j, is refused with the depth', (values, suggested, got, depth) => {
    expect(() => tensor(values as NestedArray)).toThrow(
      new ShapeError('tensor', {
        expected: `nested arrays of equal lengths, ${suggested} as the first ones suggest`,
        got,
        difference: `at depth ${depth}`,
      }),
    );
  });

  it.each([['1'], [null], [undefined], [1n]])('with %o among them is refused', (value) => {
    const details = { expected: 'numbers or booleans', got: String(value) };
    expect(() => tensor([value as unknown as number])).toThrow(new DTypeError('tensor', details));
    expect(() => tensor(value as unknown as number)).toThrow(new DTypeError('tensor', details));
  });
});

describe('a tensor from a typed array', () => {
  it.each([
    [Float32Array.of(1, 2), 'float32'],
    [Float64Array.of(1, 2), 'float64'],
    [Int32Array.of(1, 2), 'int32'],
  ] as const)('%o keeps its dtype', (values, dtype) => {
    expect(tensor(values)).toMatchObject({ dtype, shape: [2] });
    expect(tensor(values).dataSync()).toEqual(values);
  });

  it('converts it where a dtype is given', () => {
    expect(tensor(Float64Array.of(0.1, 2.7), { dtype: 'float32' }).dataSync()).toEqual(
      Float32Array.of(0.1, 2.7),
    );
    expect(tensor(Float64Array.of(2.7, -2.7), { dtype: 'int32' }).toArray()).toEqual([2, -2]);
    expect(tensor(Uint8Array.of(0, 7), { dtype: 'bool' }).dataSync()).toEqual(Uint8Array.of(0, 1));
  });

  it('of bytes asks for the dtype, since they may be pixels or booleans', () => {
    expect(() => tensor(Uint8Array.of(1))).toThrow(
      'tensor: expected a Float32Array, Float64Array or Int32Array where no dtype is given; got Uint8Array. ' +
        'Say which one of bool, int32, float32, float64 with { dtype }',
    );
  });

  it('takes a shape, which its values must fill', () => {
    expect(tensor(Float32Array.of(1, 2, 3, 4), { shape: [2, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor([1, 2, 3, 4], { shape: [2, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(
      'tensor: expected 4 values for shape [2, 2]; got 3 values',
    );
    expect(() => tensor([1, 2], { shape: [-1, 2] })).toThrow(ShapeError);
  });
});

describe('a tensor is a copy', () => {
  it.each(dtypes)('of what it was made from (%s)', (dtype) => {
    const sources: (number[] | TypedArray)[] = [[1, 0, 1], Float32Array.of(1, 0, 1), Int32Array.of(1, 0, 1)];
    for (const source of sources) {
      const x = tensor(source, { dtype });
      source.fill(1);
      expect([...x.dataSync()]).toEqual([1, 0, 1]);
    }
  });

  it('also of the shape that it was given', () => {
    const shape = [2, 1];
    const [x, y] = [zeros(shape), tensor([1, 2], { shape })];
    shape[0] = 9;
    expect([x.shape, y.shape]).toEqual([
      [2, 1],
      [2, 1],
    ]);
  });

  it('and gives copies away', async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    for (const view of [x, transpose(x), x.reshape([4])]) {
      const before = view.toArray();
      view.dataSync().fill(7);
      (await view.data()).fill(7);
      expect(view.toArray()).toEqual(before);
    }
  });

  it('reads the same at once and later', async () => {
    const x = transpose(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(await x.data()).toEqual(x.dataSync());
    expect(x.dataSync()).toEqual(Float32Array.of(1, 3, 2, 4));
  });
});

describe('full, zeros and ones', () => {
  it.each(dtypes)('have every element alike (%s)', (dtype) => {
    expect([...full([2, 2], 7, { dtype }).dataSync()]).toEqual(new Array(4).fill(dtype === 'bool' ? 1 : 7));
    expect([...zeros([3], { dtype }).dataSync()]).toEqual([0, 0, 0]);
    expect([...ones([3], { dtype }).dataSync()]).toEqual([1, 1, 1]);
    expect(full([], 0.5, { dtype: 'float64' }).item()).toBe(0.5);
  });

  it('may be empty', () => {
    expect(zeros([0, 3])).toMatchObject({ shape: [0, 3], size: 0 });
    expect(zeros([0, 3]).toArray()).toEqual([]);
    expect(zeros([2, 0]).toArray()).toEqual([[], []]);
  });

  it('of another tensor have its shape and dtype', () => {
    const x = fullLike(tensor([[1, 2]], { dtype: 'int32' }), 4);
    expect(x).toMatchObject({ dtype: 'int32', shape: [1, 2] });
    expect(x.toArray()).toEqual([[4, 4]]);
  });

  it.each([
    ['full', (shape: number[], dtype: DType) => full(shape, 1, { dtype })],
    ['zeros', (shape: number[], dtype: DType) => zeros(shape, { dtype })],
    ['ones', (shape: number[], dtype: DType) => ones(shape, { dtype })],
  ] as const)('%s refuses impossible shapes and unknown dtypes under its own name', (name, make) => {
    expect(() => make([2, -1], 'float32')).toThrow(
      `${name}: expected extents that are whole numbers of at least 0; got [2, -1]`,
    );
    expect(() => make([1.5], 'float32')).toThrow(ShapeError);
    expect(() => make([2], 'float16' as DType)).toThrow(
      `${name}: expected a dtype of bool, int32, float32, float64; got float16`,
    );
  });
});
