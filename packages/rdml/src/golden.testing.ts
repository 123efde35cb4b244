import { readFileSync } from 'node:fs';
import { type Tensor, tensor } from '@renyi/tensor';

/** Golden values from `conformance/`, where their origin is written down. */
export function readGolden<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`../../../conformance/${file}`, import.meta.url), 'utf8')) as T;
}

/** A tensor of those files: flat, row-major; numbers that JSON cannot hold are strings. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'int64' | 'bool';
  readonly data: readonly (number | string)[];
}

export function decode({ shape, dtype, data }: GoldenTensor): Tensor {
  return tensor(Float64Array.from(data, Number), { shape, dtype: dtype === 'int64' ? 'int32' : dtype });
}

/** The largest of |a - b| / (absolute + relative |b|): at most 1 where all agree. */
export function excess(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute, relative }: { absolute: number; relative: number },
): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] as number;
    const b = expected[i] as number;
    const ratio = Object.is(a, b) ? 0 : Math.abs(a - b) / (absolute + relative * Math.abs(b));
    // Not Math.max, for which NaN beside a number is NaN only by luck of the order.
    if (!(ratio <= worst)) worst = ratio;
  }
  return worst;
}
