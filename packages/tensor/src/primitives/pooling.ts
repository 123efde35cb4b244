import { ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { formatShape, type Shape } from '../shape.js';
import { windowCounts, type Windows } from '../windows.js';

/** @throws ShapeError for a window that lies in the padding altogether */
function checkFilled(extents: Shape, kernel: Shape, counts: Shape, windows: Windows): void {
  const { stride, padding, dilation } = windows;
  const isFilled = (axis: number, window: number): boolean => {
    const start = window * (stride[axis] as number) - (padding[axis] as readonly [number, number])[0];
    const step = dilation[axis] as number;
    const first = start + Math.max(0, Math.ceil(-start / step)) * step;
    return first < (extents[axis] as number) && first <= start + ((kernel[axis] as number) - 1) * step;
  };
  for (const [axis, count] of counts.entries()) {
    for (let window = 0; window < count; window++) {
      if (isFilled(axis, window)) continue;
      throw new ShapeError('maxPool2d', {
        expected: 'an element in each window',
        got: `a kernel of ${formatShape(kernel)} over ${formatShape(extents)}`,
        difference: `window ${window} ${axis === 0 ? 'down' : 'across'} lies in the padding`,
        remedy: 'Take less padding or dilation',
      });
    }
  }
}

/**
 * For each window over the last two axes of x [batch, channels, height, width], where its largest element is, as a position
 * in the row-major plane: int32 [batch, channels, windows down, windows across]. The first of equals, and a NaN before all.
 */
export const maxPool2dIndices: Primitive<'maxPool2dIndices'> = {
  name: 'maxPool2dIndices',
  shape: ([x], { kernel, ...windows }) => {
    if (x.rank !== 4) {
      throw new ShapeError('maxPool2d', {
        expected: 'x [batch, channels, height, width]',
        got: formatShape(x.shape),
      });
    }
    const extents = x.shape.slice(2);
    const counts = windowCounts('maxPool2d', extents, kernel, windows);
    checkFilled(extents, kernel, counts, windows);
    return [...x.shape.slice(0, 2), ...counts];
  },
  dtype: () => 'int32',
  broadcasts: false,
};
