import { describe, expect, it } from 'vitest';
import { philox } from './philox.js';

type Words = readonly [number, number, number, number];

function philoxOf(counter: Words, [key0, key1]: readonly [number, number]): number[] {
  const out = new Uint32Array(4);
  philox(key0, key1, ...counter, out);
  return [...out];
}

/** The algorithm as the paper states it, on 64-bit integers. */
function exactPhilox(counter: Words, key: readonly [number, number]): number[] {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const [product0, product1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & mask,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & mask,
    ];
    [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
  }
  return [c0, c1, c2, c3].map(Number);
}

describe('philox4x32-10', () => {
  // kat_vectors of Random123 1.14 (D. E. Shaw Research).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('maps counter %j under key %j to its known answer', (counter, key, answer) => {
    expect(philoxOf(counter, key)).toEqual(answer);
  });

  it('is the algorithm of the paper for a thousand counters that feed on each other', () => {
    let counter: Words = [1, 2, 3, 4];
    for (let i = 0; i < 1000; i++) {
      const key = [counter[3], counter[1]] as const;
      const exact = exactPhilox(counter, key);
      expect(philoxOf(counter, key)).toEqual(exact);
      counter = exact as unknown as Words;
    }
  });
});
