import { variable } from '@renyi/autodiff';
import { ones, square, type Tensor } from '@renyi/tensor';
import { input, type Table } from './operation.js';

function gradientOf(x: Tensor): Readonly<Record<string, Tensor>> {
  return x.grad === null ? {} : { x: x.grad };
}

/** Wrong ways to ask for a derivative, which are to be refused. */
export const backward: Table = {
  /** Of a tensor that does not come from a variable. */
  backward_no_graph: (inputs) => {
    const x = input(inputs, 'x');
    x.backward();
    return gradientOf(x);
  },
  /** By a cotangent of one element fewer than the result has. */
  backward_bad_cotangent: (inputs) => {
    const x = variable(input(inputs, 'x'));
    const { dtype, storage, size } = x;
    square(x).backward({ cotangent: ones([size - 1], { dtype, backend: storage.backend }) });
    return gradientOf(x);
  },
};
