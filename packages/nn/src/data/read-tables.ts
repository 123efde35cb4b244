import { FormatError } from '@renyi/tensor';
import type { Dataset } from '../dataset.js';
import type { KnownClasses } from './csv-labels.js';
import { inFile, type Part, partOf } from './data-file.js';
import type { FoundNumbers, FoundTexts, KnownFile } from './found.js';
import { readCsv } from './read-csv.js';
import { readFastText, readJsonLines, readNewsCsv } from './read-texts.js';
import type { TextDataset, TextOptions } from './texts.js';

export interface TableOptions {
  /** Of a table the column with the classes, by its name or its number from 1; of JSON lines the key, `label` by default. */
  readonly label?: string | undefined;
  /** Of JSON lines the key of the text, `text` by default. */
  readonly text?: string | undefined;
  /** The classes that the data must keep to, such as those of a network that was trained before. */
  readonly known?: KnownClasses | undefined;
}

/** The training part first: the others keep to its classes. */
function inOrder(operation: string, files: readonly KnownFile[]): (readonly [Part, KnownFile])[] {
  const parts = files.length === 1 ? (['train'] as const) : (['train', 'validation', 'test'] as const);
  return parts.flatMap((part) => {
    const own = files.length === 1 ? files : files.filter(({ name }) => partOf(name) === part);
    const [file, another] = own;
    if (another !== undefined) {
      throw new FormatError(operation, {
        expected: `one file for the ${part} part`,
        got: own.map(({ name }) => name).join(', '),
        remedy: 'Join files of one part; the names of others have test or validation in them',
      });
    }
    return file === undefined ? [] : [[part, file] as const];
  });
}

export async function readCsvFiles(
  operation: string,
  files: readonly KnownFile[],
  { label, known }: TableOptions,
): Promise<FoundNumbers> {
  const parts: Partial<Record<Part, Dataset>> = {};
  let classes = known;
  let columns: readonly string[] | undefined;
  for (const [part, { name, bytes }] of inOrder(operation, files)) {
    const options = { ...(label !== undefined && { label }), ...(classes && { known: classes }), name };
    const { dataset, classNames, featureNames } = await inFile(operation, name, () =>
      readCsv(bytes, options),
    );
    const first = Object.values(parts)[0];
    if (first !== undefined && first.features !== dataset.features) {
      const expected = `${first.features} features in ${name}, as in ${first.name}`;
      throw new FormatError(operation, { expected, got: String(dataset.features) });
    }
    classes ??= { classes: dataset.classes, names: classNames };
    columns ??= featureNames;
    parts[part] = dataset;
  }
  const shape = [Object.values(parts)[0]?.features ?? 0];
  return { kind: 'numbers', parts, shape, classNames: classes?.names, featureNames: columns };
}

type ReadTexts = (bytes: Uint8Array, options: TextOptions & TableOptions) => Promise<TextDataset>;

const textReaders: Readonly<Record<'fasttext' | 'news-csv' | 'json-lines', ReadTexts>> = {
  fasttext: readFastText,
  'news-csv': readNewsCsv,
  'json-lines': (bytes, { text, label, ...options }) =>
    readJsonLines(bytes, {
      ...options,
      ...(text !== undefined && { text }),
      ...(label !== undefined && { label }),
    }),
};

export async function readTextFiles(
  operation: string,
  format: keyof typeof textReaders,
  files: readonly KnownFile[],
  options: TableOptions,
): Promise<FoundTexts> {
  const parts: Partial<Record<Part, TextDataset>> = {};
  let classNames = options.known?.names;
  for (const [part, { name, bytes }] of inOrder(operation, files)) {
    const read = (): Promise<TextDataset> =>
      textReaders[format](bytes, { ...options, ...(classNames && { classNames }) });
    const texts = await inFile(operation, name, read);
    classNames ??= texts.classNames;
    parts[part] = texts;
  }
  return { kind: 'texts', parts, classNames: classNames ?? [] };
}
