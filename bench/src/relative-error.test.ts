import { expect, test } from 'vitest';
import { relativeError } from './relative-error.js';

test('the error is relative to the largest expected number of each result', () => {
  expect(relativeError([[1, 100.5]], [[1, 100]])).toBe(0.005);
  expect(relativeError([[0.5, 100]], [[0, 100]])).toBe(0.005);
  expect(relativeError([[100], [1.5]], [[100], [1]])).toBe(0.5);
});

test('equal numbers have no error, zeros too', () => {
  expect(relativeError([[0, 0]], [[0, 0]])).toBe(0);
  expect(relativeError([new Float32Array([1, 2])], [[1, 2]])).toBe(0);
});

test('what is missing, too much or not finite is infinitely wrong', () => {
  expect(relativeError([[1]], [[1, 2]])).toBe(Infinity);
  expect(relativeError([[1]], [[1], [2]])).toBe(Infinity);
  expect(relativeError([[Number.NaN]], [[1]])).toBe(Infinity);
  expect(relativeError([[1]], [[0]])).toBe(Infinity);
});
