import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Layout } from '../../layout.js';
import { matmul } from '../../ops/matmul.js';
import { transpose } from '../../ops/rearrange.js';
import type { Tensor } from '../../tensor.js';
import { unitStream } from '../../views.testing.js';
import { WasmBackend } from '../backend.js';
import type { Tile } from '../modules/matmul-tile.js';
import { tileFor } from '../support.js';

const tiles: readonly Tile[] = [{ rows: 4, fused: false }, { rows: 6, fused: false }, tileFor()];

/** A matrix in order, or the transpose of one. */
function matrix(
  backend: WasmBackend,
  rows: number,
  columns: number,
  isTransposed: boolean,
  draw: () => number,
): Tensor {
  const values = Float32Array.from({ length: rows * columns }, () => 2 * draw() - 1);
  const shape = isTransposed ? [columns, rows] : [rows, columns];
  const x = backend.upload(values, Layout.contiguous(shape), 'float32');
  return isTransposed ? transpose(x) : x;
}

/** Fails unless each element is within k eps sum |a b| of the sum in float64. */
function check(a: Tensor, b: Tensor, product: Tensor = matmul(a, b)): void {
  const [rows, inner] = a.shape as [number, number];
  const columns = b.shape[1] as number;
  const [c, left, right] = [product.dataSync(), a.dataSync(), b.dataSync()];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      let size = 0;
      for (let k = 0; k < inner; k++) {
        const term = (left[i * inner + k] as number) * (right[k * columns + j] as number);
        sum += term;
        size += Math.abs(term);
      }
      const error = Math.abs((c[i * columns + j] as number) - sum);
      if (!(error <= inner * 2 ** -24 * size)) throw new Error(`[${i}, ${j}] is off by ${error}`);
    }
  }
}

describe('a product of float32 matrices is within k eps sum |a b|', () => {
  it.each(tiles)('for any extents and all four cases of transposition, with tiles of %o', (tile) => {
    const backend = new WasmBackend({ smallest: 0, tile });
    const extent = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(4, 6, 8, 16, 24, 48, 64));
    fc.assert(
      fc.property(extent, extent, extent, fc.boolean(), fc.boolean(), fc.nat(), (m, k, n, ta, tb, seed) => {
        const draw = unitStream(seed);
        check(matrix(backend, m, k, ta, draw), matrix(backend, k, n, tb, draw));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it.each([
    ['rows', 250, 5, 9],
    ['the inner axis', 7, 600, 11],
    ['columns', 5, 9, 2100],
    ['all', 130, 270, 1030],
  ])('across the edges of blocks: %s', (_, m, k, n) => {
    for (const tile of tiles.slice(0, 2)) {
      const backend = new WasmBackend({ tile });
      const draw = unitStream(1);
      check(matrix(backend, m, k, true, draw), matrix(backend, k, n, false, draw));
    }
  });

  it('and the same bits for any tile that rounds as often', () => {
    const products = tiles.slice(0, 2).map((tile) => {
      const backend = new WasmBackend({ tile });
      const draw = unitStream(7);
      return matmul(matrix(backend, 131, 300, false, draw), matrix(backend, 300, 45, true, draw)).dataSync();
    });
    expect(products[1]).toEqual(products[0]);
  });

  it('and the check sees a wrong element', () => {
    const backend = new WasmBackend();
    const draw = unitStream(3);
    const [a, b] = [matrix(backend, 20, 30, false, draw), matrix(backend, 30, 10, false, draw)];
    const values = matmul(a, b).dataSync();
    values[57] = (values[57] as number) + 1e-3;
    const wrong = backend.upload(values, Layout.contiguous([20, 10]), 'float32');
    expect(() => check(a, b, wrong)).toThrow('[5, 7] is off by');
  });
});
