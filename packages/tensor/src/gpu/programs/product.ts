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

/** A factor's rows, padded to pairs, in texels; the last texel of a row is filled up with zeros. */
interface Rows extends Factor {
  readonly grid: Grid;
  /** Rows of a matrix, with the one that makes them even. */
  readonly height: number;
}

/** The products, or undefined where they are too few for this to be faster, or too many for the device. */
export function product(context: Context, own: Product, layout: Layout, dtype: DType): Tensor | undefined {
  const { left, right, inner } = own;
  const matrices = Math.max(left.matrices, right.matrices);
  const multiplications = matrices * left.rows * right.rows * inner;
  if (multiplications === 0 || multiplications < context.smallestTiled) return undefined;
  const { longestSide } = context.home.device;
  const rowsOf = (factor: Factor): Rows | undefined => {
    const height = 2 * Math.ceil(factor.rows / 2);
    const grid = gridOf(Math.ceil(inner / 4), factor.matrices * height, longestSide);
    return grid && { ...factor, grid, height };
  };
  const [a, b] = [rowsOf(left), rowsOf(right)];
  if (a === undefined || b === undefined) return undefined;
  const tiles = gridOf(b.height / 2, (matrices * a.height) / 2, longestSide);
  if (tiles === undefined) return undefined;
  const rows = [a, b].map((factor) => packed(pack(context, own.name, factor, inner)));
  const tiled = context.pack(
    {
      name: `${own.name}: tiles`,
      of: `${matrices} ${[a, b].map((factor) => `${factor.matrices} ${factor.height} ${factor.grid.columns}`).join()}`,
      grid: sizeOfGrid(tiles),
      body: () => tileText(a, b, tiles),
      native: (sampler) => tileNative(a, b, tiles, sampler),
    },
    rows,
  );
  for (const { value } of rows) (value as Slot).release();
  const { finish } = own;
  const operands = [packed(tiled), ...finish.operands];
  const of = `${left.rows} ${right.rows} ${finish.of}`;
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
  const result = context.run({ name: own.name, of, body }, operands, layout, dtype);
  tiled.release();
  return result;
}

function packed(value: Slot): Operand {
  return { kind: 'packed', strides: [], offset: 0, value };
}

function pack(context: Context, name: string, rows: Rows, inner: number): Slot {
  const { grid, operand, of, start, element, matrices, height } = rows;
  const body = (): string => {
    const lines = [
      ...placeInGrid(grid),
      `  const matrix = ${matrices === 1 ? '0' : `Math.floor((line + 0.5) / ${height})`};`,
      `  const row = line - matrix * ${height};`,
      ...start(),
    ];
    for (let k = 0; k < 4; k++) {
      const { lines: own, inside, index } = element(`k${k}`);
      const isPadded = k >= (inner % 4 || 4);
      const conditions = [...(isPadded ? [`k${k} < ${inner}`] : []), ...inside];
      lines.push(
        `  const k${k} = 4 * at + ${k};`,
        ...own,
        `  let value${k} = 0;`,
        ...conditions.map((condition) => `  if (${condition}) {`),
        `  value${k} = x0[${index}];`,
        ...conditions.map(() => '  }'),
      );
    }
    return [...lines, '  return [value0, value1, value2, value3];'].join('\n');
  };
  const key = `${of} ${matrices} ${rows.rows} ${inner}`;
  return context.pack({ name: `${name}: rows`, of: key, grid: sizeOfGrid(grid), body }, [operand]);
}

/** Statements that number the rows of both factors that a tile belongs to: the first of two each. */
function factorRows(a: Rows, b: Rows): { readonly left: string; readonly right: string } {
  const own = `matrix * ${a.height / 2}`;
  return {
    left: a.matrices === 1 ? `2 * (line - ${own})` : '2 * line',
    right: b.matrices === 1 ? '2 * at' : `matrix * ${b.height} + 2 * at`,
  };
}

/** In the language of gpu.js, from arrays. */
function tileText(a: Rows, b: Rows, tiles: Grid): string {
  const { left, right } = factorRows(a, b);
  const length = 4 * a.grid.columns;
  const all = [0, 1, 2, 3];
  // Names are not used twice: gpu.js keeps one type for each.
  const step = (k: string, own: string): string[] => [
    ...['a0', 'a1'].map((name) => `  const ${own}${name} = x0[${name} + ${k}];`),
    ...['b0', 'b1'].map((name) => `  const ${own}${name} = x1[${name} + ${k}];`),
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
    ...indexInGrid(a.grid, `(${left})`, '0', 'a0'),
    `  const a1 = a0 + ${4 * a.grid.columns * a.grid.folds};`,
    ...indexInGrid(b.grid, `(${right})`, '0', 'b0'),
    `  const b1 = b0 + ${4 * b.grid.columns * b.grid.folds};`,
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
function tileNative(a: Rows, b: Rows, tiles: Grid, sampler: Sampler): string {
  const { left, right } = factorRows(a, b);
  const { columns } = a.grid;
  const texels = block / 4;
  const sum = (bound: number, start: string): string[] => [
    '  part = vec4(0.0);',
    `  for (int step = 0; step < ${bound}; step++) {`,
    `    float k = float(${start}step);`,
    ...['a', 'b'].flatMap((name, x) => [
      `    float ${name}X = ${name}Start + k * ${name}Step;`,
      ...[0, 1].map((n) => `    vec4 ${name}${n}Four = ${sampler}(x${x}, vec2(${name}X, ${name}${n}));`),
    ]),
    '    part += vec4(dot(a0Four, b0Four), dot(a0Four, b1Four), dot(a1Four, b0Four), dot(a1Four, b1Four));',
    '  }',
    '  total += part;',
  ];
  const whole = Math.floor(columns / texels);
  const rest = columns - whole * texels;
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
    ...rowsNative(a.grid, left, 'a'),
    ...rowsNative(b.grid, right, 'b'),
    '  vec4 total = vec4(0.0);',
    '  vec4 part;',
    ...(whole > 0
      ? [`  for (int block = 0; block < ${whole}; block++) {`, ...sum(texels, `block * ${texels} + `), '  }']
      : []),
    ...(rest > 0 ? sum(rest, `${whole * texels} + `) : []),
    '  return total;',
  ].join('\n');
}

/** Statements that find where two rows start: their vertical coordinates `${name}0` and `${name}1`, the horizontal one, and its steps. */
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
    `  const float ${name}Step = ${decimal(step)};`,
  ];
}
