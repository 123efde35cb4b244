import {
  bind,
  definitions,
  type FusedName,
  type Inputs,
  isFloat,
  type Primitive,
  primitives,
  type Tensor,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { distance, float64, int32, normal } from './samples.testing.js';
import { vjp } from './vjp.js';

/*
 * Every fused primitive against the composite that it replaces, in float64. The samples keep away from where the
 * composite loses digits: logits of size 1, orders at least 1/2 from 1.
 */

const rows = [1, 1.5].map((std) => [normal([3, 4], std), normal([3, 4], std)] as const);
const pairs = rows.flatMap(([p, q]) =>
  [0.25, 0.5, 1.5, 2, 3].map((alpha): Inputs<'renyi'> => [p, q, float64(alpha)]),
);

const samples: { readonly [N in FusedName]: readonly Inputs<N>[] } = {
  linear: [
    [normal([4]), normal([3, 4]), normal([3])],
    [normal([2, 2, 4]), normal([3, 4]), normal([3])],
  ],
  softmax: [[normal([4])], [normal([2, 3], 2)], [normal([2, 1])]],
  logSoftmax: [[normal([4])], [normal([2, 3], 2)], [normal([2, 1])]],
  normalize: [[normal([4])], [normal([2, 3], 2)], [normal([2, 3, 4])]],
  logSumExp: [[normal([4])], [normal([2, 3], 2)], [normal([2, 1])]],
  softmaxCrossEntropy: [
    [normal([4]), int32(2)],
    [normal([3, 4], 2), int32([3, 0, 1])],
  ],
  softmaxCrossEntropyGradient: [
    [normal([4]), int32(2), normal([])],
    [normal([3, 4], 2), int32([3, 0, 1]), normal([3])],
  ],
  renyi: pairs,
  renyiGradientP: pairs,
  renyiGradientQ: pairs,
  renyiGradientAlpha: pairs,
};

/** Of those that have some. */
function attributesOf(name: FusedName): object {
  if (name === 'linear') return { activation: 'tanh' };
  return name === 'normalize' ? { axes: [0], epsilon: 0.5 } : {};
}

/**
 * Both sides sum a few terms of size up to e^3 / |alpha - 1|^k, k <= 4 with two derivatives, each of them rounded:
 * some hundred roundings of numbers of size up to 100.
 */
const tolerance = 1e4 * Number.EPSILON;

type OnTensors = (...xs: Tensor[]) => Tensor;

/** The primitive, its definition, and the float operands, as functions of these. */
function sides(
  name: FusedName,
  inputs: readonly Tensor[],
): { fused: OnTensors; textbook: OnTensors; variables: Tensor[] } {
  const places = [...inputs.keys()].filter((i) => isFloat((inputs[i] as Tensor).dtype));
  const complete = (xs: readonly Tensor[]): Tensor[] =>
    inputs.map((x, i) => (places.includes(i) ? (xs[places.indexOf(i)] as Tensor) : x));
  const primitive = primitives[name] as Primitive<'renyi'>;
  return {
    fused: (...xs) => bind(primitive, complete(xs) as unknown as Inputs<'renyi'>, attributesOf(name)),
    textbook: (...xs) =>
      (definitions[name] as (...call: unknown[]) => Tensor)(...complete(xs), attributesOf(name)),
    variables: places.map((i) => inputs[i] as Tensor),
  };
}

describe.each(Object.keys(definitions) as FusedName[])('%s is its definition', (name) => {
  const cases = samples[name].map((inputs) => sides(name, inputs));

  it('in value', () => {
    for (const { fused, textbook, variables } of cases) {
      const value = fused(...variables);
      expect(value.shape).toEqual(textbook(...variables).shape);
      expect(distance(value, textbook(...variables))).toBeLessThan(tolerance);
    }
  });

  it('in its derivatives', () => {
    for (const { fused, textbook, variables } of cases) {
      const u = normal(fused(...variables).shape);
      const expected = vjp(textbook, variables).pullback(u);
      for (const [i, g] of vjp(fused, variables).pullback(u).entries()) {
        expect(distance(g, expected[i] as Tensor), `input ${i}`).toBeLessThan(tolerance);
      }
    }
  });

  it('in its second derivatives, every input against every other', () => {
    for (const { fused, textbook, variables } of cases) {
      const u = normal(fused(...variables).shape);
      for (const [i, variable] of variables.entries()) {
        const v = normal(variable.shape);
        const hessianRows = (f: OnTensors): Tensor[] =>
          vjp((...xs) => vjp(f, xs).pullback(u)[i] as Tensor, variables).pullback(v);
        const expected = hessianRows(textbook);
        for (const [j, block] of hessianRows(fused).entries()) {
          expect(distance(block, expected[j] as Tensor), `inputs ${i} and ${j}`).toBeLessThan(tolerance);
        }
      }
    }
  });
});
