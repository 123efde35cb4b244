import * as api from '@renyi/tensor';
import type { Tensor } from '@renyi/tensor';
import { binary, input, optional, type Table } from './operation.js';
import { UnsupportedError } from '../unsupported.js';
import { swapLast } from './axes.js';

export const linearAlgebra: Table = {
  matmul: binary((a, b) => {
    if (a.rank === 1 || b.rank === 1) throw new UnsupportedError('matrix product of a vector');
    return api.matmul(a, b);
  }),
  /** x Wᵀ + b. */
  linear: (inputs) =>
    api.linear(input(inputs, 'x'), input(inputs, 'weight'), optional('bias', inputs['bias'])),
  /** softmax(q kᵀ / sqrt(width)) v. */
  attention: (inputs) => {
    const [q, k, v] = ['q', 'k', 'v'].map((name) => input(inputs, name)) as [Tensor, Tensor, Tensor];
    const scores = api.div(api.matmul(q, swapLast(k)), Math.sqrt(q.shape.at(-1) as number));
    return api.matmul(api.softmax(scores), v);
  },
};
