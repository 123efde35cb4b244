import { checkTensor } from '../checks.js';
import { ShapeError } from '../errors.js';
import { checkShape, formatShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { expand, reshape } from './rearrange.js';

/**
 * x laid out side by side, `repeats[axis]` times along each axis; further repeats in front make new leading axes.
 * Derivative: the cotangent summed over the copies.
 * @throws ShapeError for fewer repeats than axes, or what is no whole number of at least 0
 * @see torch.Tensor.repeat, numpy.tile (which takes missing repeats for 1)
 *
 * @example
 * import { tensor, tile } from '@renyi/tensor';
 * console.log(tile(tensor([[1, 2]]), [2, 2]).toArray()); // => [ [ 1, 2, 1, 2 ], [ 1, 2, 1, 2 ] ]
 */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  checkTensor('tile', x);
  checkShape('tile', repeats);
  if (repeats.length < x.rank) {
    throw new ShapeError('tile', {
      expected: `one repeat for each axis of ${formatShape(x.shape)}`,
      got: formatShape(repeats),
      remedy: 'Repeat an axis once to leave it as it is',
    });
  }
  const shape: Shape = [...new Array<number>(repeats.length - x.rank).fill(1), ...x.shape];
  const tiled = shape.map((extent, axis) => extent * (repeats[axis] as number));
  checkShape('tile', tiled);
  // Each axis [extent] is expanded to [repeat, extent] and joined again.
  const between = reshape(
    x,
    shape.flatMap((extent) => [1, extent]),
  );
  const copies = expand(
    between,
    shape.flatMap((extent, axis) => [repeats[axis] as number, extent]),
  );
  return reshape(copies, tiled);
}
