import fc from 'fast-check';
import type { Backend } from './backend.js';
import type { DType } from './dtype.js';
import { bind } from './bind.js';
import { Layout } from './layout.js';
import { expand, reshape, transpose } from './ops/rearrange.js';
import * as primitives from './primitives/rearrangements.js';
import { type Shape, sizeOf } from './shape.js';
import { indexAt, positionOf, store, type Table } from './tables.testing.js';
import type { Tensor } from './tensor.js';

/** A tensor together with what it must hold. */
export interface View {
  readonly tensor: Tensor;
  readonly table: Table;
}

/** One rearrangement; `choice` decides which of those that lead to the wanted shape. */
export interface Step {
  readonly kind: 'transpose' | 'expand' | 'reshape' | 'slice';
  readonly choice: number;
}

/** Up to three rearrangements, the last one first: with them come strides of every order, of 0 and below, gaps and offsets. */
export const stepLists: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('transpose' as const, 'expand' as const, 'reshape' as const, 'slice' as const),
    choice: fc.nat(2 ** 16),
  }),
  { maxLength: 3 },
);

/** What a view is made of: where, of what dtype, and the elements, drawn in turn. */
export interface Material {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly draw: () => number;
}

/** A tensor of the given shape that is reached by the given steps from one that lies in order. */
export function makeView(shape: Shape, steps: readonly Step[], material: Material): View {
  const [step, ...earlier] = steps;
  if (step === undefined) return inOrder(shape, material);
  const from = (base: Shape): View => makeView(base, earlier, material);
  switch (step.kind) {
    case 'transpose':
      return transposed(shape, step.choice, from);
    case 'expand':
      return expanded(shape, step.choice, from);
    case 'reshape':
      return reshaped(shape, step.choice, from);
    case 'slice':
      return sliced(shape, step.choice, from);
  }
}

function inOrder(shape: Shape, { backend, dtype, draw }: Material): View {
  const values = Array.from({ length: sizeOf(shape) }, () => store(draw(), dtype));
  return {
    tensor: backend.upload(values, Layout.contiguous(shape), dtype),
    table: { shape, at: (index) => values[positionOf(index, shape)] as number },
  };
}

/** Axis i of the result is axis `order[i]` of the base. */
function transposed(shape: Shape, choice: number, from: (base: Shape) => View): View {
  const axes = shape.map((_, axis) => axis);
  const order: number[] = [];
  for (let rest = choice; axes.length > 0; rest = Math.floor(rest / 4)) {
    order.push(...axes.splice(rest % axes.length, 1));
  }
  const { tensor, table } = from(shape.map((_, axis) => shape[order.indexOf(axis)] as number));
  return {
    tensor: transpose(tensor, order),
    table: { shape, at: (index) => table.at(index.map((_, axis) => index[order.indexOf(axis)] as number)) },
  };
}

/** Some leading axes are new, and some others repeat an extent of 1. */
function expanded(shape: Shape, choice: number, from: (base: Shape) => View): View {
  const added = choice % 4 === 0 ? Math.min(shape.length, Math.floor(choice / 4) % 3) : 0;
  const repeats = (axis: number): boolean => (choice >> (axis + 4)) % 2 === 1;
  const { tensor, table } = from(shape.slice(added).map((extent, axis) => (repeats(axis) ? 1 : extent)));
  return {
    tensor: expand(tensor, shape),
    table: { shape, at: (index) => table.at(index.slice(added).map((i, axis) => (repeats(axis) ? 0 : i))) },
  };
}

/** The base has one axis, one more, or the same elements under the reversed shape. */
function reshaped(shape: Shape, choice: number, from: (base: Shape) => View): View {
  const bases: Shape[] = [[sizeOf(shape)], [...shape, 1], [1, ...shape], shape.toReversed()];
  const base = bases[choice % bases.length] as Shape;
  const { tensor, table } = from(base);
  return {
    tensor: reshape(tensor, shape),
    table: { shape, at: (index) => table.at(indexAt(positionOf(index, shape), base)) },
  };
}

/** The base has more elements along each axis: before, between and behind those that are read, forwards or backwards. */
function sliced(shape: Shape, choice: number, from: (base: Shape) => View): View {
  const digit = (axis: number): number => Math.floor(choice / 12 ** axis);
  const steps = shape.map((_, axis) => [1, -1, 2, -3][digit(axis) % 4] as number);
  const before = shape.map((_, axis) => Math.floor(digit(axis) / 4) % 3);
  const reach = shape.map((extent, axis) => (extent - 1) * (steps[axis] as number));
  const starts = shape.map((_, axis) => (before[axis] as number) + Math.max(0, -(reach[axis] as number)));
  const { tensor, table } = from(
    shape.map(
      (extent, axis) =>
        (extent === 0 ? 0 : Math.abs(reach[axis] as number) + 1) + 2 * (before[axis] as number),
    ),
  );
  return {
    tensor: bind(primitives.slice, [tensor], { starts, sizes: shape, steps }),
    table: {
      shape,
      at: (index) => table.at(index.map((i, axis) => (starts[axis] as number) + i * (steps[axis] as number))),
    },
  };
}

/** Numbers in [0, 1) from a seed; not this library's generator, which is itself under test (T. Ettinger, mulberry32). */
export function unitStream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
