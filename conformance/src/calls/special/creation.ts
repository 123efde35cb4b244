import * as api from '@renyi/tensor';
import { tensor, zeros } from '@renyi/tensor';
import { loose, type SpecialFault, x } from './fault.js';

export const creation: readonly SpecialFault[] = [
  ['tensor', 'ShapeError', 'ragged rows', () => tensor([[1, 2], [3]])],
  ['tensor', 'ShapeError', 'a number among rows', () => tensor([[1, 2], 3])],
  ['tensor', 'ShapeError', 'too few values', () => tensor([1, 2, 3], { shape: [2, 2] })],
  ['tensor', 'DTypeError', 'words', () => tensor(loose(['1']))],
  ['tensor', 'DTypeError', 'nothing', () => tensor(loose(null))],
  ['tensor', 'DTypeError', 'an object', () => tensor(loose({ a: 1 }))],
  ['tensor', 'DTypeError', 'a tensor', () => tensor(loose(x()))],
  ['tensor', 'DTypeError', 'a dtype that there is not', () => tensor([1], { dtype: loose('float16') })],
  ['tensor', 'DTypeError', 'BigInts', () => tensor(loose(new BigInt64Array(2)))],
  ['zeros', 'DTypeError', 'a dtype that there is not', () => zeros([1], { dtype: loose('double') })],
  ['zeros', 'ShapeError', 'more than can be counted', () => zeros([2 ** 16, 2 ** 16])],
  ['arange', 'DomainError', 'a step of 0', () => api.arange(0, 1, { step: 0 })],
  ['arange', 'ShapeError', 'more than can be counted', () => api.arange(0, 1, { step: 1e-300 })],
  ['arange', 'ConfigError', 'a word for the end', () => api.arange(0, loose('4'))],
  ['linspace', 'DomainError', 'an infinite end', () => api.linspace(0, Number.POSITIVE_INFINITY, 3)],
  ['eye', 'DTypeError', 'a dtype that there is not', () => api.eye(2, { dtype: loose('float16') })],
  ['item', 'ShapeError', 'several elements', () => x().item()],
];
