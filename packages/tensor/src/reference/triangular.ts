import type { Kernels } from '../backend.js';
import { DomainError } from '../errors.js';
import { forEachMatrix } from './batches.js';
import type { Matrix } from './product.js';
import { type Allocator, arrayOf } from './storage.js';

const at = ({ data, start, stepRow, stepColumn }: Matrix, i: number, j: number): number =>
  data[start + i * stepRow + j * stepColumn] as number;

/**
 * Row by row (Cholesky and Banachiewicz): l_ij l_jj = a_ij - sum over k < j of l_ik l_jk, and the same with i = j for the square of
 * l_ii, the pivot.
 */
function factor(l: Float64Array, a: Matrix, n: number, index: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = (at(a, i, j) + at(a, j, i)) / 2;
      for (let k = 0; k < j; k++) rest -= (l[i * n + k] as number) * (l[j * n + k] as number);
      if (i > j) l[i * n + j] = rest / (l[j * n + j] as number);
      else if (rest > 0 && rest < Infinity) l[i * n + i] = Math.sqrt(rest);
      else {
        throw new DomainError('cholesky', {
          expected: 'positive definite matrices',
          got: `the pivot ${rest}`,
          difference: `row ${i} of matrix ${index}`,
          remedy: 'To a matrix that is singular but for rounding, add a small multiple of the identity',
        });
      }
    }
  }
}

/** Row by row, from the one that has a single unknown: a_ii x_i = b_i - sum over the known k of a_ik x_k. */
function substitute(
  x: Float64Array,
  [a, b]: readonly [Matrix, Matrix],
  { n, columns, upper, unitDiagonal }: Triangle,
  index: number,
): void {
  for (let step = 0; step < n; step++) {
    const i = upper ? n - 1 - step : step;
    const row = i * columns;
    for (let j = 0; j < columns; j++) x[row + j] = at(b, i, j);
    for (let known = 0; known < step; known++) {
      const k = upper ? n - 1 - known : known;
      const factor = at(a, i, k);
      for (let j = 0; j < columns; j++)
        x[row + j] = (x[row + j] as number) - factor * (x[k * columns + j] as number);
    }
    if (unitDiagonal) continue;
    const pivot = at(a, i, i);
    if (pivot === 0) {
      throw new DomainError('triangularSolve', {
        expected: 'matrices without a zero on the diagonal',
        got: '0',
        difference: `row ${i} of matrix ${index}`,
      });
    }
    for (let j = 0; j < columns; j++) x[row + j] = (x[row + j] as number) / pivot;
  }
}

interface Triangle {
  readonly n: number;
  readonly columns: number;
  readonly upper: boolean;
  readonly unitDiagonal: boolean;
}

/** Both in float64, rounded once at the end. */
export function triangularKernels(allocator: Allocator): Kernels<'cholesky' | 'triangularSolve'> {
  return {
    cholesky: ([a], _attributes, layout, dtype) => {
      const out = allocator.zeros(layout, dtype);
      const n = layout.shape.at(-1) as number;
      const l = new Float64Array(n * n);
      forEachMatrix([a], layout.shape.slice(0, -2), ([matrix], index) => {
        factor(l, matrix as Matrix, n, index);
        arrayOf(out).set(l, out.offset + index * n * n);
      });
      return out;
    },
    triangularSolve: ([a, b], attributes, layout, dtype) => {
      const out = allocator.zeros(layout, dtype);
      const [n, columns] = layout.shape.slice(-2) as [number, number];
      const x = new Float64Array(n * columns);
      forEachMatrix([a, b], layout.shape.slice(0, -2), (pair, index) => {
        substitute(x, pair as readonly [Matrix, Matrix], { n, columns, ...attributes }, index);
        arrayOf(out).set(x, out.offset + index * n * columns);
      });
      return out;
    },
  };
}
