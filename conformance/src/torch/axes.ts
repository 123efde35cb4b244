import { reshape, type Tensor, transpose } from '@renyi/tensor';
import { type Attributes, input, type Operation } from './operation.js';

/** `dim` as our option: PyTorch takes null and an empty list for all axes. */
export function axisOption(dim: Attributes['dim']): { readonly axis?: number | readonly number[] } {
  if (dim === undefined || dim === null) return {};
  return typeof dim !== 'number' && dim.length === 0 ? {} : { axis: dim };
}

/** `dim` where it names one axis. */
export function oneAxis(dim: Attributes['dim'], absent = 0): number {
  return typeof dim === 'number' ? dim : absent;
}

/** PyTorch counts a scalar as one axis of extent 1 wherever it asks for a `dim`, and answers with a scalar. */
export function scalarsAsAxis(operation: Operation): Operation {
  return (inputs, attrs) => {
    if (input(inputs, 'x').rank > 0) return operation(inputs, attrs);
    const lifted = Object.entries(inputs).map(([name, x]) => [name, x.rank === 0 ? reshape(x, [1]) : x]);
    const answer = operation(Object.fromEntries(lifted), attrs);
    const lowered = (x: Tensor): Tensor => (x.size === 1 ? reshape(x, []) : x);
    if ('shape' in answer && 'storage' in answer) return lowered(answer as Tensor);
    return Object.fromEntries(Object.entries(answer).map(([name, x]) => [name, lowered(x as Tensor)]));
  };
}

/** Matrices, transposed. */
export function swapLast(x: Tensor): Tensor {
  const { rank } = x;
  return transpose(x, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]);
}
