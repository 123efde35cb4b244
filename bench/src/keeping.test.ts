import { expect, test } from 'vitest';
import { keeping } from './keeping.js';

const million = 1_000_000;

test('what is held is counted, and what was only passed through is not', () => {
  const prepared = keeping(
    () => {
      let passing = new Float64Array(million);
      passing = new Float64Array(passing.length / 2);
      return [passing, new Uint8Array(million)];
    },
    (held) => [held.map((array) => array.length)],
  );
  // 8 bytes for each of half a million numbers, and a million bytes; the objects around them are small.
  const bytes = prepared.sampler?.sample() as number;
  expect(Math.abs(bytes - 5 * million)).toBeLessThan(million / 2);
  expect(prepared.values()).toEqual([[million / 2, million]]);
  prepared.close?.();
});
