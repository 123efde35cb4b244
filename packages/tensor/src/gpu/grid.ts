/** How rows of texels lie in a texture that has a longest side: in folds of so many rows, one beside the other. */
export interface Grid {
  /** Texels of a row. */
  readonly columns: number;
  readonly rows: number;
  readonly folds: number;
  /** Rows of a fold: an even number, so that no pair of rows is parted. */
  readonly height: number;
}

/** Up to here, dividing a row's number by multiplying with a rounded reciprocal gives the right whole number. */
const mostRows = 2 ** 20;

/** Undefined where they do not fit; indices, which are float32, must reach every number, too. */
export function gridOf(columns: number, rows: number, longestSide: number): Grid | undefined {
  const folds = Math.max(1, Math.ceil(rows / longestSide));
  const height = folds === 1 ? rows : longestSide;
  const fits = rows <= mostRows && columns * folds <= longestSide && 4 * columns * folds * height <= 2 ** 24;
  // gpu.js lays out a single row as it likes.
  return fits && height > 1 ? { columns, rows, folds, height } : undefined;
}

/** Its width and height in texels. */
export function sizeOfGrid({ columns, folds, height }: Grid): readonly [number, number] {
  return [columns * folds, height];
}

/** Statements that find the row `line` and its column `at` of the texel at `x`, `y`. */
export function placeInGrid({ columns, folds, height }: Grid): string[] {
  if (folds === 1) return ['  const line = y;', '  const at = x;'];
  return [
    `  const fold = Math.floor((x + 0.5) / ${columns});`,
    `  const at = x - fold * ${columns};`,
    `  const line = fold * ${height} + y;`,
  ];
}

/** Statements that define `name` as the index of the first number of texel `at` of row `line`, given expressions of these. */
export function indexInGrid(grid: Grid, line: string, at: string, name: string): string[] {
  const { columns, folds, height } = grid;
  if (folds === 1) return [`  const ${name} = 4 * (${line} * ${columns} + ${at});`];
  return [
    `  const ${name}fold = Math.floor((${line} + 0.5) / ${height});`,
    `  const ${name}row = ${line} - ${name}fold * ${height};`,
    `  const ${name} = 4 * (${name}row * ${columns * folds} + ${name}fold * ${columns} + ${at});`,
  ];
}
