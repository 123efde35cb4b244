import { bind } from '../bind.js';
import { checkNumber, checkOptions, checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import * as primitives from '../primitives/rearrangements.js';
import { checkShape, formatShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { slice } from './slice.js';

/** Where `embed` puts the elements, one number for each axis, and what is put elsewhere. */
export interface EmbedOptions {
  readonly starts: readonly number[];
  /** By default 1 along each axis; negative ones put the elements in reverse. */
  readonly steps?: readonly number[];
  /** By default 0; converted to the dtype of x as `cast` does. */
  readonly fill?: number;
}

/**
 * A tensor of the given shape that holds x at `starts`, in steps of `steps`, and `fill` everywhere else: the adjoint of
 * `slice`. Derivative: the slice of the cotangent at these places.
 * @throws ShapeError unless all of x finds its place
 *
 * @example
 * import { embed, tensor } from '@renyi/tensor';
 * console.log(embed(tensor([1, 2]), [5], { starts: [0], steps: [3] }).toArray()); // => [ 1, 0, 0, 2, 0 ]
 */
export function embed(x: Tensor, shape: Shape, options: EmbedOptions): Tensor {
  checkTensor('embed', x);
  checkOptions('embed', options);
  checkShape('embed', shape);
  const { starts, steps = shape.map(() => 1), fill = 0 } = options;
  checkNumber('embed', fill);
  return bind(primitives.embed, [x], { shape: [...shape], starts, steps, fill });
}

/**
 * x with `[before, after]` elements of `value` at both ends of each axis, one pair an axis; one number stands for that many
 * at every end. A negative number takes elements away. Derivative: the cotangent without what was added.
 * @param options.value 0 by default; converted to the dtype of x as `cast` does
 * @throws ShapeError unless there is a pair of whole numbers for each axis, and where more is taken than there is
 * @see numpy.pad, torch.nn.functional.pad (which lists the last axis first)
 *
 * @example
 * import { pad, tensor } from '@renyi/tensor';
 * console.log(pad(tensor([[1, 2]]), [[0, 1], [2, -1]], { value: 9 }).toArray()); // => [ [ 9, 9, 1 ], [ 9, 9, 9 ] ]
 */
export function pad(
  x: Tensor,
  widths: number | readonly (readonly [before: number, after: number])[],
  options: { readonly value?: number } = {},
): Tensor {
  checkTensor('pad', x);
  checkOptions('pad', options);
  const { value = 0 } = options;
  checkNumber('pad', value);
  const pairs = typeof widths === 'number' ? x.shape.map(() => [widths, widths] as const) : widths;
  checkWidths(x, pairs);
  const shape = x.shape.map((extent, axis) => extent + sumOfPair(pairs[axis]));
  if (shape.some((extent) => extent < 0)) {
    throw new ShapeError('pad', {
      expected: `no more taken away than ${formatShape(x.shape)} has`,
      got: formatWidths(pairs),
    });
  }
  checkShape('pad', shape);
  // What is to go goes first; the rest is embedded.
  const kept = slice(
    x,
    pairs.map(([before, after], axis) => [
      Math.max(0, -before),
      Math.max(0, (x.shape[axis] as number) + Math.min(0, after)),
    ]),
  );
  const starts = pairs.map(([before]) => Math.max(0, before));
  return starts.every((start) => start === 0) && kept.shape.every((extent, axis) => extent === shape[axis])
    ? kept
    : embed(kept, shape, { starts, fill: value });
}

type Widths = readonly (readonly [before: number, after: number])[];

const sumOfPair = (pair: Widths[number] | undefined): number => (pair?.[0] ?? 0) + (pair?.[1] ?? 0);

function checkWidths(x: Tensor, pairs: Widths): void {
  const isRight =
    Array.isArray(pairs) &&
    pairs.length === x.rank &&
    pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger));
  if (!isRight) {
    throw new ShapeError('pad', {
      expected: `a number, or a pair [before, after] of whole numbers for each axis of ${formatShape(x.shape)}`,
      got: formatWidths(pairs),
    });
  }
}

function formatWidths(pairs: unknown): string {
  return Array.isArray(pairs)
    ? `[${pairs.map((pair) => (Array.isArray(pair) ? formatShape(pair) : String(pair))).join(', ')}]`
    : String(pairs);
}
