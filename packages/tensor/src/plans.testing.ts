import fc from 'fast-check';
import { type DType, dtypes } from './dtype.js';
import type { Attributes } from './primitive.js';
import { noAttributes, type NoAttributes } from './primitives/signatures.js';
import { type Shape, sizeOf } from './shape.js';
import type { Index } from './tables.testing.js';

/** One operand to be: what it looks like, and its elements as a function of a number in [0, 1). */
export interface Plan {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly element: (unit: number) => number;
  /** What becomes of a drawn element at its place, where the elements have to do with each other: then none is repeated. */
  readonly placed?: (drawn: number, index: Index) => number;
}

/** One call of a primitive to be. */
export interface Call<A> {
  readonly operands: readonly Plan[];
  readonly attributes: A;
}

const specials = [NaN, Infinity, -Infinity, 0, -0, 1, -1];

/** Numbers that suit a dtype; among floats, one in eight is special. */
function anything(dtype: DType): (unit: number) => number {
  if (dtype === 'bool') return (unit) => Number(unit < 0.5);
  if (dtype === 'int32') return (unit) => Math.floor(unit * 101) - 50;
  return (unit) =>
    unit < 1 / 8 ? (specials[Math.floor(unit * 8 * specials.length)] as number) : (unit - 0.5) * 16;
}

/** Numbers in [-2, 2), where exponentials and their sums stay within a few powers of ten. */
function moderate(dtype: DType): (unit: number) => number {
  return dtype === 'bool' ? (unit) => Number(unit < 0.5) : (unit) => unit * 4 - 2;
}

const below = (extent: number) => (unit: number) => Math.floor(unit * extent);

export const extents = fc.constantFrom(0, 1, 2, 3, 4, 1, 2, 3, 4);
const full = fc.integer({ min: 1, max: 4 });
export const anyDType: fc.Arbitrary<DType> = fc.constantFrom(...dtypes);
const floatDType = fc.constantFrom('float32' as const, 'float64' as const);
export const shapes = (
  minRank: number,
  maxRank: number,
  extent: fc.Arbitrary<number> = extents,
): fc.Arbitrary<Shape> => fc.array(extent, { minLength: minRank, maxLength: maxRank });

/** Shapes that broadcast to `shape`: without some leading axes, and with extents of 1 for others. */
export const broadcastable = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(fc.nat(shape.length), fc.array(fc.nat(3), { minLength: shape.length, maxLength: shape.length }))
    .map(([cut, draws]) =>
      shape.map((extent, axis) => (draws[axis] === 0 ? 1 : extent)).slice(draws[0] === 1 ? cut : 0),
    );

/** Axes in order, some or none or all of them. */
const someAxes = (shape: Shape): fc.Arbitrary<number[]> => fc.subarray(shape.map((_, axis) => axis));

export const plan = (shape: Shape, dtype: DType): Plan => ({ shape, dtype, element: anything(dtype) });

/** An operand of moderate numbers, for sums of products. */
export const moderately = (shape: Shape, dtype: DType): Plan => ({ shape, dtype, element: moderate(dtype) });

export const unary: fc.Arbitrary<Call<NoAttributes>> = fc
  .record({ shape: shapes(0, 4), dtype: anyDType })
  .map(({ shape, dtype }) => ({ operands: [plan(shape, dtype)], attributes: noAttributes }));

/** Operands of the given dtypes that broadcast to one shape. */
const together = (operands: readonly fc.Arbitrary<DType>[]): fc.Arbitrary<Call<NoAttributes>> =>
  shapes(0, 4)
    .chain((shape) => fc.tuple(...operands.map((dtype) => fc.record({ shape: broadcastable(shape), dtype }))))
    .map((plans) => ({
      operands: plans.map(({ shape, dtype }) => plan(shape, dtype)),
      attributes: noAttributes,
    }));

export const binary: typeof unary = together([anyDType, anyDType]);
export const where: typeof unary = together([fc.constant('bool'), anyDType, anyDType]);

export const cast: fc.Arbitrary<Call<Attributes<'cast'>>> = fc
  .record({ shape: shapes(0, 4), from: anyDType, dtype: anyDType })
  .map(({ shape, from, dtype }) => ({ operands: [plan(shape, from)], attributes: { dtype } }));

const reduction = (
  extent: fc.Arbitrary<number>,
  element: (dtype: DType) => Plan['element'],
): fc.Arbitrary<Call<Attributes<'sum'>>> =>
  fc
    .record({ shape: shapes(0, 4, extent), dtype: anyDType, keepDims: fc.boolean() })
    .chain(({ shape, dtype, keepDims }) =>
      someAxes(shape).map((axes) => ({
        operands: [{ shape, dtype, element: element(dtype) }],
        attributes: { axes, keepDims },
      })),
    );

export const sum: fc.Arbitrary<Call<Attributes<'sum'>>> = reduction(extents, moderate);
export const max: fc.Arbitrary<Call<Attributes<'max'>>> = reduction(full, anything);

/** Operands with one axis to walk along. */
const alongAxis = <A>(
  extent: fc.Arbitrary<number>,
  element: (dtype: DType) => Plan['element'],
  attributes: (axis: number, flag: boolean) => A,
): fc.Arbitrary<Call<A>> =>
  fc
    .record({ shape: shapes(1, 4, extent), dtype: anyDType, axis: fc.nat(3), flag: fc.boolean() })
    .map(({ shape, dtype, axis, flag }) => ({
      operands: [{ shape, dtype, element: element(dtype) }],
      attributes: attributes(axis % shape.length, flag),
    }));

/** Numbers among which some are equal. */
const coarse =
  (dtype: DType): Plan['element'] =>
  (unit) => {
    const value = anything(dtype)(unit);
    return Math.abs(value) < 4 ? Math.round(value) : value;
  };

export const argmax: fc.Arbitrary<Call<Attributes<'argmax'>>> = alongAxis(full, coarse, (axis) => ({ axis }));
export const cumsum: fc.Arbitrary<Call<Attributes<'cumsum'>>> = alongAxis(
  extents,
  moderate,
  (axis, reverse) => ({ axis, reverse }),
);
export const argsort: fc.Arbitrary<Call<Attributes<'argsort'>>> = alongAxis(
  extents,
  coarse,
  (axis, descending) => ({ axis, descending }),
);

export const reshape: fc.Arbitrary<Call<Attributes<'reshape'>>> = fc
  .record({ shape: shapes(0, 4), dtype: anyDType })
  .chain(({ shape, dtype }) =>
    fc
      .constantFrom<Shape>([sizeOf(shape)], [1, ...shape], shape.toReversed(), shape)
      .map((target) => ({ operands: [plan(shape, dtype)], attributes: { shape: target } })),
  );

export const transpose: fc.Arbitrary<Call<Attributes<'transpose'>>> = fc
  .record({ shape: shapes(0, 4), dtype: anyDType })
  .chain(({ shape, dtype }) =>
    fc
      .shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: shape.length },
      )
      .map((axes) => ({ operands: [plan(shape, dtype)], attributes: { axes } })),
  );

export const expand: fc.Arbitrary<Call<Attributes<'expand'>>> = fc
  .record({ shape: shapes(0, 4), dtype: anyDType })
  .chain(({ shape, dtype }) =>
    broadcastable(shape).map((from) => ({ operands: [plan(from, dtype)], attributes: { shape } })),
  );

/** x, and indices into it along one axis that are within it along the others. */
const indexed = fc.record({ shape: shapes(1, 4), dtype: anyDType }).chain(({ shape, dtype }) =>
  fc
    .record({
      axis: fc.nat(shape.length - 1),
      count: fc.nat(5),
      cuts: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
    })
    .map(({ axis, count, cuts }) => {
      const extent = shape[axis] as number;
      const within = shape.map((own, i) => (cuts[i] === 0 ? Math.max(own - 1, 0) : own));
      const indices: Plan = {
        shape: within.with(axis, extent === 0 ? 0 : count),
        dtype: 'int32',
        element: below(extent),
      };
      return { x: plan(shape, dtype), indices, axis };
    }),
);

export const gather: fc.Arbitrary<Call<Attributes<'gather'>>> = indexed.map(({ x, indices, axis }) => ({
  operands: [x, indices],
  attributes: { axis },
}));

export const scatterAdd: fc.Arbitrary<Call<Attributes<'scatterAdd'>>> = indexed
  .filter(({ x }) => x.dtype !== 'bool')
  .map(({ x, indices, axis }) => {
    const element = moderate(x.dtype);
    return {
      operands: [{ ...x, element }, indices, { shape: indices.shape, dtype: x.dtype, element }],
      attributes: { axis },
    };
  });

export const oneHot: fc.Arbitrary<Call<Attributes<'oneHot'>>> = fc
  .record({ shape: shapes(0, 3), classes: full, dtype: anyDType })
  .map(({ shape, classes, dtype }) => ({
    operands: [{ shape, dtype: 'int32', element: below(classes) }],
    attributes: { classes, dtype },
  }));

export const matmul: fc.Arbitrary<Call<NoAttributes>> = shapes(0, 2)
  .chain((batch) =>
    fc.record({
      batchA: broadcastable(batch),
      batchB: broadcastable(batch),
      rows: extents,
      inner: fc.nat(9),
      columns: extents,
      dtypeA: anyDType,
      dtypeB: anyDType,
    }),
  )
  .map(({ batchA, batchB, rows, inner, columns, dtypeA, dtypeB }) => ({
    operands: [
      { shape: [...batchA, rows, inner], dtype: dtypeA, element: moderate(dtypeA) },
      { shape: [...batchB, inner, columns], dtype: dtypeB, element: moderate(dtypeB) },
    ],
    attributes: noAttributes,
  }));

/** The shape of rows: any leading axes, and at least one class. */
const rows = fc.tuple(shapes(0, 3), full).map(([leading, classes]): Shape => [...leading, classes]);

export const logSoftmax: fc.Arbitrary<Call<NoAttributes>> = fc
  .record({ shape: rows, dtype: anyDType })
  .map(({ shape, dtype }) => ({
    operands: [{ shape, dtype, element: moderate(dtype) }],
    attributes: noAttributes,
  }));

export const softmaxCrossEntropy: fc.Arbitrary<Call<NoAttributes>> = fc
  .record({ shape: rows, dtype: anyDType })
  .map(({ shape, dtype }) => ({
    operands: [
      { shape, dtype, element: moderate(dtype) },
      { shape: shape.slice(0, -1), dtype: 'int32', element: below(shape.at(-1) as number) },
    ],
    attributes: noAttributes,
  }));

export const softmaxCrossEntropyGradient: fc.Arbitrary<Call<NoAttributes>> = fc
  .record({ call: softmaxCrossEntropy, dtype: anyDType })
  .map(({ call: { operands, attributes }, dtype }) => ({
    operands: [...operands, { shape: (operands[1] as Plan).shape, dtype, element: moderate(dtype) }],
    attributes,
  }));

/** Orders at which the textbook formula divides by nothing small, exact in float32. */
const orders = fc.constantFrom(0.25, 0.5, 0.75, 1.25, 1.5, 2, 3);

export const renyi: fc.Arbitrary<Call<NoAttributes>> = fc
  .record({ shape: rows, dtypeP: floatDType, dtypeQ: floatDType, dtypeAlpha: floatDType, order: orders })
  .map(({ shape, dtypeP, dtypeQ, dtypeAlpha, order }) => ({
    operands: [
      { shape, dtype: dtypeP, element: moderate(dtypeP) },
      { shape, dtype: dtypeQ, element: moderate(dtypeQ) },
      { shape: [], dtype: dtypeAlpha, element: () => order },
    ],
    attributes: noAttributes,
  }));
