import fc from 'fast-check';
import { broadcast, type Expected } from '../oracle.testing.js';
import { anyDType, broadcastable, extents, moderately, type Plan, shapes } from '../plans.testing.js';
import type { LinearAlgebra } from '../primitives/signatures.js';
import type { DType } from '../dtype.js';
import type { Shape } from '../shape.js';
import type { Index, Table } from '../tables.testing.js';
import { type Case, float } from './forms.testing.js';

type Rows = readonly (readonly number[])[];

const matrixOf = ({ shape, at }: Table, batch: Index): Rows =>
  Array.from({ length: shape.at(-2) as number }, (_, i) =>
    Array.from({ length: shape.at(-1) as number }, (_own, j) => at([...batch, i, j])),
  );

/** The matrix of a broadcast operand. */
const matrixAt = (x: Table, batch: Index): Rows => {
  const leading = x.shape.slice(0, -2);
  return matrixOf(
    x,
    batch.slice(batch.length - leading.length).map((i, axis) => (leading[axis] === 1 ? 0 : i)),
  );
};

const zipped = (a: Rows, b: Rows, f: (x: number, y: number) => number): Rows =>
  a.map((row, i) => row.map((x, j) => f(x, b[i]?.[j] as number)));
const product = (a: Rows, b: Rows): Rows =>
  a.map((row) =>
    (b[0] ?? []).map((_, j) => row.reduce((total, x, k) => total + x * (b[k]?.[j] as number), 0)),
  );
const absolute = (a: Rows): Rows => a.map((row) => row.map(Math.abs));

/** Moderate numbers with a diagonal of 2 n + 1 and more, where rows sum to 2 (n - 1) at most beside it. */
const dominant = (shape: Shape, dtype: DType): Plan => {
  const n = shape.at(-1) as number;
  return {
    ...moderately(shape, dtype),
    placed: (drawn, index) => (index.at(-1) === index.at(-2) ? 2 * n + 1 + Math.abs(drawn) : drawn),
  };
};

/**
 * A factor by elimination from the left, column by column, where the kernel goes row by row.
 *
 * To first order, a factor moves by 2^-1/2 kappa(A) |L| |dA| / |A| (Sun 1991), where rounding makes |dA| <= (n + 1) eps n |A|
 * (Higham 2002, theorem 10.3). By Gershgorin's circles, |A| <= 4 n + 1 and kappa(A) <= (4 n + 1) / 3 for dominant matrices.
 */
function factor(a: Rows): { l: Rows; slack: number } {
  const n = a.length;
  const rest = a.map((row, i) => row.map((x, j) => (x + (a[j]?.[i] as number)) / 2));
  const l = a.map((row) => row.map(() => 0));
  for (let k = 0; k < n; k++) {
    const root = Math.sqrt(rest[k]![k]!);
    for (let i = k; i < n; i++) l[i]![k] = rest[i]![k]! / root;
    for (let i = k + 1; i < n; i++)
      for (let j = k + 1; j < n; j++) rest[i]![j]! -= (rest[i]![k]! * rest[k]![j]!) / rest[k]![k]!;
  }
  return { l, slack: 2 * (((4 * n + 1) / 3) * n * (n + 1) * Math.sqrt(4 * n + 1)) };
}

/**
 * A = D (1 + N) with a nilpotent N, so that A⁻¹ B is the finite series of (-N)^k D⁻¹ B.
 *
 * With W the series of |N|^k, both evaluations err by at most (n² + n + 2) eps W (1 + |N|) W |D⁻¹ B| (Higham 2002, theorem 8.5,
 * for the substitution; fewer than n² + n roundings of numbers below W |D⁻¹ B| for the series).
 */
function series(a: Rows, b: Rows, upper: boolean, unitDiagonal: boolean): { x: Rows; slack: Rows } {
  const n = a.length;
  const pivot = (i: number): number => (unitDiagonal ? 1 : (a[i]?.[i] as number));
  const nilpotent = a.map((row, i) => row.map((x, j) => ((upper ? j > i : j < i) ? x / pivot(i) : 0)));
  const scaled = b.map((row, i) => row.map((x) => x / pivot(i)));
  const sumOfPowers = (matrix: Rows, start: Rows, sign: number): Rows => {
    let [term, total] = [start, start];
    for (let k = 1; k < n; k++) {
      term = product(matrix, term).map((row) => row.map((x) => sign * x));
      total = zipped(total, term, (x, y) => x + y);
    }
    return total;
  };
  const size = absolute(nilpotent);
  const once = sumOfPowers(size, absolute(scaled), 1);
  const twice = sumOfPowers(
    size,
    zipped(once, product(size, once), (x, y) => x + y),
    1,
  );
  return {
    x: sumOfPowers(nilpotent, scaled, -1),
    slack: twice.map((row) => row.map((x) => 2 * (n * n + n + 2) * x)),
  };
}

const entry = (matrix: Rows, index: Index): number =>
  matrix[index.at(-2) as number]?.[index.at(-1) as number] as number;

const numeric = anyDType.filter((dtype) => dtype !== 'bool');

/** A factor, and a solution by substitution. */
export const triangular: { readonly [N in Exclude<keyof LinearAlgebra, 'matmul'>]: Case<N> } = {
  cholesky: {
    calls: fc.record({ batch: shapes(0, 2), n: extents, dtype: numeric }).map(({ batch, n, dtype }) => ({
      operands: [dominant([...batch, n, n], dtype)],
      attributes: {},
    })),
    dtype: float,
    oracle: ([a]) => ({
      shape: a.shape,
      at: (index) => entry(factor(matrixOf(a, index.slice(0, -2))).l, index),
      // What is above the diagonal is 0, not nearly so.
      slack: (index) =>
        (index.at(-1) as number) > (index.at(-2) as number)
          ? 0
          : factor(matrixOf(a, index.slice(0, -2))).slack,
    }),
  },
  triangularSolve: {
    calls: shapes(0, 2)
      .chain((batch) =>
        fc.record({
          batchA: broadcastable(batch),
          batchB: broadcastable(batch),
          n: extents,
          columns: extents,
          dtypes: fc.tuple(numeric, anyDType),
          attributes: fc.record({ upper: fc.boolean(), unitDiagonal: fc.boolean() }),
        }),
      )
      .map(({ batchA, batchB, n, columns, dtypes, attributes }) => ({
        operands: [dominant([...batchA, n, n], dtypes[0]), moderately([...batchB, n, columns], dtypes[1])],
        attributes,
      })),
    dtype: float,
    oracle: ([a, b], { upper, unitDiagonal }): Expected => {
      const [n, columns] = b.shape.slice(-2) as [number, number];
      const batch = broadcast([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
      const solved = (index: Index) =>
        series(matrixAt(a, index.slice(0, -2)), matrixAt(b, index.slice(0, -2)), upper, unitDiagonal);
      return {
        shape: [...batch, n, columns],
        at: (index) => entry(solved(index).x, index),
        slack: (index) => entry(solved(index).slack, index),
      };
    },
  },
};
