import type { DatasetInit } from '@renyi/nn';
import { type ErrorDetails, FormatError } from '@renyi/tensor';

/** The cells of one line. */
export type Cells = readonly string[];

/** 1 GiB of float32: more would not fit beside its copies in a usual machine's memory. */
const mostNumbers = 2 ** 28;

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const nonFinite = /^[+-]?(nan|inf|infinity)$/i;

/** Collects the rows of a CSV file, and refuses the first that is not numbers and a class. */
export class CsvRows {
  readonly #file: string;
  readonly #labels: number[] = [];
  /** The line on which each class occurs first. */
  readonly #firstLines = new Map<number, number>();
  #inputs = new Float32Array(1024);
  #columns = 0;
  #firstLine = 0;
  #sawHeader = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws FormatError */
  add(cells: Cells, line: number): void {
    if (this.#columns === 0) {
      this.#begin(cells, line);
      if (cells.every((cell) => cell !== '' && !number.test(cell) && !nonFinite.test(cell))) {
        this.#sawHeader = true;
        return;
      }
    }
    if (cells.length !== this.#columns) {
      throw this.#fault(line, {
        expected: `${this.#columns} cells, as on line ${this.#firstLine}`,
        got: String(cells.length),
        remedy: 'Every line needs the same number of cells',
      });
    }
    const features = this.#columns - 1;
    const start = this.#labels.length * features;
    this.#reserve(start + features);
    for (let column = 0; column < features; column++) {
      this.#inputs[start + column] = this.#number(cells[column] as string, line, column);
    }
    this.#labels.push(this.#label(cells[features] as string, line));
  }

  /** @throws FormatError when the labels are not the classes 0, 1, ... with rows in each */
  finish(): Omit<DatasetInit, 'name'> {
    const rows = this.#labels.length;
    if (rows === 0) {
      throw this.#fault(undefined, {
        expected: 'lines of numbers with a class in the last column',
        got: this.#sawHeader ? 'a line of names and nothing after it' : 'an empty file',
        remedy: 'Write a line for each row of data',
      });
    }
    const classes = this.#checkedClasses();
    const features = this.#columns - 1;
    return {
      inputs: this.#inputs.slice(0, rows * features),
      labels: Int32Array.from(this.#labels),
      features,
      classes,
    };
  }

  #begin(cells: Cells, line: number): void {
    if (cells.length < 2) {
      const separator = /[;\t|]/.exec(cells[0] ?? '')?.[0];
      throw this.#fault(line, {
        expected: 'at least one feature and a class, separated by a comma',
        got: quoted(cells[0] ?? ''),
        remedy:
          separator === undefined ? 'The last column is the class' : `Replace ${quoted(separator)} by commas`,
      });
    }
    this.#columns = cells.length;
    this.#firstLine = line;
  }

  #number(cell: string, line: number, column: number): number {
    const value = number.test(cell) ? Math.fround(Number(cell)) : Number.NaN;
    if (Number.isFinite(value)) return value;
    const isNumber = number.test(cell) || nonFinite.test(cell);
    throw this.#fault(
      line,
      {
        expected: isNumber ? 'a finite number (float32)' : 'a number',
        got: quoted(cell),
        remedy:
          cell === ''
            ? 'Fill in missing values, or leave their lines out'
            : 'Correct it, or leave the line out',
      },
      column,
    );
  }

  #label(cell: string, line: number): number {
    const label = number.test(cell) ? Number(cell) : Number.NaN;
    if (!Number.isInteger(label) || label < 0 || label >= 2 ** 31) {
      throw this.#fault(
        line,
        {
          expected: 'a class, a whole number from 0, in the last column',
          got: quoted(cell),
          remedy: 'Number the classes from 0 on, without gaps',
        },
        this.#columns - 1,
      );
    }
    if (!this.#firstLines.has(label)) this.#firstLines.set(label, line);
    return label;
  }

  #checkedClasses(): number {
    const classes = this.#firstLines.size;
    const rows = this.#labels.length;
    if (classes < 2) {
      throw this.#fault(undefined, {
        expected: 'at least 2 classes in the last column',
        got: `only class ${this.#labels[0]}`,
        remedy: 'Check that the class is the last column',
      });
    }
    for (const [label, line] of this.#firstLines) {
      if (label < classes) continue;
      const missing = Array.from({ length: classes }, (_, k) => k).find((k) => !this.#firstLines.has(k));
      throw this.#fault(line, {
        expected: `the ${classes} classes to be numbered 0 to ${classes - 1}`,
        got: `class ${label}, but no row of class ${missing}`,
        remedy: 'Number the classes from 0 on, without gaps',
      });
    }
    if (classes > rows / 2) {
      throw this.#fault(undefined, {
        expected: 'classes of several rows each',
        got: `${classes} classes in ${rows} rows`,
        remedy: 'Add rows, or check that the class is the last column',
      });
    }
    return classes;
  }

  #reserve(length: number): void {
    if (length <= this.#inputs.length) return;
    if (length > mostNumbers) {
      throw this.#fault(undefined, {
        expected: `at most ${mostNumbers} numbers`,
        got: 'more',
        remedy: 'Train on a part of the rows',
      });
    }
    const grown = new Float32Array(Math.max(length, 2 * this.#inputs.length));
    grown.set(this.#inputs);
    this.#inputs = grown;
  }

  #fault(line: number | undefined, details: ErrorDetails, column?: number): FormatError {
    const where = [
      this.#file,
      ...(line === undefined ? [] : [`line ${line}`]),
      ...(column === undefined ? [] : [`column ${column + 1}`]),
    ].join(', ');
    return new FormatError('readCsvDataset', { ...details, got: `${details.got} in ${where}` });
  }
}

function quoted(cell: string): string {
  if (cell === '') return 'an empty cell';
  return JSON.stringify(cell.length > 40 ? `${cell.slice(0, 40)}...` : cell);
}
