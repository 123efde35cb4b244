import { adaptiveAvgPool2d, avgPool2d, maxPool2d, ones, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { grad } from './grad.js';
import { distinct } from './samples.testing.js';

const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  'the maximum, of windows that overlap and leave a rest': (x) => maxPool2d(x, 2, { stride: [1, 2] }),
  'the maximum, with padding, gaps and counts rounded up': (x) =>
    maxPool2d(x, [3, 2], { stride: 2, padding: 1, dilation: [1, 2], ceilMode: true }),
  'the mean, with padding that counts': (x) => avgPool2d(x, 2, { stride: 1, padding: 1 }),
  'the mean, with padding that does not, and counts rounded up': (x) =>
    avgPool2d(x, [2, 3], { padding: [0, 1], ceilMode: true, countIncludePad: false }),
  'the mean of equal parts': (x) => adaptiveAvgPool2d(x, [2, 1]),
  'the mean of parts that overlap': (x) => adaptiveAvgPool2d(x, [3, 2]),
};

describe('pooling has derivatives that agree with differences to order 2:', () => {
  it.each(Object.entries(functions))('%s', (_, f) => {
    // The square, so that there is something to differentiate twice.
    const squared = (x: Tensor): Tensor => f(x).mul(f(x));
    expect(checkGradients(squared, [distinct([1, 2, 4, 5])]).toString()).toMatch(/agree/);
  });
});

describe('the gradient of the maximum', () => {
  it('is all at the first of equals', () => {
    const gradient = grad((x: Tensor) => maxPool2d(x, 2).sum())(ones([1, 2, 4]));
    expect(gradient.toArray()).toEqual([
      [
        [1, 0, 1, 0],
        [0, 0, 0, 0],
      ],
    ]);
  });

  it('counts the windows that an element is the largest of', () => {
    const peak = tensor([
      [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
    ]);
    const gradient = grad((x: Tensor) => maxPool2d(x, 2, { stride: 1 }).sum())(peak);
    expect(gradient.toArray()).toEqual([
      [
        [0, 0, 0],
        [0, 4, 0],
        [0, 0, 0],
      ],
    ]);
  });
});
