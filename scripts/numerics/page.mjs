// @ts-check
/** The page docs/numerics.md from what is stated and what was measured. */

import { functions } from './functions.mjs';
import { rowFunctions } from './rows.mjs';
import { specialValues } from './special-values.mjs';
import { boundsOfSums, kindsOfTerms } from './sums.mjs';

/** @typedef {import('./measure.mjs').Setting} Setting */
/** @typedef {Record<Setting, number>} Errors in ULP */

/**
 * What the command measured, kept in docs/numerics.json.
 *
 * @typedef {object} Measured
 * @property {string} on the machine and the date
 * @property {number} points of each function
 * @property {Record<string, Errors>} random
 * @property {Record<string, Errors>} grid
 * @property {Record<string, Errors>} rows
 * @property {Record<string, Errors>} sums
 */

/** @type {readonly Setting[]} */
const columns = ['float64', 'float32', 'wasm'];

/** @param {number} x */
const short = (x) => String(Number(x.toPrecision(3)));

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} body */
const table = (head, body) =>
  [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** @param {number} x */
const power = (x) => (Number.isInteger(x) ? `2^${x}` : short(2 ** x));

/** @param {import('./functions.mjs').Draw} draw */
function formatDraw({ span: [low, high], exponents: [least, most] }) {
  return `${low} to ${high}; size ${power(least)} to ${power(most)}`;
}

/** @param {Measured} measured */
function functionTable({ random, grid }) {
  const body = Object.entries(functions).map(([name, { float64, bounds, grid: point }]) => [
    `\`${name}\``,
    formatDraw(/** @type {import('./functions.mjs').Draw} */ (float64[0])),
    ...columns.flatMap((setting) => [
      String(bounds[setting]),
      short(/** @type {Errors} */ (random[name])[setting]),
      point === undefined ? '' : short(/** @type {Errors} */ (grid[name])[setting]),
    ]),
  ]);
  const head = [
    'function',
    'arguments',
    'float64',
    'random',
    'grid',
    'float32',
    'random',
    'grid',
    'wasm',
    'random',
    'grid',
  ];
  return table(head, body);
}

/** @param {string} what @param {readonly string[]} names @param {(name: string) => Errors} bounds @param {Record<string, Errors>} errors */
function errorTable(what, names, bounds, errors) {
  const body = names.map((name) => [
    name,
    ...columns.flatMap((setting) => [
      String(bounds(name)[setting]),
      short(/** @type {Errors} */ (errors[name])[setting]),
    ]),
  ]);
  return table([what, 'float64', 'measured', 'float32', 'measured', 'wasm', 'measured'], body);
}

/** @param {number} x */
function formatNumber(x) {
  if (Object.is(x, -0)) return '-0';
  return Number.isFinite(x) ? String(Number(x.toPrecision(7))) : String(x);
}

/** @param {readonly number[]} list */
const formatList = (list) => `[${list.map(formatNumber).join(', ')}]`;

function specialTables() {
  return Object.entries(specialValues)
    .map(([title, rows]) => {
      const body = rows.map(({ call, operands, result }) => [
        call,
        operands.map(formatList).join(' and '),
        result.length === 1 ? formatNumber(/** @type {number} */ (result[0])) : formatList(result),
      ]);
      return `### ${title}\n\n${table(['function', 'of', 'is'], body)}`;
    })
    .join('\n\n');
}

/** @param {Measured} measured @returns {string} */
export function page(measured) {
  return `# Numerics

What a program may rely on: how far a result is from the true value, what becomes of NaN, infinities and zeros with a
sign, and which results have the same bits. \`pnpm docs:numerics\` measures and writes this page; the tests hold every
bound and every special value on it, on both backends, in each run.

## How errors are counted

A ULP, unit in the last place, is the distance between neighboring numbers of the dtype where the true value lies. A result
that is rounded correctly is within 1/2 ULP. With u = 2^-53, 1/2 ULP is a relative error of at most u in float64 and of 2^-24 in
float32. The truth comes from arithmetic with 192 binary digits that shares nothing with the library.

- **float64** is computed by the same loops on both backends, or by kernels that give the same bits.
- **float32, reference**: every element is computed in float64 and rounded once. That is 1/2 ULP but for true values
  so close to the middle between two numbers that the error in float64 decides: 0.5001 in the table.
- **float32, wasm**: kernels of float32 arithmetic compute results from some hundred elements on (from 2000 where
  a loop is as fast); for fewer, and for functions that have no kernel, the reference loops do. So the same number may
  differ in its last bits between a short tensor and a long one, within the bounds.

## Functions of one element

Bounds in ULP, and the largest errors among ${measured.points} random arguments and on a grid of 49 to 60 points. Half of the arguments
are uniform in the first interval, half of them have sizes of every order of magnitude in the second, of either sign where
the first has both; in float32 both are narrower where float32 cannot hold them or their values. Errors on the grid in float64 are those from the
rounded truth, so 0 there says rounded correctly and 1 the number beside it.

${functionTable(measured)}

No error at all: \`neg\`, \`abs\`, \`sign\`, \`floor\`, \`ceil\`, \`round\`, \`relu\`, \`minimum\`, \`maximum\`, \`clamp\`, comparisons, logic,
\`where\`; every view, rearrangement and indexing; \`max\`, \`min\`, \`argmax\`, \`argmin\`, \`sort\`, \`argsort\`, \`topK\`. A \`cast\` rounds
once. int32 arithmetic wraps modulo 2^32.

Where to look twice:

- \`exp\`, \`log\`, \`sin\`, \`pow\` and their like in float64 are those of the JavaScript engine, of which the language promises
  nothing. The figures are V8's, as in Node, Deno, Chrome and Edge. The float32 kernels of the wasm backend (\`exp\`, \`expm1\`, \`log\`,
  \`log1p\`, \`sin\`, \`cos\`, \`tanh\`, \`sigmoid\`, \`softplus\`, \`erf\`) are this library's own.
- \`gelu(x)\` far below 0 is x / 2 times the tail of \`erfc\`, which magnifies the rounding of its argument: the error
  grows as x², to 1300 ULP of a number of 1e-300 at x = -37 in float64.
- \`logaddexp\` is within 2 u (|a| + |b| + 4). Where the two terms nearly cancel, as log(e^-1 + e^-0.46), that is many ULP of a
  result near 0. The same holds for \`logSumExp\`.
- \`xlogy\` is a product of a logarithm, within 2.5 ULP in float64.

## Sums

A float64 sum keeps the error of every addition and adds it in the end (Ogita, Rump and Oishi 2005, Sum2): with n terms it is
within u |sum| + n² u² sum |x|, where plain addition may lose n u sum |x|. Of 10^6 terms the last digit is right as long as |sum| is at
least a 9000th of sum |x|. A float32 sum is accumulated in float64 and rounded once: within 2^-24 |sum| + n u sum |x|. Both hold along
rows, down columns and over all axes, and for each number of a \`cumsum\`; a \`mean\` is rounded once more.

Errors in ULP of sums of 10^6 terms, the largest of those over all, along a row and down a column:

${errorTable('terms', kindsOfTerms, () => boundsOfSums, measured.sums)}

What is made of products and sums, for n terms t_i each:

| function | float64 | float32, reference | float32, wasm |
|---|---|---|---|
| \`matmul\`, \`dot\`, \`linear\` before its activation, \`conv2d\`, and their derivatives | n u sum \\|t\\| | 2^-24 \\|y\\| + n u sum \\|t\\| | n 2^-24 sum \\|t\\| |
| \`scatterAdd\`, \`indexAdd\` | n u sum \\|t\\| | 2^-24 \\|y\\| + n u sum \\|t\\| | the same |
| \`prod\` | (n - 1) u \\|y\\| | (n - 1) 2^-24 \\|y\\| | the same |

Functions of rows of 100 numbers, uniform in [-5, 5):

${errorTable('function', Object.keys(rowFunctions), (name) => /** @type {import('./rows.mjs').RowFunction} */ (rowFunctions[name]).bounds, measured.rows)}

\`variance\` subtracts the mean first, so a large mean costs nothing: that of 1e8, 1e8 + 1, ... is exact. \`norm\` scales by a power of two
first and overflows only if the norm itself does. In float64 \`softmax\` is the exponential of a rounded logarithm: a probability p is off
by |log p| roundings, so use \`logSoftmax\` where probabilities are small. Its largest class is left out of the sum, so that
log-probabilities as near to 0 as -1e-300 keep their digits. The Rényi divergences are within 1e-13 of their value, at every order,
in float64: \`conformance/renyi/exact.json\` has their true values.

## The gpu backend

Everything above is about \`reference\` and \`wasm\`. Kernels through gpu.js compute in float32 on whatever the device is, and are held by the same enumeration, in WebGL2, WebGPU
and gpu.js's WebAssembly, to other bounds:

| function | bound |
|---|---|
| elementwise | 4 ULP, the library's own exponential, logarithm, sine and their kin included; \`pow\` 8 + 2 \\|b log a\\| ULP |
| sums, products of matrices, convolutions, norms, log-softmax and what else adds up n terms t_i | 4 ULP, and n 2^-22 sum \\|t\\|: blocks of 64 terms are added up apart, in float32 |
| the Rényi row | that of the algorithm in float32 |
| its gradient for the logits of Q | in class i, with probability q_i and escort weight s_i, 2^-22 max(1, alpha) max(q_i, s_i) (1 + d), where no logit is further than d from another one of its row |

Where it differs in kind:

- There is no float64, so what is accumulated in float64 elsewhere is not here. A mean of a large offset, or a variance, has the digits that float32 leaves.
- int32 is kept in float32: exact to 2^24, refused beyond where it is given, and it does not wrap.
- Results below 2^-126 in size may be 0, and operands below it may count as 0.
- The sine and cosine are good to some thousand radians.
- The derivatives of a Rényi row are NaN where P has mass on a class that Q lacks; its value is right.
- A gradient of a Rényi row is q_i - s_i, and s_i comes from log-ratios as large as logits' differences, which float32 knows to some 2^-24 of their size. So where the two happen to be
  nearly the same, as they rarely are in rows of large logits, few digits of their difference are left. A class with more than half the mass has minus the sum of the others.
- An index that a kernel has computed and that is out of range gives NaN, where other backends throw a \`DomainError\`: kernels cannot throw.
- The bits may differ between devices, drivers and modes.
- Of special values, those of elementwise functions and \`pow\` are tested in each mode: they are the same.

## Special values

NaN, infinities and zeros with a sign mean what IEEE 754 says, and where that says nothing what NumPy and PyTorch make of them: a NaN is never dropped,
nothing is skipped because a factor is 0, and of equals the first one is found. The same tables hold for float32 and
float64, on both backends, for a few numbers and for thousands.

${specialTables()}

A row of -Infinity has no softmax, hence NaN, but it has a \`logSumExp\`, whose gradient is 0 there. What \`where\` does not take has no
influence on value or gradient. Float32 results beyond 3.4e38 are infinite, and subnormal numbers are kept.

## The same bits

- The same program gives the same bits on every run: nothing depends on time, on scheduling or on the state of memory. Sums have
  a fixed order.
- float64 arithmetic and sums have the same bits on both backends. Functions of the engine's \`Math\` may differ between engines.
- \`matmul\` on the wasm backend multiplies and adds with one rounding where the engine has relaxed SIMD and the processor such an
  instruction, else with two: its last bits may differ between machines.
- A \`Generator\` draws the same integers and uniform numbers everywhere. Normal numbers and categories pass through the
  engine's logarithm, cosine and exponential, and may differ in the last bit between engines.

Measured on ${measured.on}.
`;
}
