import { expect, test } from 'vitest';
import { loadDigits } from './digits.js';

const digits = await loadDigits();

test('there are 1,797 images of 8x8 pixels in 10 classes', () => {
  expect(digits).toMatchObject({ size: 1797, features: 64, classes: 10, name: 'digits' });
  expect(digits.inputs).toHaveLength(1797 * 64);
});

test('each digit occurs 174 to 183 times', () => {
  const counts = new Array<number>(10).fill(0);
  for (const label of digits.labels) counts[label]! += 1;
  expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
});

test('the pixels are those of the source: their sum, and the first row, a zero', () => {
  // The sum of the first 64 columns of the source's file.
  expect(digits.inputs.reduce((sum, value) => sum + value * 16, 0)).toBe(561718);
  const picture = Array.from({ length: 8 }, (_, y) =>
    Array.from(digits.inputs.subarray(y * 8, y * 8 + 8), (v) => v * 16),
  );
  expect(picture).toEqual([
    [0, 0, 5, 13, 9, 1, 0, 0],
    [0, 0, 13, 15, 10, 15, 5, 0],
    [0, 3, 15, 2, 0, 11, 8, 0],
    [0, 4, 12, 0, 0, 8, 8, 0],
    [0, 5, 8, 0, 0, 9, 8, 0],
    [0, 4, 11, 0, 1, 12, 7, 0],
    [0, 2, 14, 5, 10, 12, 0, 0],
    [0, 0, 6, 13, 10, 0, 0, 0],
  ]);
  expect(digits.labels[0]).toBe(0);
});

test('every value is a sixteenth from 0 to 1, so float32 holds it exactly', () => {
  expect(digits.inputs.every((value) => Number.isInteger(value * 16) && value >= 0 && value <= 1)).toBe(true);
});

test('each call gives data of its own', async () => {
  const other = await loadDigits();
  expect(other.inputs).toEqual(digits.inputs);
  expect(other.inputs.buffer).not.toBe(digits.inputs.buffer);
});
