import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from './create.js';
import { dtypes, type DType } from './dtype.js';
import { DTypeError } from './errors.js';
import { add, div, mul, neg, pow, sub } from './ops/arithmetic.js';
import { relu } from './ops/activations.js';
import { cast, exp, sqrt } from './ops/functions.js';
import { scatterAdd } from './ops/indexing.js';
import { matmul } from './ops/matmul.js';
import { expand } from './ops/rearrange.js';
import { max } from './ops/extremes.js';
import { mean, sum } from './ops/reduce.js';
import type { Tensor } from './tensor.js';

const int = (values: number | number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });
const anyInt = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const wrap = (x: bigint): number => Number(BigInt.asIntN(32, x));

describe('int32 is the ring of integers modulo 2^32:', () => {
  it.each([
    ['add', add, (a: bigint, b: bigint) => a + b],
    ['sub', sub, (a: bigint, b: bigint) => a - b],
    ['mul', mul, (a: bigint, b: bigint) => a * b],
  ] as const)('%s', (_, operation, exact) => {
    fc.assert(
      fc.property(anyInt, anyInt, (a, b) => {
        const result = operation(int(a), int(b));
        expect(result.dtype).toBe('int32');
        expect(result.item()).toBe(wrap(exact(BigInt(a), BigInt(b))));
      }),
      { numRuns: 500 },
    );
  });

  it('sum', () => {
    fc.assert(
      fc.property(fc.array(anyInt), (values) => {
        expect(sum(int(values)).item()).toBe(wrap(values.reduce((total, x) => total + BigInt(x), 0n)));
      }),
    );
  });

  it('sum beyond 2^53, where a float64 has lost the low digits', () => {
    const terms = expand(int([2 ** 31 - 1]), [2 ** 23 + 1]);
    expect(sum(terms).item()).toBe(wrap((2n ** 31n - 1n) * (2n ** 23n + 1n)));
  });

  it('scatterAdd', () => {
    fc.assert(
      fc.property(anyInt, fc.array(anyInt, { minLength: 1 }), (x, updates) => {
        const total = scatterAdd(int([x]), int(updates.map(() => 0)), int(updates), 0);
        expect(total.toArray()).toEqual([wrap(updates.reduce((sum, u) => sum + BigInt(u), BigInt(x)))]);
      }),
    );
  });

  it('matmul', () => {
    const pairs = fc.array(fc.tuple(anyInt, anyInt), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(pairs, (terms) => {
        const product = matmul(int([terms.map(([a]) => a)]), int(terms.map(([, b]) => [b])));
        expect(product.dtype).toBe('int32');
        expect(product.item()).toBe(wrap(terms.reduce((total, [a, b]) => total + BigInt(a) * BigInt(b), 0n)));
      }),
    );
  });

  it('neg, whose least number is its own opposite', () => {
    expect(neg(int([1, 0, -(2 ** 31)])).toArray()).toEqual([-1, 0, -(2 ** 31)]);
  });
});

describe('integers', () => {
  it('divide into float32', () => {
    const quotient = div(int([1, -7, 0, 1]), int([3, 2, 0, 0]));
    expect(quotient.dtype).toBe('float32');
    expect(quotient.toArray()).toEqual([Math.fround(1 / 3), -3.5, NaN, Infinity]);
  });

  it('answer functions and means in float32', () => {
    for (const f of [exp, sqrt, mean] as const) expect(f(int([4])).dtype).toBe('float32');
    expect(pow(int([2]), 10).dtype).toBe('float32');
    expect(mean(int([1, 2])).item()).toBe(1.5);
  });

  it('stay integers under relu and max', () => {
    expect(relu(int([-3, 3]))).toMatchObject({ dtype: 'int32' });
    expect(relu(int([-3, 3])).toArray()).toEqual([0, 3]);
    expect(max(int([-3, -5])).item()).toBe(-3);
  });

  it('meet floats with all their digits: the sum is rounded, not the operand', () => {
    const big = 2 ** 24 + 1; // not a float32
    expect(sub(int(big), tensor(2 ** 24)).item()).toBe(1);
  });
});

describe('booleans', () => {
  it('count in int32', () => {
    const x = tensor([true, true, false]);
    expect(sum(x)).toMatchObject({ dtype: 'int32' });
    expect(sum(x).item()).toBe(2);
    expect(add(x, x).toArray()).toEqual([2, 2, 0]);
    expect(neg(x).toArray()).toEqual([-1, -1, 0]);
    expect(mean(x).item()).toBe(Math.fround(2 / 3));
  });

  it('stay booleans under max, which says whether any is true', () => {
    expect(max(tensor([false, true])).toArray()).toBe(true);
    expect(max(tensor([false, false])).toArray()).toBe(false);
  });
});

describe('cast', () => {
  it('to int32 truncates towards 0 and wraps; what is no number becomes 0', () => {
    const x = tensor([1.9, -1.9, -0.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 32 + 5, NaN, Infinity, -Infinity], {
      dtype: 'float64',
    });
    expect(cast(x, 'int32').toArray()).toEqual([1, -1, 0, -(2 ** 31), 2 ** 31 - 1, 5, 0, 0, 0]);
  });

  it('to bool asks whether it is 0', () => {
    expect(cast(tensor([0, -0, 1e-40, -2, NaN]), 'bool').toArray()).toEqual([false, false, true, true, true]);
  });

  it('to float32 rounds to nearest', () => {
    expect(cast(tensor(0.1, { dtype: 'float64' }), 'float32').item()).toBe(Math.fround(0.1));
  });

  it('there and back is the identity where the wider dtype holds the narrower', () => {
    for (const [i, narrow] of dtypes.entries()) {
      for (const wide of dtypes.slice(i)) {
        const x = cast(tensor([0, 1, 5]), narrow);
        expect(cast(cast(x, wide), narrow).toArray()).toEqual(x.toArray());
      }
    }
  });

  it('to its own dtype is the tensor itself', () => {
    const x = tensor([1]);
    expect(cast(x, 'float32')).toBe(x);
  });

  it('knows four dtypes', () => {
    expect(() => cast(tensor(1), 'half' as DType)).toThrow(DTypeError);
  });
});
