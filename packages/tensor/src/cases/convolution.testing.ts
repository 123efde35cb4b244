import fc from 'fast-check';
import type { Case } from './forms.testing.js';
import type { DType } from '../dtype.js';
import { type Expected, slackOfSum, sumOf } from '../oracle.testing.js';
import { anyDType, moderately } from '../plans.testing.js';
import type { Convolution } from '../primitives/convolution.js';
import type { Convolutions } from '../primitives/signatures.js';
import type { Shape } from '../shape.js';
import { type Index, indicesOf } from '../tables.testing.js';

/** One of the two axes over which windows slide; the extent leaves room for at least one window. */
const axis = fc
  .record({
    extent: fc.integer({ min: 1, max: 5 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    before: fc.nat(2),
    after: fc.nat(2),
  })
  .map((own) => {
    const reach = own.dilation * (own.kernel - 1) + 1;
    const extent = Math.max(own.extent, reach - own.before - own.after);
    const count = Math.floor((extent + own.before + own.after - reach) / own.stride) + 1;
    return { ...own, extent, count };
  });

interface Setting {
  readonly x: Shape;
  readonly weight: Shape;
  readonly y: Shape;
  readonly attributes: Convolution;
  readonly dtypes: readonly [DType, DType];
}

const settings: fc.Arbitrary<Setting> = fc
  .record({
    batch: fc.nat(2),
    groups: fc.integer({ min: 1, max: 2 }),
    depth: fc.nat(2),
    filters: fc.nat(2),
    axes: fc.tuple(axis, axis),
    dtypes: fc.tuple(anyDType, anyDType),
  })
  .map(({ batch, groups, depth, filters, axes, dtypes }) => ({
    x: [batch, groups * depth, ...axes.map(({ extent }) => extent)],
    weight: [groups * filters, depth, ...axes.map(({ kernel }) => kernel)],
    y: [batch, groups * filters, ...axes.map(({ count }) => count)],
    attributes: {
      stride: axes.map(({ stride }) => stride),
      padding: axes.map(({ before, after }) => [before, after] as const),
      dilation: axes.map(({ dilation }) => dilation),
      groups,
    },
    dtypes,
  }));

/** Three positions, in x, the weight and the result, that meet in one product. */
interface Term {
  readonly x: Index;
  readonly weight: Index;
  readonly y: Index;
}

/** Every term of a convolution, by its definition: for each element of the result and each of the weight, one of x or none. */
function termsOf(
  x: Shape,
  weight: Shape,
  y: Shape,
  { stride, padding, dilation, groups }: Convolution,
): Term[] {
  return indicesOf(y).flatMap((target) =>
    indicesOf(weight)
      .filter((tap) => tap[0] === target[1])
      .map((tap): Term => {
        const filtersOfGroup = (weight[0] as number) / groups;
        const group = Math.floor((tap[0] as number) / filtersOfGroup);
        const place = [0, 1].map(
          (a) => target[a + 2]! * stride[a]! + tap[a + 2]! * dilation[a]! - padding[a]![0],
        );
        return { x: [target[0]!, group * weight[1]! + tap[1]!, ...place], weight: tap, y: target };
      })
      .filter((term) => term.x.every((i, a) => i >= 0 && i < (x[a] as number))),
  );
}

/** Each element of the result is the sum of the products that belong to it. */
function summed(shape: Shape, products: readonly (readonly [to: Index, product: number])[]): Expected {
  const byElement = new Map<string, number[]>();
  for (const [to, product] of products) {
    const key = to.join();
    byElement.set(key, [...(byElement.get(key) ?? []), product]);
  }
  const terms = (index: Index): number[] => byElement.get(index.join()) ?? [];
  return { shape, at: (index) => sumOf(terms(index)), slack: (index) => slackOfSum(terms(index)) };
}

const float = (dtypes: readonly DType[]): DType => (dtypes.includes('float64') ? 'float64' : 'float32');

/** A convolution and its adjoints, each from the list of all products. */
export const convolutions: { readonly [N in keyof Convolutions]: Case<N> } = {
  conv2d: {
    calls: settings.map(({ x, weight, attributes, dtypes }) => ({
      operands: [moderately(x, dtypes[0]), moderately(weight, dtypes[1])],
      attributes,
    })),
    dtype: float,
    oracle: ([x, weight], attributes) => {
      const counts = [2, 3].map((a) => {
        const [before, after] = attributes.padding[a - 2]!;
        const last = x.shape[a]! + before + after - 1 - attributes.dilation[a - 2]! * (weight.shape[a]! - 1);
        return Array.from({ length: last + 1 }, (_, i) => i).filter(
          (i) => i % attributes.stride[a - 2]! === 0,
        ).length;
      });
      const shape = [x.shape[0]!, weight.shape[0]!, ...counts];
      return summed(
        shape,
        termsOf(x.shape, weight.shape, shape, attributes).map((term) => [
          term.y,
          x.at(term.x) * weight.at(term.weight),
        ]),
      );
    },
  },
  conv2dGradInput: {
    calls: settings.map(({ x, weight, y, attributes, dtypes }) => ({
      operands: [moderately(y, dtypes[0]), moderately(weight, dtypes[1])],
      attributes: { ...attributes, size: [x[2]!, x[3]!] },
    })),
    dtype: float,
    oracle: ([g, weight], { size, ...attributes }) => {
      const shape = [g.shape[0]!, weight.shape[1]! * attributes.groups, ...size];
      return summed(
        shape,
        termsOf(shape, weight.shape, g.shape, attributes).map((term) => [
          term.x,
          g.at(term.y) * weight.at(term.weight),
        ]),
      );
    },
  },
  conv2dGradWeight: {
    calls: settings.map(({ x, weight, y, attributes, dtypes }) => ({
      operands: [moderately(x, dtypes[0]), moderately(y, dtypes[1])],
      attributes: { ...attributes, kernel: [weight[2]!, weight[3]!] },
    })),
    dtype: float,
    oracle: ([x, g], { kernel, ...attributes }) => {
      const shape = [g.shape[1]!, x.shape[1]! / attributes.groups, ...kernel];
      return summed(
        shape,
        termsOf(x.shape, shape, g.shape, attributes).map((term) => [
          term.weight,
          x.at(term.x) * g.at(term.y),
        ]),
      );
    },
  },
};
