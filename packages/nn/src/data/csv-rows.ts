import { ConfigError, type ErrorDetails, FormatError } from '@renyi/tensor';
import { type Cells, isNonFinite, isNumber, quoted } from './cells.js';
import { CsvLabels, type KnownClasses } from './csv-labels.js';

/** 1 GiB of float32: more would not fit beside its copies in a usual machine's memory. */
const mostNumbers = 2 ** 28;

export interface CsvRowsOptions {
  /** The column with the classes, by its name in the first line or by its number from 1; the last by default. */
  readonly label?: string | undefined;
  readonly known?: KnownClasses | undefined;
  /**
   * How many features there are, where that is known: then a file without the column of classes is taken, too, and its
   * rows have no class.
   */
  readonly features?: number;
  /** Which function errors name; `readCsv` by default. */
  readonly operation?: string;
  /** What errors call the setting of the column; `label` by default. */
  readonly labelSetting?: string;
}

/** The rows of a CSV file. */
export interface CsvContent {
  readonly inputs: Float32Array;
  readonly rows: number;
  readonly features: number;
  /** What the columns of features are called; undefined without a line of names. */
  readonly featureNames: readonly string[] | undefined;
  /** Undefined for a file without classes. */
  readonly labels: ReturnType<CsvLabels['finish']> | undefined;
}

/** Collects the rows of a CSV file, and refuses the first that is not numbers and a class. */
export class CsvRows {
  readonly #file: string;
  readonly #options: CsvRowsOptions;
  readonly #labels: CsvLabels;
  #inputs = new Float32Array(1024);
  #rows = 0;
  #columns = 0;
  /** The place of the class in a line; -1 where there is none. */
  #label = -1;
  #firstLine = 0;
  #names: Cells | undefined;

  constructor(file: string, options: CsvRowsOptions = {}) {
    this.#file = file;
    this.#options = options;
    this.#labels = new CsvLabels(
      (line, details) => this.#fault(line, details, line === undefined ? undefined : this.#label),
      options.known,
    );
  }

  /** @throws FormatError */
  add(cells: Cells, line: number): void {
    if (this.#columns === 0) {
      this.#begin(cells, line);
      const isHeader = cells.every((cell) => cell !== '' && !isNumber(cell) && !isNonFinite(cell));
      if (isHeader) this.#names = cells;
      this.#label = this.#labelColumn(cells.length);
      if (isHeader) return;
    }
    if (cells.length !== this.#columns) {
      throw this.#fault(line, {
        expected: `${this.#columns} cells, as on line ${this.#firstLine}`,
        got: String(cells.length),
        remedy: 'Every line needs the same number of cells',
      });
    }
    let place = this.#rows * this.#features;
    this.#reserve(place + this.#features);
    for (let column = 0; column < cells.length; column++) {
      if (column === this.#label) continue;
      this.#inputs[place] = this.#number(cells[column] as string, line, column);
      place += 1;
    }
    if (this.#label >= 0) this.#labels.add(cells[this.#label] as string, line);
    this.#rows += 1;
  }

  /** @throws FormatError when there are no rows, or the labels are no classes */
  finish(): CsvContent {
    if (this.#rows === 0) {
      throw this.#fault(undefined, {
        expected: 'lines of numbers with a class in the last column',
        got: this.#names === undefined ? 'an empty file' : 'a line of names and nothing after it',
        remedy: 'Write a line for each row of data',
      });
    }
    const features = this.#features;
    return {
      inputs: this.#inputs.slice(0, this.#rows * features),
      rows: this.#rows,
      features,
      featureNames: this.#names?.filter((_, column) => column !== this.#label),
      labels: this.#label < 0 ? undefined : this.#labels.finish(),
    };
  }

  get #features(): number {
    return this.#label < 0 ? this.#columns : this.#columns - 1;
  }

  #begin(cells: Cells, line: number): void {
    if (cells.length < 2 && this.#options.features !== 1) {
      const separator = /[;\t|]/.exec(cells[0] ?? '')?.[0];
      throw this.#fault(line, {
        expected: 'at least one feature and a class, separated by a comma',
        got: quoted(cells[0] ?? ''),
        remedy:
          separator === undefined
            ? 'The last column is the class, unless another is named'
            : `Replace ${quoted(separator)} by commas`,
      });
    }
    this.#columns = cells.length;
    this.#firstLine = line;
  }

  /** Which column has the classes: where the number of features is known, a file may have none. */
  #labelColumn(columns: number): number {
    const { label, features } = this.#options;
    if (features !== undefined && columns !== features && columns !== features + 1) {
      throw this.#fault(this.#firstLine, {
        expected: `${features} features, with or without a class`,
        got: `${columns} cells`,
        remedy: 'Use the columns that were there in training, in the same order',
      });
    }
    if (columns === features) return -1;
    if (label === undefined) return columns - 1;
    const byName = this.#names?.indexOf(label) ?? -1;
    if (byName >= 0) return byName;
    const byNumber = /^\d+$/.test(label) ? Number(label) : 0;
    if (byNumber >= 1 && byNumber <= columns) return byNumber - 1;
    const setting = this.#options.labelSetting ?? 'label';
    throw new ConfigError(this.#options.operation ?? 'readCsv', {
      expected:
        this.#names === undefined
          ? `${setting} to be a column from 1 to ${columns} (${this.#file} has no line of names)`
          : `${setting} to be one of ${this.#names.map(quoted).join(', ')}, or a column from 1 to ${columns}`,
      got: quoted(label),
    });
  }

  #number(cell: string, line: number, column: number): number {
    const value = isNumber(cell) ? Math.fround(Number(cell)) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw this.#fault(
      line,
      {
        expected: isNumber(cell) || isNonFinite(cell) ? 'a finite number (float32)' : 'a number',
        got: quoted(cell),
        remedy:
          cell === ''
            ? 'Fill in missing values, or leave their lines out'
            : 'Correct it, or leave the line out',
      },
      column,
    );
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
    return new FormatError(this.#options.operation ?? 'readCsv', {
      ...details,
      got: `${details.got} in ${where}`,
    });
  }
}
