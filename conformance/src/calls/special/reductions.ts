import * as api from '@renyi/tensor';
import { zeros } from '@renyi/tensor';
import { type SpecialFault, x } from './fault.js';

export const reductions: readonly SpecialFault[] = [
  ['max', 'DomainError', 'nothing', () => api.max(zeros([0]))],
  ['min', 'DomainError', 'nothing', () => api.min(zeros([2, 0]), { axis: 1 })],
  ['argmax', 'DomainError', 'nothing', () => api.argmax(zeros([0]))],
  ['argmin', 'DomainError', 'nothing along the axis', () => api.argmin(zeros([2, 0]), { axis: 1 })],
  ['maxWithIndices', 'DomainError', 'nothing along the axis', () => api.maxWithIndices(zeros([2, 0]))],
  ['minWithIndices', 'ShapeError', 'a scalar', () => api.minWithIndices(zeros([]))],
  ['norm', 'DomainError', 'a negative order', () => api.norm(x(), { p: -1 })],
  ['norm', 'DomainError', 'an order of NaN', () => api.norm(x(), { p: Number.NaN })],
  ['variance', 'DomainError', 'a correction of NaN', () => api.variance(x(), { correction: Number.NaN })],
  [
    'std',
    'DomainError',
    'an infinite correction',
    () => api.std(x(), { correction: Number.POSITIVE_INFINITY }),
  ],
  ['sum', 'ShapeError', 'an axis of a scalar', () => api.sum(zeros([]), { axis: 0 })],
  ['cumsum', 'ShapeError', 'a scalar', () => api.cumsum(zeros([]))],
  ['softmax', 'ShapeError', 'a scalar', () => api.softmax(zeros([]))],
  ['softmax', 'DomainError', 'no classes', () => api.softmax(zeros([2, 0]))],
  ['logSoftmax', 'DomainError', 'no classes', () => api.logSoftmax(zeros([2, 0]))],
];
