import type { Data } from '../peers/task.js';
import { contest } from './contest.js';
import { uniform } from './data.js';
import type { Suite } from './suite.js';

const cases = [
  { name: 'A B', transposeA: false, transposeB: false },
  { name: 'A B, A stored transposed', transposeA: true, transposeB: false },
  { name: 'A B, B stored transposed', transposeA: false, transposeB: true },
  { name: 'A B, both stored transposed', transposeA: true, transposeB: true },
];

export const matmul: Suite = {
  summary:
    'the product of two square matrices, stored as they are or as their transposes; products in batches',
  async *groups(options) {
    for (const n of options.sizes) {
      const [a, b]: [Data, Data] = [uniform([n, n], 0, 1, 1), uniform([n, n], 0, 1, 2)];
      for (const { name, transposeA, transposeB } of cases) {
        yield await contest(
          options,
          'matmul',
          { a, b, transposeA, transposeB },
          {
            name: `${n} x ${n} times ${n} x ${n}, float32: ${name}`,
            unit: 'ms',
            operations: 1,
            // n multiplications and n additions for each of n^2 elements.
            flops: 2 * n ** 3,
            bytes: 3 * 4 * n ** 2,
            // n roundings of 2^-24 in a float32 sum of n positive terms, to first order; nobody may be worse.
            tolerance: n * 2 ** -24,
          },
        );
      }
    }
    const shapes: readonly (readonly [number, number, number, number])[] = options.full
      ? [
          [64, 32, 32, 32],
          [32, 128, 64, 128],
        ]
      : [[64, 32, 32, 32]];
    for (const [batch, rows, inner, columns] of shapes) {
      const [a, b] = [
        uniform([batch, rows, inner], 0, 1, 1),
        uniform([batch, inner, columns], 0, 1, 2),
      ] as const;
      yield await contest(
        options,
        'batchedMatmul',
        { a, b },
        {
          name: `${batch} times ${rows} x ${inner} times ${inner} x ${columns}, float32`,
          unit: 'ms',
          operations: 1,
          flops: 2 * batch * rows * inner * columns,
          bytes: 4 * batch * (rows * inner + inner * columns + rows * columns),
          tolerance: inner * 2 ** -24,
        },
      );
    }
  },
};
