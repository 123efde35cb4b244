import { ConfigError, FormatError, ShapeError } from '@renyi/tensor';

/** Labelled texts for classification. */
export class TextDataset {
  readonly texts: readonly string[];
  readonly labels: Int32Array;
  /** What the classes are called, in their order. */
  readonly classNames: readonly string[];

  /** @throws ShapeError unless there is a label for each text @throws FormatError for a label that is no class */
  constructor(init: {
    readonly texts: readonly string[];
    readonly labels: Int32Array;
    readonly classNames: readonly string[];
  }) {
    const { texts, labels, classNames } = init;
    if (texts.length !== labels.length) {
      const expected = `${texts.length} labels, one for each text`;
      throw new ShapeError('TextDataset', { expected, got: String(labels.length) });
    }
    const broken = labels.findIndex((label) => label < 0 || label >= classNames.length);
    if (broken >= 0) {
      const expected = `labels from 0 to ${classNames.length - 1}`;
      throw new FormatError('TextDataset', { expected, got: `${labels[broken]} of text ${broken}` });
    }
    this.texts = texts;
    this.labels = labels;
    this.classNames = classNames;
  }

  get size(): number {
    return this.labels.length;
  }

  get classes(): number {
    return this.classNames.length;
  }
}

export interface TextOptions {
  /** The classes in their order, such as those of the training part; by default all that occur, in order. */
  readonly classNames?: readonly string[];
}

interface Entry {
  readonly text: string;
  readonly name: string;
  readonly line: number;
}

/** Texts with the numbers of their classes. @throws FormatError, ConfigError */
export function textDataset(
  operation: string,
  entries: readonly Entry[],
  { classNames }: TextOptions,
): TextDataset {
  if (entries.length === 0) {
    throw new FormatError(operation, { expected: 'at least one text with its class', got: 'none' });
  }
  const names = classNames ?? inOrder(new Set(entries.map(({ name }) => name)));
  const numbers = new Map(names.map((name, k) => [name, k]));
  if (numbers.size !== names.length) {
    const expected = 'classNames that differ from each other';
    throw new ConfigError(operation, { expected, got: names.join(', ') });
  }
  const labels = Int32Array.from(entries, ({ name, line }) => {
    const label = numbers.get(name);
    if (label !== undefined) return label;
    const expected = `one of the ${names.length} classes`;
    throw new FormatError(operation, { expected, got: `${JSON.stringify(name)} on line ${line}` });
  });
  return new TextDataset({ texts: entries.map(({ text }) => text), labels, classNames: names });
}

/** As numbers where all are; else by code point, not by locale: the same file has the same classes everywhere. */
function inOrder(names: ReadonlySet<string>): string[] {
  const list = [...names];
  if (list.every((name) => /^\d{1,9}$/.test(name))) return list.sort((a, b) => Number(a) - Number(b));
  return list.sort((a, b) => (a < b ? -1 : 1));
}
