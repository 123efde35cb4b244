import * as api from '@renyi/tensor';
import type { Tensor } from '@renyi/tensor';
import { swapLast } from './axes.js';
import { binary, input, numbered, optional, type Table } from './operation.js';

export const linearAlgebra: Table = {
  matmul: binary(api.matmul),
  dot: binary(api.dot),
  outer: binary(api.outer),
  einsum: (inputs, { equation = '' }) => api.einsum(equation, ...numbered(inputs, 't')),
  linear: (inputs) =>
    api.linear(input(inputs, 'x'), input(inputs, 'weight'), optional('bias', inputs['bias'])),
  /** softmax(q kᵀ / sqrt(width)) v. */
  attention: (inputs) => {
    const [q, k, v] = ['q', 'k', 'v'].map((name) => input(inputs, name)) as [Tensor, Tensor, Tensor];
    const scores = api.div(api.matmul(q, swapLast(k)), Math.sqrt(q.shape.at(-1) as number));
    return api.matmul(api.softmax(scores), v);
  },
};
