import type { DType } from './dtype.js';
import { DomainError, DTypeError } from './errors.js';

/** From the exact position in an interval to a value of the dtype. */
const rounding: Readonly<Record<Exclude<DType, 'bool'>, (x: number) => number>> = {
  int32: Math.floor,
  float32: Math.fround,
  float64: (x) => x,
};

/**
 * The function that maps [0, 1) to the values of a dtype in [low, high), evenly. Float bounds are rounded to the dtype first.
 * @throws DTypeError for bool
 * @throws DomainError unless low < high, both are finite, and those of int32 are whole numbers in its range
 */
export function placeIn(dtype: DType, low: number, high: number): (unit: number) => number {
  if (dtype === 'bool') {
    throw new DTypeError('uniform', {
      expected: 'float32, float64 or int32',
      got: dtype,
      remedy: 'Compare uniform numbers with a probability: less(uniform, p)',
    });
  }
  const round = rounding[dtype];
  const first = round(low);
  const end = round(high);
  const width = end - first;
  const fits = dtype !== 'int32' || (first === low && end === high && low >= -(2 ** 31) && high <= 2 ** 31);
  if (!(width > 0 && width < Number.POSITIVE_INFINITY && fits)) {
    throw new DomainError('uniform', {
      expected: `bounds of ${dtype} with low < high`,
      got: `[${low}, ${high})`,
    });
  }
  return (unit) => {
    const value = round(first + width * unit);
    // Rounding may reach the end. There the interval closes to a circle: the start, to which only the half of its
    // neighborhood above it rounds, gets the other half.
    return value < end ? value : first;
  };
}
