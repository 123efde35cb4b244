import { vjp } from '@renyi/autodiff';
import { ones, square } from '@renyi/tensor';
import { input, type Table } from './operation.js';

/** Wrong ways to ask for a derivative, which are to be refused. */
export const backward: Table = {
  /** A cotangent of one element fewer than the result. */
  backward_bad_cotangent: (inputs) => {
    const x = input(inputs, 'x');
    const short = ones([x.size - 1], { dtype: x.dtype, backend: x.storage.backend });
    const { pullback } = vjp(square, [x]);
    return Object.fromEntries(pullback(short).map((g) => ['x', g]));
  },
};
