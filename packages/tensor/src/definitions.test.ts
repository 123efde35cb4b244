import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from './create.js';
import { definitions, type FusedName } from './definitions.js';
import {
  bind,
  linear,
  logSoftmax,
  primitives,
  logSumExp,
  renyiDivergence,
  renyiGradientAlpha,
  renyiGradientP,
  renyiGradientQ,
  softmax,
} from './index.js';
import { crossEntropy } from './ops/cross-entropy.js';
import type { Tensor } from './tensor.js';

const fused: { readonly [N in FusedName]: (...inputs: Tensor[]) => Tensor } = {
  linear: ((x, weight, bias) => linear(x, weight, { bias, activation: 'tanh' })) as (
    ...inputs: Tensor[]
  ) => Tensor,
  softmax: softmax as (...inputs: Tensor[]) => Tensor,
  logSoftmax: logSoftmax as (...inputs: Tensor[]) => Tensor,
  normalize: ((x) => bind(primitives.normalize, [x], { axes: [1], epsilon: 0.25 })) as (
    ...inputs: Tensor[]
  ) => Tensor,
  logSumExp: ((x) => logSumExp(x, { axis: -1 })) as (...inputs: Tensor[]) => Tensor,
  softmaxCrossEntropy: ((x, labels) => crossEntropy(x, labels, { reduction: 'none' })) as (
    ...inputs: Tensor[]
  ) => Tensor,
  softmaxCrossEntropyGradient: (...inputs) =>
    bind(primitives.softmaxCrossEntropyGradient, inputs as unknown as [Tensor, Tensor, Tensor], {}),
  renyi: renyiDivergence as (...inputs: Tensor[]) => Tensor,
  renyiGradientP: renyiGradientP as (...inputs: Tensor[]) => Tensor,
  renyiGradientQ: renyiGradientQ as (...inputs: Tensor[]) => Tensor,
  renyiGradientAlpha: renyiGradientAlpha as (...inputs: Tensor[]) => Tensor,
};

const classes = 4;
const logit = fc.double({ min: -2, max: 2, noNaN: true });
const rows = fc
  .array(fc.array(logit, { minLength: classes, maxLength: classes }), { minLength: 1, maxLength: 3 })
  .map((values) => tensor(values, { dtype: 'float64' }));

/** The operands of a fused primitive. */
const operandsOf = (name: FusedName, p: Tensor, q: Tensor, alpha: number): Tensor[] => {
  if (name === 'softmax' || name === 'logSoftmax' || name === 'logSumExp' || name === 'normalize') return [p];
  if (name === 'softmaxCrossEntropy' || name === 'softmaxCrossEntropyGradient') {
    const labels = tensor(Int32Array.from({ length: p.shape[0] as number }, (_, i) => i % classes));
    return name === 'softmaxCrossEntropy' ? [p, labels] : [p, labels, q.max({ axis: 1 })];
  }
  if (name === 'linear')
    return [p, q, tensor(Float64Array.from({ length: q.shape[0] as number }, (_, i) => i / 4))];
  return [p, q, tensor(alpha, { dtype: 'float64' })];
};

/** Of those that have some. */
function attributesOf(name: FusedName): object {
  if (name === 'linear') return { activation: 'tanh' };
  return name === 'normalize' ? { axes: [1], epsilon: 0.25 } : {};
}

describe('a fused primitive is the composite that it replaces:', () => {
  it.each(Object.keys(definitions) as FusedName[])('%s', (name) => {
    const calls = fc
      .record({ p: rows, alpha: fc.constantFrom(0.25, 0.5, 2, 3) })
      .chain(({ p, alpha }) =>
        fc
          .array(logit, { minLength: p.size, maxLength: p.size })
          .map((q) => operandsOf(name, p, tensor(q, { dtype: 'float64', shape: p.shape }), alpha)),
      );
    fc.assert(
      fc.property(calls, (operands) => {
        const definition = definitions[name] as (...call: unknown[]) => Tensor;
        const attributes = attributesOf(name);
        const [expected, actual] = [definition(...operands, attributes), fused[name](...operands)];
        expect(actual.shape).toEqual(expected.shape);
        // Logarithms are at most 4 + log 4 < 6, orders and their inverses at most 4, with a dozen roundings between;
        // the definition divides by t^2 >= 1/4 at the worst.
        const bound = 12 * 6 * 4 * 4 * Number.EPSILON;
        actual.dataSync().forEach((x, i) => {
          expect(Math.abs(x - (expected.dataSync()[i] as number))).toBeLessThanOrEqual(bound);
        });
      }),
    );
  });
});
