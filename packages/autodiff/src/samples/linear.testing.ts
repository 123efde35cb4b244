import { type Activation, type Shape, transpose } from '@renyi/tensor';
import type { Sample } from '../primitive-samples.testing.js';
import { normal } from '../samples.testing.js';

const activations: readonly Activation[] = ['none', 'tanh', 'relu'];

/** Normal numbers are nowhere near the kink of relu, but for an x of no inputs. */
export const linear: readonly Sample<'linear'>[] = activations.flatMap((activation) => [
  ...([[3], [4, 3], [2, 1, 3], [1, 3], [1, 1], [2, 2, 2], [1, 1, 2], [0, 3], [1, 0]] as Shape[]).map(
    (shape): Sample<'linear'> => ({
      inputs: [normal(shape), normal([2, shape[shape.length - 1] as number]), normal([2])],
      attributes: { activation },
    }),
  ),
  { inputs: [transpose(normal([3, 4])), transpose(normal([3, 2])), normal([2])], attributes: { activation } },
]);
