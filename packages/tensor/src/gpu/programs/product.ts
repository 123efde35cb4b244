import type { DType } from '../../dtype.js';
import type { Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context, Operand } from '../context.js';
import { decimal, type Sampler } from '../glsl.js';
import { type Grid, gridOf, indexInGrid, placeInGrid, sizeOfGrid } from '../grid.js';
import type { Slot } from '../slot.js';
import { coordinates } from '../text.js';

/*
 * Large products in three passes. Both factors are copied into rows along the inner axis, four numbers together, whatever their strides are; a second
 * kernel computes tiles of 2 x 2 results, so that each four numbers are read once for two results; a third puts the tiles in order. A result takes
 * half the reads of one that is computed alone, and a quarter of these where four numbers are read at once.
 */

/** One factor: matrices whose rows run along the inner axis, and how their elements are found. */
export interface Factor {
  readonly operand: Operand;
  /** One matrix that all products share, or one for each. */
  readonly matrices: number;
  readonly rows: number;
  /** What of the text depends on more than the operand and the sizes. */
  readonly of: string;
  /** Statements for a whole row, given `matrix` and `row`. */
  readonly start: () => string[];
  /** Statements for an element, given the name of its place along the inner axis, conditions for it not to be 0, and its index. */
  readonly element: (inner: string) => Element;
}

export interface Element {
  readonly lines: readonly string[];
  readonly inside: readonly string[];
  readonly index: string;
}

/** Products of matrices that have the inner axis in common, and what is done to each result. */
export interface Product {
  readonly name: string;
  readonly left: Factor;
  readonly right: Factor;
  readonly inner: number;
  /** Statements that make the value `result` of `tiled`, given its row `o1` and column `o2`. */
  readonly finish: {
    readonly of: string;
    readonly operands: readonly Operand[];
    readonly lines: () => string[];
  };
}

/** So many products are summed apart. */
const block = 64;

/** A factor's rows, in texels: pairs of rows, the last texel of each filled up with zeros. */
interface Rows extends Factor {
  /** Rows of a matrix, with the one that makes them even. */
  readonly height: number;
  /** The row with which it begins: the right factor lies below the left one. */
  readonly first: number;
}

/** Where everything lies. */
interface Plan {
  readonly a: Rows;
  readonly b: Rows;
  /** Of the rows of both. */
  readonly rows: Grid;
  readonly tiles: Grid;
}

function planOf({ left, right, inner }: Product, matrices: number, longestSide: number): Plan | undefined {
  const even = ({ rows }: Factor): number => 2 * Math.ceil(rows / 2);
  const a = { ...left, height: even(left), first: 0 };
  const b = { ...right, height: even(right), first: left.matrices * even(left) };
  const rows = gridOf(Math.ceil(inner / 4), b.first + b.matrices * b.height, longestSide);
  const tiles = gridOf(b.height / 2, (matrices * a.height) / 2, longestSide);
  return rows && tiles && { a, b, rows, tiles };
}

/** The products, or undefined where they are too few for this to be faster, or too many for the device. */
export function product(context: Context, own: Product, layout: Layout, dtype: DType): Tensor | undefined {
  const { name, left, right, inner, finish } = own;
  const matrices = Math.max(left.matrices, right.matrices);
  const multiplications = matrices * left.rows * right.rows * inner;
  if (multiplications === 0 || multiplications < context.smallestTiled) return undefined;
  const plan = planOf(own, matrices, context.home.device.longestSide);
  if (plan === undefined) return undefined;
  const { a, tiles } = plan;
  const of = `${[left, right].map((factor) => `${factor.of} ${factor.matrices} ${factor.rows}`).join()} ${inner}`;
  const rows = context.pack(
    { name: `${name}: rows`, of, grid: sizeOfGrid(plan.rows), body: () => rowsText(plan, inner) },
    [left.operand, right.operand],
  );
  const tiled = context.pack(
    {
      name: `${name}: tiles`,
      of: `${[left, right].map((factor) => `${factor.matrices} ${factor.rows}`).join()} ${inner}`,
      grid: sizeOfGrid(tiles),
      body: () => tileText(plan),
      native: (sampler) => tileNative(plan, sampler),
    },
    [packed(rows)],
  );
  rows.release();
  const body = (): string =>
    [
      coordinates([matrices, left.rows, right.rows], 'i', 'o'),
      '  const down = Math.floor(0.5 * o1);',
      '  const across = Math.floor(0.5 * o2);',
      ...indexInGrid(tiles, `(o0 * ${a.height / 2} + down)`, 'across', 'tile'),
      '  const tiled = x0[tile + 2 * (o1 - 2 * down) + o2 - 2 * across];',
      ...finish.lines(),
      '  return result;',
    ].join('\n');
  const statements = { name, of: `${left.rows} ${right.rows} ${finish.of}`, body };
  const result = context.run(statements, [packed(tiled), ...finish.operands], layout, dtype);
  tiled.release();
  return result;
}

function packed(value: Slot): Operand {
  return { kind: 'packed', strides: [], offset: 0, value };
}

/** Copies both factors: four numbers of a row. */
function rowsText({ a, b, rows }: Plan, inner: number): string {
  const all = [0, 1, 2, 3];
  const valuesOf = ({ matrices, height, first, start, element }: Rows, k: 0 | 1): string[] => [
    `  const own = line - ${first};`,
    `  const matrix = ${matrices === 1 ? '0' : `Math.floor((own + 0.5) * ${1 / height})`};`,
    `  const row = own - matrix * ${height};`,
    ...start(),
    ...all.flatMap((n) => {
      const { lines, inside, index } = element(`k${n}`);
      const isPadded = n >= (inner % 4 || 4);
      const conditions = [...(isPadded ? [`k${n} < ${inner}`] : []), ...inside];
      return [
        ...lines,
        ...conditions.map((condition) => `  if (${condition}) {`),
        `  value${n} = x${k}[${index}];`,
        ...conditions.map(() => '  }'),
      ];
    }),
  ];
  return [
    ...placeInGrid(rows),
    ...all.flatMap((n) => [`  const k${n} = 4 * at + ${n};`, `  let value${n} = 0;`]),
    `  if (line < ${b.first}) {`,
    ...valuesOf(a, 0),
    '  } else {',
    ...valuesOf(b, 1),
    '  }',
    '  return [value0, value1, value2, value3];',
  ].join('\n');
}

/** Numbers of the rows of both factors that a tile belongs to: the first of two each. */
function factorRows({ a, b }: Plan): { readonly left: string; readonly right: string } {
  const own = `matrix * ${a.height / 2}`;
  return {
    left: a.matrices === 1 ? `2 * (line - ${own})` : '2 * line',
    right: `${b.first} + 2 * at${b.matrices === 1 ? '' : ` + matrix * ${b.height}`}`,
  };
}

/** In the language of gpu.js, from arrays. */
function tileText(plan: Plan): string {
  const { a, rows, tiles } = plan;
  const { left, right } = factorRows(plan);
  const length = 4 * rows.columns;
  const all = [0, 1, 2, 3];
  // Names are not used twice: gpu.js keeps one type for each.
  const step = (k: string, own: string): string[] => [
    ...['a0', 'a1', 'b0', 'b1'].map((name) => `  const ${own}${name} = x0[${name} + ${k}];`),
    ...all.map((n) => `  part${n} = part${n} + ${own}a${n >> 1} * ${own}b${n & 1};`),
  ];
  const sum = (bound: number, k: string, name: string): string[] => [
    ...all.map((n) => `  part${n} = 0;`),
    `  for (let ${name} = 0; ${name} < ${bound}; ${name}++) {`,
    ...step(k, name),
    '  }',
    ...all.map((n) => `  total${n} = total${n} + part${n};`),
  ];
  const whole = Math.floor(length / block);
  const rest = length - whole * block;
  return [
    ...placeInGrid(tiles),
    `  const matrix = Math.floor((line + 0.5) / ${a.height / 2});`,
    ...indexInGrid(rows, `(${left})`, '0', 'a0'),
    `  const a1 = a0 + ${4 * rows.columns * rows.folds};`,
    ...indexInGrid(rows, `(${right})`, '0', 'b0'),
    `  const b1 = b0 + ${4 * rows.columns * rows.folds};`,
    ...all.flatMap((n) => [`  let total${n} = 0;`, `  let part${n} = 0;`]),
    ...(whole > 0
      ? [
          `  for (let block = 0; block < ${whole}; block++) {`,
          ...sum(block, `block * ${block} + step`, 'step'),
          '  }',
        ]
      : []),
    ...(rest > 0 ? sum(rest, `${whole * block} + last`, 'last') : []),
    '  return [total0, total1, total2, total3];',
  ].join('\n');
}

/** In the language of GL, from texels: a texture is read at coordinates between 0 and 1. */
function tileNative(plan: Plan, sampler: Sampler): string {
  const { a, rows, tiles } = plan;
  const { left, right } = factorRows(plan);
  const texels = block / 4;
  const sum = (bound: number, start: string): string[] => [
    '  part = vec4(0.0);',
    `  for (int step = 0; step < ${bound}; step++) {`,
    `    float k = float(${start}step);`,
    ...['a', 'b'].flatMap((name) => [
      `    float ${name}X = ${name}Start + k * ${decimal(1 / (rows.columns * rows.folds))};`,
      ...[0, 1].map((n) => `    vec4 ${name}${n}Four = ${sampler}(x0, vec2(${name}X, ${name}${n}));`),
    ]),
    '    part += vec4(dot(a0Four, b0Four), dot(a0Four, b1Four), dot(a1Four, b0Four), dot(a1Four, b1Four));',
    '  }',
    '  total += part;',
  ];
  const whole = Math.floor(rows.columns / texels);
  const rest = rows.columns - whole * texels;
  const [x, y] = ['floor(gl_FragCoord.x)', 'floor(gl_FragCoord.y)'];
  return [
    ...(tiles.folds === 1
      ? [`  float at = ${x};`, `  float line = ${y};`]
      : [
          `  float fold = floor((${x} + 0.5) * ${decimal(1 / tiles.columns)});`,
          `  float at = ${x} - fold * ${decimal(tiles.columns)};`,
          `  float line = fold * ${decimal(tiles.height)} + ${y};`,
        ]),
    `  float matrix = floor((line + 0.5) * ${decimal(2 / a.height)});`,
    ...rowsNative(rows, left, 'a'),
    ...rowsNative(rows, right, 'b'),
    '  vec4 total = vec4(0.0);',
    '  vec4 part;',
    ...(whole > 0
      ? [`  for (int block = 0; block < ${whole}; block++) {`, ...sum(texels, `block * ${texels} + `), '  }']
      : []),
    ...(rest > 0 ? sum(rest, `${whole * texels} + `) : []),
    '  return total;',
  ].join('\n');
}

/** Statements that find where two rows start: their vertical coordinates `${name}0` and `${name}1`, and the horizontal one. */
function rowsNative({ folds, height, columns }: Grid, row: string, name: string): string[] {
  const step = 1 / (columns * folds);
  const first = row.replaceAll(/\b\d+\b/g, '$&.0');
  const [fold, within] = [`${name}Fold`, `${name}Row`];
  return [
    `  float ${name} = ${first};`,
    ...(folds === 1
      ? [`  float ${within} = ${name};`, `  float ${name}Start = ${decimal(0.5 * step)};`]
      : [
          `  float ${fold} = floor((${name} + 0.5) * ${decimal(1 / height)});`,
          `  float ${within} = ${name} - ${fold} * ${decimal(height)};`,
          `  float ${name}Start = (${fold} * ${decimal(columns)} + 0.5) * ${decimal(step)};`,
        ]),
    `  float ${name}0 = (${within} + 0.5) * ${decimal(1 / height)};`,
    `  float ${name}1 = (${within} + 1.5) * ${decimal(1 / height)};`,
  ];
}
