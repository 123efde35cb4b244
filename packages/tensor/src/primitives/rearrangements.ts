import { promote } from '../dtype.js';
import { ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** The same elements in the same row-major order under another shape. */
export const reshape: Primitive<'reshape'> = {
  name: 'reshape',
  shape: ([x], { shape }) => {
    checkShape('reshape', shape);
    if (sizeOf(shape) !== x.size) {
      throw new ShapeError('reshape', {
        expected: `a shape of ${x.size} elements, as ${formatShape(x.shape)} has`,
        got: formatShape(shape),
        difference: `that is ${sizeOf(shape)} elements`,
      });
    }
    return shape;
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};

/** Axis i of the result is axis `axes[i]` of the operand. */
export const transpose: Primitive<'transpose'> = {
  name: 'transpose',
  shape: ([x], { axes }) => {
    const isPermutation = axes.length === x.rank && new Set(axes).size === x.rank;
    if (!isPermutation || axes.some((axis) => x.shape[axis] === undefined)) {
      throw new ShapeError('transpose', {
        expected: `each axis of ${formatShape(x.shape)} once`,
        got: `axes ${formatShape(axes)}`,
      });
    }
    return axes.map((axis) => x.shape[axis] as number);
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};

/** Repeats extents of 1, and missing leading axes, up to `shape`, without copying. */
export const expand: Primitive<'expand'> = {
  name: 'expand',
  shape: ([x], { shape }) => {
    checkShape('expand', shape);
    const missing = shape.length - x.rank;
    const fits =
      missing >= 0 && x.shape.every((extent, axis) => extent === 1 || extent === shape[axis + missing]);
    if (!fits) {
      throw new ShapeError('expand', {
        expected: `a shape that ${formatShape(x.shape)} broadcasts to`,
        got: formatShape(shape),
      });
    }
    return shape;
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};

/** @throws ShapeError unless, along each axis, start + i step lies within the extent for each i below the size. */
function checkProgressions(
  operation: string,
  within: Shape,
  starts: readonly number[],
  sizes: Shape,
  steps: readonly number[],
): void {
  const fits =
    [starts, sizes, steps].every(
      (list) => list.length === within.length && list.every(Number.isSafeInteger),
    ) &&
    within.every((extent, axis) => {
      const [start, size, step] = [starts[axis], sizes[axis], steps[axis]] as [number, number, number];
      const last = start + (size - 1) * step;
      if (size <= 0 || step === 0) return size === 0 && step !== 0;
      return Math.min(start, last) >= 0 && Math.max(start, last) < extent;
    });
  if (!fits) {
    throw new ShapeError(operation, {
      expected: `elements within ${formatShape(within)}, and steps other than 0`,
      got: `starts ${formatShape(starts)}, sizes ${formatShape(sizes)}, steps ${formatShape(steps)}`,
    });
  }
}

/** Element i along an axis is element `start + i step` of the operand; a negative step reads backwards. */
export const slice: Primitive<'slice'> = {
  name: 'slice',
  shape: ([x], { starts, sizes, steps }) => {
    checkProgressions('slice', x.shape, starts, sizes, steps);
    return sizes;
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};

/** The operand where a slice of `shape` by `starts` and `steps` would read it, and `fill` elsewhere: the adjoint of slice. */
export const embed: Primitive<'embed'> = {
  name: 'embed',
  shape: ([x], { shape, starts, steps }) => {
    checkShape('embed', shape);
    checkProgressions('embed', shape, starts, x.shape, steps);
    return shape;
  },
  dtype: ([x]) => x.dtype,
  broadcasts: false,
};

/** The operands one after the other along an axis. */
export const concat: Primitive<'concat'> = {
  name: 'concat',
  shape: (inputs, { axis }) => {
    const { shape } = inputs[0] as Tensor;
    let extent = 0;
    for (const x of inputs) {
      if (!(x.rank === shape.length && shape.every((own, i) => i === axis || own === x.shape[i]))) {
        throw new ShapeError('concat', {
          expected: `shapes that agree except along axis ${axis}`,
          got: `${formatShape(shape)} and ${formatShape(x.shape)}`,
        });
      }
      extent += x.shape[axis] as number;
    }
    return shape.with(axis, extent);
  },
  dtype: (inputs) => inputs.map(({ dtype }) => dtype).reduce(promote),
  broadcasts: false,
};
