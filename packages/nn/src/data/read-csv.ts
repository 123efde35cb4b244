import { Dataset } from '../dataset.js';
import { textOf, unpacked } from './bytes.js';
import { csvRecords } from './csv-records.js';
import type { KnownClasses } from './csv-labels.js';
import { CsvRows } from './csv-rows.js';

export interface CsvData {
  readonly dataset: Dataset;
  /** Undefined where classes are numbers. */
  readonly classNames: readonly string[] | undefined;
  /** Undefined without a line of names. */
  readonly featureNames: readonly string[] | undefined;
}

/**
 * Comma-separated numbers with a column of classes, plain or in gzip. A first line of names is known by having no numbers.
 * @param options.label the column with the classes, by its name or its number from 1; the last by default
 * @param options.known the classes of the training part, to which this one keeps
 * @throws FormatError with the line and column, for ragged lines, quotes that do not close, cells that are no finite number or no class
 * @throws ConfigError for a column of classes that there is not
 *
 * @example
 * import { readCsv } from '@renyi/nn/data';
 * const file = new TextEncoder().encode('width,kind\n1.5,b\n2,a\n0.5,b\n1,a\n');
 * const { dataset, classNames, featureNames } = await readCsv(file);
 * console.log(dataset.size, classNames, featureNames); // => 4 [ 'a', 'b' ] [ 'width' ]
 */
export async function readCsv(
  file: Uint8Array,
  options: { readonly label?: string; readonly known?: KnownClasses; readonly name?: string } = {},
): Promise<CsvData> {
  const { name = 'data' } = options;
  const rows = new CsvRows(name, options);
  const text = textOf('readCsv', await unpacked('readCsv', file));
  for (const { cells, line } of csvRecords('readCsv', text)) rows.add(cells, line);
  const { inputs, features, featureNames, labels } = rows.finish();
  const { names, ...classes } = labels ?? { labels: new Int32Array(), classes: 1 };
  return { dataset: new Dataset({ inputs, features, ...classes, name }), classNames: names, featureNames };
}
