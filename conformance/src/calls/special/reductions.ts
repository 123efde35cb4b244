import * as api from '@renyi/tensor';
import { zeros } from '@renyi/tensor';
import type { SpecialFault } from './fault.js';

export const reductions: readonly SpecialFault[] = [
  ['max', 'DomainError', 'nothing', () => api.max(zeros([0]))],
  ['sum', 'ShapeError', 'an axis of a scalar', () => api.sum(zeros([]), { axis: 0 })],
  ['softmax', 'ShapeError', 'a scalar', () => api.softmax(zeros([]))],
  ['softmax', 'DomainError', 'no classes', () => api.softmax(zeros([2, 0]))],
  ['logSoftmax', 'DomainError', 'no classes', () => api.logSoftmax(zeros([2, 0]))],
];
