import { describe, expect, it } from 'vitest';
import { Layout } from '../../layout.js';
import { transpose } from '../../ops/rearrange.js';
import type { Tensor } from '../../tensor.js';
import { unitStream } from '../../views.testing.js';
import { WasmBackend } from '../backend.js';

const backend = new WasmBackend({ smallest: 0 });

function float32(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return backend.upload(values, Layout.contiguous(shape), 'float32');
}

const totalOf = (x: Tensor): number | undefined => backend.sumOfSquares(x)?.item();

describe('the sum of squares', () => {
  it('is that of float64 for any number of elements, in any order, and holds no memory then', () => {
    const draw = unitStream(1);
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 250]) {
      const x = float32(
        Array.from({ length: 2 * size }, () => 8 * draw() - 4),
        [2, size],
      );
      const due = Array.from(x.dataSync()).reduce((total, value) => total + value * value, 0);
      for (const view of [x, transpose(x)]) {
        // As many roundings as there are terms, all of them positive.
        const bound = 2 * size * Number.EPSILON * due;
        expect(Math.abs((totalOf(view) as number) - due)).toBeLessThanOrEqual(bound);
      }
    }
    expect(backend.linearMemory.usedBytes).toBe(0);
  });

  it('neither overflows nor vanishes where squares in float32 would, and is not finite where an element is not', () => {
    expect(totalOf(float32([2 ** 120, 2 ** 120]))).toBe(2 ** 241);
    expect(totalOf(float32([2 ** -140, 0, 0, 0, 0]))).toBe(2 ** -280);
    expect(totalOf(float32([1, Number.NaN]))).toBeNaN();
    expect(totalOf(float32([0, 0, 0, 0, -Infinity]))).toBe(Infinity);
  });

  it('is left to others for other dtypes', () => {
    expect(backend.sumOfSquares(backend.upload([1], Layout.contiguous([1]), 'float64'))).toBeUndefined();
  });
});
