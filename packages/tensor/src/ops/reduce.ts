import { bind } from '../bind.js';
import { checkOptions, checkTensor } from '../checks.js';
import { isFloat } from '../dtype.js';
import * as primitives from '../primitives/reductions.js';
import { normalizeAxes } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { div, mul } from './arithmetic.js';
import { equal } from './compare.js';
import { concat } from './concat.js';
import { cast } from './functions.js';
import { logicalNot } from './logic.js';
import { expand, squeeze } from './rearrange.js';
import { slice } from './slice.js';

export interface ReduceOptions {
  /** The axis or axes to reduce; negative ones count from the end. All by default. */
  readonly axis?: number | readonly number[];
  /** Whether reduced axes stay, with extent 1. */
  readonly keepDims?: boolean;
}

/**
 * The sum over the given axes; 0 over nothing. Booleans are counted in int32; an int32 sum wraps. Derivative: 1 for every
 * element.
 *
 * float32 is accumulated in float64; float64 as if in twice its precision (Ogita, Rump and Oishi 2005, Sum2): with u = 2^-53, the error
 * of n terms is at most u |sum| + n² u² sum |x|, which for 10^6 terms of one sign is the last digit.
 * @throws ShapeError for an axis that x does not have @see torch.sum
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = checkedAxes('sum', x, options);
  return bind(primitives.sum, [x], { axes, keepDims: options.keepDims ?? false });
}

/**
 * The arithmetic mean over the given axes: the sum, rounded to the dtype, over the count. Integers answer in float32,
 * rounded once; the mean of nothing is NaN. Derivative: 1 over the count.
 * @throws ShapeError for an axis that x does not have @see torch.mean
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const count = countOver(x, checkedAxes('mean', x, options));
  return inFloat(x, (wide) => div(sum(wide, options), count));
}

/**
 * The product over the given axes; 1 over nothing. Booleans are counted in int32; an int32 product wraps. Halves are
 * multiplied with each other until one factor is left: n - 1 roundings in log n operations.
 * Derivative: the product of the other elements, exact where there are zeros, at every order.
 * @throws ShapeError for an axis that x does not have @see torch.prod, numpy.prod
 *
 * @example
 * import { prod, tensor } from '@renyi/tensor';
 * console.log(prod(tensor([[1, 2], [3, 4]]), { axis: 0 }).toArray()); // => [ 3, 8 ]
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = checkedAxes('prod', x, options);
  const product = axes.reduce(prodAlong, x.dtype === 'bool' ? cast(x, 'int32') : x);
  return options.keepDims ? product : squeeze(product, { axis: axes });
}

/** The axis stays, with extent 1. */
function prodAlong(x: Tensor, axis: number): Tensor {
  if (x.shape[axis] === 0) return oneAlong(x, axis);
  const part = (whole: Tensor, start: number, stop: number): Tensor => slice(whole, { axis, start, stop });
  let product = x;
  for (let count = x.shape[axis] as number; count > 1; count = Math.ceil(count / 2)) {
    const half = Math.floor(count / 2);
    const halves = mul(part(product, 0, half), part(product, half, 2 * half));
    product = count % 2 === 0 ? halves : concat([halves, part(product, count - 1, count)], { axis });
  }
  return product;
}

function oneAlong({ shape, dtype, storage: { backend } }: Tensor, axis: number): Tensor {
  return expand(backend.scalar(1, dtype), shape.with(axis, 1));
}

/** Whether all elements over the given axes hold, as bool; true over nothing. A number holds unless it is 0. @throws ShapeError @see torch.all */
export function all(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkedAxes('all', x, options);
  return equal(sum(logicalNot(x), options), 0);
}

/** Whether one element or more over the given axes holds, as bool; false over nothing. A number holds unless it is 0. @throws ShapeError @see torch.any */
export function any(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkedAxes('any', x, options);
  return cast(sum(cast(x, 'bool'), options), 'bool');
}

/** The axes that a reduction is to go over, once its arguments are found to be right. */
export function checkedAxes(operation: string, x: Tensor, options: ReduceOptions): readonly number[] {
  checkTensor(operation, x);
  checkOptions(operation, options);
  return normalizeAxes(operation, options.axis, x.rank);
}

/** How many elements each result over `axes` is made of. */
export function countOver(x: Tensor, axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
}

/** f of x, where integers and booleans go in as float64 and come out as float32, rounded once. */
export function inFloat(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  return isFloat(x.dtype) ? f(x) : cast(f(cast(x, 'float64')), 'float32');
}
