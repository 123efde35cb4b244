import fc from 'fast-check';
import type { Case } from './forms.testing.js';
import { type DType, dtypes } from '../dtype.js';
import { anyDType, type Call, plan, shapes } from '../plans.testing.js';
import type { Attributes } from '../primitive.js';
import type { Shape } from '../shape.js';
import type { Index, Table } from '../tables.testing.js';

/** One axis of a slice: `size` elements in steps of `step`, and how many there are before and behind them. */
const progression = fc.record({
  size: fc.constantFrom(0, 1, 2, 3),
  step: fc.constantFrom(1, 1, 2, 3, -1, -2),
  before: fc.nat(2),
  behind: fc.nat(2),
});

/** A part of a larger whole: the shapes of both, and where the part is. */
const parts = fc.array(progression, { maxLength: 3 }).map((axes) => ({
  part: axes.map(({ size }) => size),
  whole: axes.map(({ size, step, before, behind }) => before + reach(size, step) + behind),
  starts: axes.map(({ size, step, before }) =>
    step > 0 || size === 0 ? before : before + reach(size, step) - 1,
  ),
  steps: axes.map(({ step }) => step),
}));

/** How many elements lie from the first to the last, both included. */
const reach = (size: number, step: number): number => (size === 0 ? 0 : (size - 1) * Math.abs(step) + 1);

const sliceCalls: fc.Arbitrary<Call<Attributes<'slice'>>> = fc
  .record({ parts, dtype: anyDType })
  .map(({ parts: { part, whole, starts, steps }, dtype }) => ({
    operands: [plan(whole, dtype)],
    attributes: { starts, sizes: part, steps },
  }));

const embedCalls: fc.Arbitrary<Call<Attributes<'embed'>>> = fc
  .record({ parts, dtype: anyDType, fill: fc.constantFrom(0, -0, 1, -1.5, Infinity, NaN) })
  .map(({ parts: { part, whole, starts, steps }, dtype, fill }) => ({
    operands: [plan(part, dtype)],
    attributes: { shape: whole, starts, steps, fill },
  }));

const concatCalls: fc.Arbitrary<Call<Attributes<'concat'>>> = shapes(1, 3).chain((shape) =>
  fc
    .record({
      axis: fc.nat(shape.length - 1),
      pieces: fc.array(fc.record({ extent: fc.nat(3), dtype: anyDType }), { minLength: 1, maxLength: 3 }),
    })
    .map(({ axis, pieces }) => ({
      operands: pieces.map(({ extent, dtype }) => plan(shape.with(axis, extent), dtype)),
      attributes: { axis },
    })),
);

/** Rearrangements of elements that are more than a permutation or a repetition. */
export const rearrangements: { readonly [N in 'slice' | 'embed' | 'concat']: Case<N> } = {
  slice: {
    calls: sliceCalls,
    dtype: ([dtype]) => dtype,
    oracle: ([x], { starts, sizes, steps }) => ({
      shape: sizes,
      at: (index) => x.at(index.map((i, axis) => (starts[axis] as number) + i * (steps[axis] as number))),
    }),
  },
  embed: {
    calls: embedCalls,
    dtype: ([dtype]) => dtype,
    oracle: ([x], { shape, starts, steps, fill }) => ({
      shape,
      at: (index) => {
        const own = index.map((i, axis) => (i - (starts[axis] as number)) / (steps[axis] as number));
        return isIndexOf(own, x.shape) ? x.at(own) : fill;
      },
    }),
  },
  concat: {
    calls: concatCalls,
    dtype: (operands) => dtypes[Math.max(...operands.map((dtype) => dtypes.indexOf(dtype)))] as DType,
    oracle: (pieces, { axis }) => ({
      shape: (pieces[0] as Table).shape.with(
        axis,
        pieces.reduce((total, { shape }) => total + (shape[axis] as number), 0),
      ),
      at: (index) => {
        let place = index[axis] as number;
        for (const { shape, at } of pieces) {
          if (place < (shape[axis] as number)) return at(index.with(axis, place));
          place -= shape[axis] as number;
        }
        return NaN;
      },
    }),
  },
};

function isIndexOf(index: Index, shape: Shape): boolean {
  return index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < (shape[axis] as number));
}
