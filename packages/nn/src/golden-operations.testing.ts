import { type Tensor, tensor } from '@renyi/tensor';
import { expect } from 'vitest';
import type { GoldenNumbers } from './golden.testing.js';

export interface TypedTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'int64' | 'bool';
  readonly data: GoldenNumbers;
}

const dtypes = { float64: 'float64', int64: 'int32', bool: 'bool' } as const;

export function decode({ shape, dtype, data }: TypedTensor): Tensor {
  return tensor(Float64Array.from(data, Number), { shape, dtype: dtypes[dtype] });
}

/** The format's tolerance for float64: 1e-11 + 1e-9 |b|. */
export function compare(what: string, actual: Tensor | undefined, { shape, data }: TypedTensor): void {
  expect(actual?.shape, what).toEqual(shape);
  for (const [i, a] of (actual as Tensor).dataSync().entries()) {
    const b = Number(data[i]);
    const isClose = Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-11 + 1e-9 * Math.abs(b);
    expect(isClose, `${what}[${i}] is ${a} instead of ${b}`).toBe(true);
  }
}
