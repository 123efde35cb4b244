import type { ErrorDetails, FormatError } from '@renyi/tensor';
import { isNumber, quoted } from './cells.js';

/** Classes that are known beforehand, such as those that a network was trained on. */
export interface KnownClasses {
  readonly classes: number;
  /** What they are called, in their order; undefined where they are numbers. */
  readonly names: readonly string[] | undefined;
}

/** Says that something on a line is wrong; without a line, the whole file. */
export type Fault = (line: number | undefined, details: ErrorDetails) => FormatError;

/**
 * Collects the classes of a column. The first cell decides what they are: whole numbers from 0 on without gaps, or
 * names, which are numbered in their alphabetical order.
 */
export class CsvLabels {
  readonly #fault: Fault;
  readonly #known: KnownClasses | undefined;
  readonly #labels: number[] = [];
  /** The line on which each class occurs first. */
  readonly #firstLines = new Map<number, number>();
  /** Each name's number in the order of occurrence; undefined where classes are numbers. */
  #names: Map<string, number> | undefined;

  constructor(fault: Fault, known?: KnownClasses) {
    this.#fault = fault;
    this.#known = known;
    if (known?.names !== undefined) this.#names = new Map(known.names.map((name, k) => [name, k]));
  }

  get count(): number {
    return this.#labels.length;
  }

  /** @throws FormatError for a cell that is no class */
  add(cell: string, line: number): void {
    if (this.count === 0 && this.#known === undefined && cell !== '' && !isNumber(cell)) {
      this.#names = new Map();
    }
    const label = this.#names === undefined ? this.#number(cell, line) : this.#name(cell, line, this.#names);
    this.#labels.push(label);
    if (!this.#firstLines.has(label)) this.#firstLines.set(label, line);
  }

  #number(cell: string, line: number): number {
    const label = isNumber(cell) ? Number(cell) : Number.NaN;
    const limit = this.#known?.classes ?? 2 ** 31;
    if (Number.isInteger(label) && label >= 0 && label < limit) return label;
    throw this.#fault(line, {
      expected:
        this.#known === undefined
          ? 'a class, a whole number from 0'
          : `a class from 0 to ${limit - 1}, as in training`,
      got: quoted(cell),
      remedy:
        this.#known === undefined
          ? 'Number the classes from 0 on, without gaps, or name them all'
          : 'Check which column has the classes',
    });
  }

  #name(cell: string, line: number, names: Map<string, number>): number {
    const label = names.get(cell);
    if (label !== undefined) return label;
    if (cell === '' || this.#known !== undefined) {
      throw this.#fault(line, {
        expected: this.#known === undefined ? 'a class' : `one of the classes ${listed([...names.keys()])}`,
        got: quoted(cell),
        remedy: 'Fill in missing classes, or leave their lines out',
      });
    }
    names.set(cell, names.size);
    return names.size - 1;
  }

  /** @throws FormatError for fewer than two classes, gaps in their numbers, or hardly more rows than classes */
  finish(): { readonly labels: Int32Array; readonly classes: number; readonly names?: readonly string[] } {
    if (this.#known !== undefined) {
      const { classes, names } = this.#known;
      return { labels: Int32Array.from(this.#labels), classes, ...(names && { names }) };
    }
    const classes = this.#checkedClasses();
    if (this.#names === undefined) return { labels: Int32Array.from(this.#labels), classes };
    const occurring = [...this.#names.keys()];
    // By code point, not by locale: the same file has the same classes everywhere.
    const names = [...occurring].sort((a, b) => (a < b ? -1 : 1));
    const numbers = occurring.map((name) => names.indexOf(name));
    return { labels: Int32Array.from(this.#labels, (label) => numbers[label] as number), classes, names };
  }

  #checkedClasses(): number {
    const classes = this.#firstLines.size;
    if (classes < 2) {
      const [only = ''] = this.#names?.keys() ?? [String(this.#labels[0])];
      throw this.#fault(undefined, {
        expected: 'at least 2 classes',
        got: `only class ${only}`,
        remedy: 'Check which column has the classes: the last, unless another is named',
      });
    }
    for (const [label, line] of this.#firstLines) {
      if (label < classes) continue;
      const missing = Array.from({ length: classes }, (_, k) => k).find((k) => !this.#firstLines.has(k));
      throw this.#fault(line, {
        expected: `the ${classes} classes to be numbered 0 to ${classes - 1}`,
        got: `class ${label}, but no row of class ${missing}`,
        remedy: 'Number the classes from 0 on, without gaps, or name them',
      });
    }
    if (classes > this.count / 2) {
      throw this.#fault(undefined, {
        expected: 'classes of several rows each',
        got: `${classes} classes in ${this.count} rows`,
        remedy: 'Add rows, or check which column has the classes',
      });
    }
    return classes;
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(quoted).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
