import { readFileSync } from 'node:fs';
import { type Tensor, tensor } from '@renyi/tensor';

/** The cases of a file in `conformance/`, where their origin and form are written down; those of one operation, if one is named. */
export function readCases<T>(file: string, op?: string): readonly T[] {
  const text = readFileSync(new URL(`../../../conformance/${file}`, import.meta.url), 'utf8');
  const { cases } = JSON.parse(text) as { cases: readonly (T & { op: string })[] };
  return op === undefined ? cases : cases.filter((golden) => golden.op === op);
}

/** Flat, row-major; numbers that JSON cannot hold are strings. */
export type GoldenNumbers = readonly (number | string)[];

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: GoldenNumbers;
}

export function decode({ shape, data }: GoldenTensor): Tensor {
  return tensor(Float64Array.from(data, Number), { shape });
}

/** The tolerance of float64 trajectories: ten times that of one operation. */
const tolerance = { absolute: 1e-10, relative: 1e-8 };

/** The largest of |a - b| / (absolute + relative |b|): at most 1 where all agree. */
export function excess(actual: ArrayLike<number>, expected: GoldenNumbers): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const [i, text] of expected.entries()) {
    const a = actual[i] as number;
    const b = Number(text);
    const ratio = Object.is(a, b)
      ? 0
      : Math.abs(a - b) / (tolerance.absolute + tolerance.relative * Math.abs(b));
    // Not Math.max, for which NaN beside a number is NaN only by luck of the order.
    if (!(ratio <= worst)) worst = ratio;
  }
  return worst;
}
