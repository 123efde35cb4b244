import { expect, test } from 'vitest';
import { fromJson, toJson } from './json.js';

test('what JSON has no numbers for is kept as text', () => {
  const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
  expect(toJson({ alpha: POSITIVE_INFINITY, list: [NEGATIVE_INFINITY, Number.NaN, 1.5] })).toBe(
    '{"alpha":"inf","list":["-inf","nan",1.5]}',
  );
});

test('finite numbers come back bit by bit', () => {
  const values = [0.1, 1 / 3, 5e-324, 1.7976931348623157e308, 2 ** 53 - 1];
  expect(JSON.parse(toJson(values, 2))).toEqual(values);
});

test('what is kept as text is read back as the number that it was, and other text stays text', () => {
  const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;
  const data = { alpha: POSITIVE_INFINITY, list: [NEGATIVE_INFINITY, Number.NaN, 0.1], name: 'info' };
  expect(fromJson(toJson(data))).toEqual(data);
});
