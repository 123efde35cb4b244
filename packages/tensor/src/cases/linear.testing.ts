import fc from 'fast-check';
import { slackOfSum, sumOf } from '../oracle.testing.js';
import { anyDType, moderately, shapes } from '../plans.testing.js';
import type { Activation } from '../primitives/linear.js';
import { type Case, float } from './forms.testing.js';

const activations: { readonly [A in Activation]: (x: number) => number } = {
  none: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
};

const extent = fc.nat(5);

export const linear: Case<'linear'> = {
  calls: fc
    .record({
      leading: shapes(0, 2),
      inputs: extent,
      outputs: extent,
      dtypes: fc.tuple(anyDType, anyDType, anyDType),
      activation: fc.constantFrom<Activation>('none', 'relu', 'tanh'),
    })
    .map(({ leading, inputs, outputs, dtypes, activation }) => ({
      operands: [
        moderately([...leading, inputs], dtypes[0]),
        moderately([outputs, inputs], dtypes[1]),
        moderately([outputs], dtypes[2]),
      ],
      attributes: { activation },
    })),
  dtype: float,
  oracle: ([x, weight, bias], { activation }) => {
    const f = activations[activation];
    const terms = (index: readonly number[]): number[] => {
      const output = index.at(-1) as number;
      const products = Array.from(
        { length: weight.shape[1] as number },
        (_, k) => x.at([...index.slice(0, -1), k]) * weight.at([output, k]),
      );
      return [...products, bias.at([output])];
    };
    return {
      shape: [...x.shape.slice(0, -1), weight.shape[0] as number],
      at: (index) => f(sumOf(terms(index))),
      // No activation is steeper than 1; tanh itself is within 2 ULP.
      slack: (index) => slackOfSum(terms(index)) + (activation === 'tanh' ? 4 : 0),
    };
  },
};
