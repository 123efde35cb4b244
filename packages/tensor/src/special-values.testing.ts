import type { Backend } from './backend.js';
import { tensor } from './create.js';
import { relu } from './ops/activations.js';
import { add, div, mul, neg, pow, sub } from './ops/arithmetic.js';
import { equal, greater, less } from './ops/compare.js';
import { exp, expm1, log, log1p, sqrt, tanh } from './ops/functions.js';
import type { Tensor } from './tensor.js';

const { MIN_VALUE: tiny } = Number;

/** Functions of one operand, each with pairs of x and f(x). */
// biome-ignore format: a table
export const unary: readonly (readonly [(x: Tensor) => Tensor, readonly (readonly [number, number])[]])[] = [
  [neg, [[NaN, NaN], [Infinity, -Infinity], [-Infinity, Infinity], [0, -0], [-0, 0]]],
  [exp, [[NaN, NaN], [Infinity, Infinity], [-Infinity, 0], [0, 1], [-0, 1], [710, Infinity], [-746, 0]]],
  [expm1, [[NaN, NaN], [Infinity, Infinity], [-Infinity, -1], [0, 0], [-0, -0], [1e-20, 1e-20]]],
  [log, [[NaN, NaN], [Infinity, Infinity], [-Infinity, NaN], [0, -Infinity], [-0, -Infinity], [-1, NaN], [1, 0]]],
  [log1p, [[NaN, NaN], [Infinity, Infinity], [-1, -Infinity], [0, 0], [-0, -0], [-2, NaN], [1e-20, 1e-20]]],
  [sqrt, [[NaN, NaN], [Infinity, Infinity], [-Infinity, NaN], [0, 0], [-0, -0], [-1, NaN]]],
  [tanh, [[NaN, NaN], [Infinity, 1], [-Infinity, -1], [0, 0], [-0, -0], [1e-20, 1e-20]]],
  [relu, [[NaN, NaN], [Infinity, Infinity], [-Infinity, 0], [0, 0], [-1, 0], [tiny, tiny]]],
];

/** Functions of two operands, each with triples of a, b and f(a, b). */
// biome-ignore format: a table
export const binary: readonly (readonly [(a: Tensor, b: Tensor) => Tensor, readonly (readonly [number, number, number])[]])[] = [
  [add, [[NaN, 1, NaN], [Infinity, -Infinity, NaN], [Infinity, 1, Infinity], [-0, -0, -0], [0, -0, 0]]],
  [sub, [[1, NaN, NaN], [Infinity, Infinity, NaN], [1, Infinity, -Infinity], [0, 0, 0], [-0, 0, -0]]],
  [mul, [[NaN, 0, NaN], [0, Infinity, NaN], [-1, 0, -0], [-2, Infinity, -Infinity]]],
  [div, [[0, 0, NaN], [1, 0, Infinity], [1, -0, -Infinity], [Infinity, Infinity, NaN], [1, -Infinity, -0]]],
  [equal, [[NaN, NaN, 0], [0, -0, 1], [Infinity, Infinity, 1], [Infinity, -Infinity, 0]]],
  [less, [[NaN, 1, 0], [1, NaN, 0], [-0, 0, 0], [-Infinity, Infinity, 1], [1, 1, 0]]],
  [greater, [[NaN, 1, 0], [1, NaN, 0], [0, -0, 0], [Infinity, -Infinity, 1], [1, 1, 0]]],
];

/** The special cases of C99, annex F.10.4.4: triples of a, b and a^b. */
// biome-ignore format: a table
export const powers = [
  // b = 0 and a = 1 give 1, whatever the other is
  [NaN, 0, 1], [NaN, -0, 1], [Infinity, 0, 1], [0, 0, 1], [1, NaN, 1], [1, Infinity, 1], [1, -Infinity, 1],
  [-1, Infinity, 1], [-1, -Infinity, 1],
  // zeros: the sign survives an odd exponent
  [0, -1, Infinity], [-0, -1, -Infinity], [-0, -2, Infinity], [-0, -0.5, Infinity], [-0, 3, -0], [-0, 2, 0],
  [0, 3, 0], [0, -Infinity, Infinity], [-0, Infinity, 0],
  // a negative base
  [-8, 1 / 3, NaN], [-2, 3, -8], [-2, -1, -0.5],
  // infinite exponents and bases
  [0.5, -Infinity, Infinity], [2, -Infinity, 0], [0.5, Infinity, 0], [-0.5, Infinity, 0], [2, Infinity, Infinity],
  [-Infinity, -1, -0], [-Infinity, -2, 0], [-Infinity, 3, -Infinity], [-Infinity, 2, Infinity],
  [-Infinity, 0.5, Infinity], [Infinity, -1, 0], [Infinity, 0.5, Infinity],
  // NaN otherwise
  [NaN, 1, NaN], [2, NaN, NaN],
] as const;

/** A bundle gives functions other names. */
const functions = {
  neg,
  exp,
  expm1,
  log,
  log1p,
  sqrt,
  tanh,
  relu,
  add,
  sub,
  mul,
  div,
  equal,
  less,
  greater,
  pow,
};
const names = new Map<unknown, string>(Object.entries(functions).map(([name, f]) => [f, name]));

/** Where a backend deviates from the tables in float32, in words; each function is asked for all of its values at once. */
export async function deviationsAtSpecialValues(backend: Backend): Promise<string[]> {
  const isFloat32 = (values: readonly number[]): boolean => values.every((x) => Object.is(Math.fround(x), x));
  const column = (rows: readonly (readonly number[])[], k: number): Tensor =>
    tensor(
      rows.map((row) => row[k] as number),
      { backend },
    );
  const deviations: string[] = [];
  const check = async (
    f: (...operands: Tensor[]) => Tensor,
    all: readonly (readonly number[])[],
  ): Promise<void> => {
    const rows = all.filter((row) => isFloat32(row.slice(0, -1)));
    const operands = (rows[0] as readonly number[]).slice(1).map((_, k) => column(rows, k));
    const found = await f(...operands).data();
    for (const [k, row] of rows.entries()) {
      const [value, expected] = [found[k] as number, Math.fround(row.at(-1) as number)];
      if (!Object.is(value, expected))
        deviations.push(
          `${names.get(f)}(${row.slice(0, -1).map(text).join(', ')}) is ${text(value)}, not ${text(expected)}`,
        );
    }
  };
  for (const [f, rows] of unary) await check(f as (...operands: Tensor[]) => Tensor, rows);
  for (const [f, rows] of binary) await check(f as (...operands: Tensor[]) => Tensor, rows);
  await check(pow as (...operands: Tensor[]) => Tensor, powers);
  return deviations;
}

function text(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x);
}
