import { equal, type Tensor, where } from '@renyi/tensor';
import { restoreAxes } from './axes.js';

/**
 * Where x attains its extremum y over `axes`, as bool of the shape of x: at one element, or at several that tie.
 * A NaN, which equals nothing, is what attains an extremum of NaN.
 */
export function attained(y: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  const extremum = restoreAxes(y, x.shape, axes);
  return where(equal(extremum, extremum), equal(x, extremum), equal(equal(x, x), 0));
}
