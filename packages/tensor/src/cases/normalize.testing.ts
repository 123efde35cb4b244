import fc from 'fast-check';
import { sumOf } from '../oracle.testing.js';
import { anyDType, moderately, shapes } from '../plans.testing.js';
import { indicesOf } from '../tables.testing.js';
import { type Case, float } from './forms.testing.js';

export const normalize: Case<'normalize'> = {
  calls: fc
    .record({ shape: shapes(0, 4), dtype: anyDType, epsilon: fc.constantFrom(1e-5, 0.5) })
    .chain(({ shape, dtype, epsilon }) =>
      fc.subarray(shape.map((_, axis) => axis)).map((axes) => ({
        operands: [moderately(shape, dtype)],
        attributes: { axes, epsilon },
      })),
    ),
  dtype: float,
  oracle: ([x], { axes, epsilon }) => {
    const of = (index: readonly number[]) => {
      const group = indicesOf(x.shape)
        .filter((other) => other.every((i, axis) => axes.includes(axis) || i === index[axis]))
        .map(x.at);
      const mean = sumOf(group) / group.length;
      const distances = group.map((value) => value - mean);
      const variance = sumOf(distances.map((d) => d * d)) / group.length;
      const scale = Math.sqrt(variance + epsilon);
      const n = group.length;
      /** Errors in units of epsilon: of the mean, hence of each distance; of the variance; of the quotient. */
      const ofDistance = (n + 1) * Math.max(...group.map(Math.abs));
      const ofVariance = 2 * Math.max(...distances.map(Math.abs)) * ofDistance + (n + 2) * variance;
      const y = (x.at(index) - mean) / scale;
      const ofQuotient = ofDistance / scale + Math.abs(y) * (ofVariance / (2 * scale * scale) + 3);
      // As much on either side.
      return { y, slack: 2 * ofQuotient };
    };
    return { shape: x.shape, at: (index) => of(index).y, slack: (index) => of(index).slack };
  },
};
