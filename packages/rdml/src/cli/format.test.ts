import { expect, test } from 'vitest';
import { decimal, duration, grouped, signed } from './format.js';

test.each([
  [0.12345, 3, '0.123'],
  [-0.0001, 3, '0.000'],
  [9999.5, 1, '9999.5'],
  [123_456, 3, '1.23e+5'],
  [Number.POSITIVE_INFINITY, 3, 'inf'],
  [Number.NEGATIVE_INFINITY, 3, '-inf'],
  [Number.NaN, 3, 'nan'],
])('decimal(%d, %d) is %s', (value, digits, text) => {
  expect(decimal(value, digits)).toBe(text);
});

test.each([
  [0.5, '+0.50'],
  [-0.5, '-0.50'],
  [-0.001, '0.00'],
  [0, '0.00'],
  [Number.POSITIVE_INFINITY, '+inf'],
  [Number.NaN, 'nan'],
])('signed(%d, 2) is %s', (value, text) => {
  expect(signed(value, 2)).toBe(text);
});

test.each([
  [0.4, '0 s'],
  [59.4, '59 s'],
  [125, '2 min 5 s'],
  [4800, '1 h 20 min'],
])('duration(%d) is %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('thousands are separated by commas', () => {
  expect(grouped(1797)).toBe('1,797');
});
