import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from './create.js';
import {
  allocateArray,
  checkDType,
  type DType,
  dtypeOfArray,
  dtypes,
  isFloat,
  promote,
  toFloat,
  weakDType,
} from './dtype.js';
import { DTypeError } from './errors.js';
import { add } from './ops/arithmetic.js';
import { equal } from './ops/compare.js';

const anyDType = fc.constantFrom(...dtypes);

describe('promotion', () => {
  const table: Readonly<Record<DType, readonly DType[]>> = {
    //          bool       int32      float32    float64
    bool: ['bool', 'int32', 'float32', 'float64'],
    int32: ['int32', 'int32', 'float32', 'float64'],
    float32: ['float32', 'float32', 'float32', 'float64'],
    float64: ['float64', 'float64', 'float64', 'float64'],
  };
  const pairs = dtypes.flatMap((a) => dtypes.map((b, i) => [a, b, table[a][i] as DType] as const));

  it.each(pairs)('of %s and %s is %s', (a, b, result) => {
    expect(promote(a, b)).toBe(result);
  });

  it.each(pairs)('of a %s and a %s tensor under addition is %s, but two booleans count', (a, b, result) => {
    const total = add(tensor([1], { dtype: a }), tensor([1], { dtype: b }));
    expect(total.dtype).toBe(result === 'bool' ? 'int32' : result);
    expect(total.item()).toBe(2);
  });

  it('is commutative, associative and idempotent, with bool as its neutral element', () => {
    fc.assert(
      fc.property(anyDType, anyDType, anyDType, (a, b, c) => {
        expect(promote(a, b)).toBe(promote(b, a));
        expect(promote(promote(a, b), c)).toBe(promote(a, promote(b, c)));
        expect(promote(a, a)).toBe(a);
        expect(promote('bool', a)).toBe(a);
      }),
    );
  });
});

describe('a bare number', () => {
  it.each([
    [2, 'float32', 'float32'],
    [0.5, 'float64', 'float64'],
    [2, 'int32', 'int32'],
    [-(2 ** 31), 'int32', 'int32'],
    [2 ** 31, 'int32', 'float32'],
    [0.5, 'int32', 'float32'],
    [NaN, 'int32', 'float32'],
    [Infinity, 'int32', 'float32'],
    [1, 'bool', 'int32'],
    [0.5, 'bool', 'float32'],
  ] as const)('%d beside %s is %s', (value, beside, result) => {
    expect(weakDType(value, beside)).toBe(result);
  });

  it('is rounded to the dtype beside it, so that 0.1 equals 0.1', () => {
    expect(equal(tensor(0.1), 0.1).toArray()).toBe(true);
    expect(equal(0.1, tensor(0.1, { dtype: 'float64' })).toArray()).toBe(true);
  });

  it('never widens a float tensor', () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom('float32' as const, 'float64' as const), (value, dtype) => {
        expect(add(tensor([1], { dtype }), value).dtype).toBe(dtype);
      }),
    );
  });
});

describe('a dtype', () => {
  it('answers exp and division in a float', () => {
    expect(dtypes.map(toFloat)).toEqual(['float32', 'float32', 'float32', 'float64']);
    expect(dtypes.filter(isFloat)).toEqual(['float32', 'float64']);
  });

  it('has an array of its own, which says its dtype; a byte could be more than a bool', () => {
    expect(dtypes.map((dtype) => dtypeOfArray(allocateArray(dtype, 3)))).toEqual([
      undefined,
      'int32',
      'float32',
      'float64',
    ]);
    expect(dtypes.map((dtype) => allocateArray(dtype, 3).length)).toEqual([3, 3, 3, 3]);
  });

  it('is one of four', () => {
    for (const dtype of dtypes) expect(() => checkDType('f', dtype)).not.toThrow();
    expect(() => checkDType('f', 'float16' as DType)).toThrow(
      new DTypeError('f', { expected: 'a dtype of bool, int32, float32, float64', got: 'float16' }),
    );
  });
});
