import * as api from '@renyi/tensor';
import { eye, zeros } from '@renyi/tensor';
import { loose, type SpecialFault, x } from './fault.js';

export const products: readonly SpecialFault[] = [
  ['matmul', 'ShapeError', 'extents that do not meet', () => api.matmul(x(), x())],
  ['matmul', 'ShapeError', 'a scalar', () => api.matmul(zeros([]), x())],
  [
    'matmul',
    'ShapeError',
    'batches that do not broadcast',
    () => api.matmul(zeros([2, 2, 3]), zeros([3, 3, 2])),
  ],
  ['dot', 'ShapeError', 'other lengths', () => api.dot(zeros([2]), zeros([3]))],
  ['dot', 'ShapeError', 'matrices', () => api.dot(x(), x())],
  ['outer', 'ShapeError', 'a matrix', () => api.outer(x(), zeros([2]))],
  ['einsum', 'ShapeError', 'extents that do not meet', () => api.einsum('ij,jk->ik', x(), x())],
  ['linear', 'ShapeError', 'another number of inputs', () => api.linear(x(), zeros([4, 2]))],
  [
    'linear',
    'ShapeError',
    'another number of biases',
    () => api.linear(x(), zeros([4, 3]), { bias: zeros([3]) }),
  ],
  [
    'linear',
    'ConfigError',
    'another activation',
    () => api.linear(x(), zeros([4, 3]), { activation: loose('gelu') }),
  ],
  ['cholesky', 'ShapeError', 'a matrix that is not square', () => api.cholesky(x())],
  ['triangularSolve', 'ShapeError', 'other extents', () => api.triangularSolve(eye(2), zeros([3, 1]))],
];
