/** The cells of one line. */
export type Cells = readonly string[];

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const nonFinite = /^[+-]?(nan|inf|infinity)$/i;

/** Whether a cell is a decimal number: not hexadecimal, not empty, not infinite. */
export function isNumber(cell: string): boolean {
  return number.test(cell);
}

/** Whether a cell says that it is no finite number. */
export function isNonFinite(cell: string): boolean {
  return nonFinite.test(cell);
}

/** A cell as a message shows it. */
export function quoted(cell: string): string {
  if (cell === '') return 'an empty cell';
  return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}...` : cell);
}
