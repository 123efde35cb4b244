import { valueAndGrad } from '@renyi/autodiff';
import { sum, type Tensor } from '@renyi/tensor';
import type { Prepared } from '../contender.js';
import type { Workshop } from './renyi-work.js';
import type { Tasks } from './task.js';

/** How this library does the task with a divergence of its own. */
export function divergenceWith(
  divergence: (logitsP: Tensor, logitsQ: Tensor, alpha: number) => Tensor,
  { upload, work }: Workshop,
): (input: Tasks['divergence']) => Prepared {
  return ({ p: dataP, q: dataQ, alpha, backward }) => {
    const pair = { p: upload(dataP), q: upload(dataQ) };
    if (!backward) return work(() => [divergence(pair.p, pair.q, alpha)]);
    const total = valueAndGrad(({ p, q }: typeof pair): Tensor => sum(divergence(p, q, alpha)));
    return work(() => {
      const { value, gradients } = total(pair);
      return [value, gradients.p, gradients.q];
    });
  };
}
