import { FormatError } from '@renyi/tensor';
import type { Dataset } from '../dataset.js';
import { type Cifar, cifarOfFiles, cifarShape, readCifar } from './cifar.js';
import { type DataFile, inFile, isHidden } from './data-file.js';
import type { FoundNumbers, FoundTexts, KnownFile, PartsOf } from './found.js';
import { imageFolder, type ImageFolderOptions } from './image-folder.js';
import { readIdxFiles, readNumPyFiles } from './read-arrays.js';
import { readCsvFiles, readTextFiles, type TableOptions } from './read-tables.js';
import { looksLikePng } from './images/png-chunks.js';
import { looksLikePnm } from './images/pnm.js';
import { type DataFormat, foreignFormat, recognized } from './recognize.js';
import { type DataReport, overlapOf, reportOf } from './report.js';
import type { TextDataset } from './texts.js';

export interface ReadDataOptions extends TableOptions, Pick<ImageFolderOptions, 'decode'> {
  /** Of CIFAR-100: its 100 classes by default, or the 20 that they belong to. */
  readonly labels?: 'fine' | 'coarse';
}

/** What is known of every data set that was read. */
export interface ReadReport {
  readonly train: DataReport;
  readonly validation: DataReport | undefined;
  readonly test: DataReport | undefined;
  /** How many rows of the test part occur in the training part; undefined without a test part. */
  readonly overlap: number | undefined;
}

/** What was read: the parts that there are, of which what is alone is the training part. */
interface DataRead<Data> {
  readonly format: DataFormat;
  readonly train: Data;
  readonly validation: Data | undefined;
  readonly test: Data | undefined;
  readonly report: ReadReport;
}

/** Rows of numbers, images among them. */
export interface NumberData extends DataRead<Dataset> {
  readonly kind: 'numbers';
  /** Of a row: [features], or [channels, height, width] of an image. */
  readonly shape: readonly number[];
  /** Undefined where classes are numbers. */
  readonly classNames: readonly string[] | undefined;
  /** Of a table with a line of names. */
  readonly featureNames: readonly string[] | undefined;
}

export interface TextData extends DataRead<TextDataset> {
  readonly kind: 'texts';
  readonly classNames: readonly string[];
}

const operation = 'readData';

/**
 * Reads data of any format that `recognize` knows, told by content: a CIFAR archive, a table, texts or a .npz file alone; IDX or .npy files of
 * inputs and of their labels; a folder of images, class by class. Files (or arrays of a .npz file) whose names say test, t10k or validation are parts
 * of their own, which keep to the classes of the training part. Everything may be in gzip.
 * @param files with their paths, in any order; those that systems leave in folders, such as .DS_Store, are passed over
 * @returns the parts, and of each its size, the rows of each class and its duplicates
 * @throws FormatError with the file, and its line or byte, for what is malformed, of another format or does not belong together
 * @throws ConfigError for a column of classes that there is not
 *
 * @example
 * import { readData } from '@renyi/nn/data';
 * const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
 * const data = await readData([file('train.csv', '1,a\n2,b\n2,b\n3,a\n'), file('test.csv', '2,b\n4,a\n')]);
 * console.log(data.format, data.kind, data.classNames); // => csv numbers [ 'a', 'b' ]
 * console.log(data.report.train.counts, data.report.train.duplicates, data.report.overlap); // => [ 2, 2 ] 1 1
 */
export async function readData(
  files: readonly DataFile[],
  options: ReadDataOptions = {},
): Promise<NumberData | TextData> {
  const visible = files.filter((file) => !isHidden(file));
  const [first] = visible;
  if (first === undefined) throw new FormatError(operation, { expected: 'a file of data', got: 'none' });
  if (visible.some(({ name }) => cifarPart.test(name))) {
    const parts = visible.map(({ name, bytes }) => ({ name: baseName(name), bytes, start: 0 }));
    return withReport(
      'cifar',
      foundCifar(await inFile(operation, 'the folder', () => cifarOfFiles(parts, options))),
    );
  }
  const image = visible.find(({ bytes }) => looksLikePng(bytes) || looksLikePnm(bytes));
  if (image !== undefined || (options.decode !== undefined && foreignFormat(first.bytes) !== undefined)) {
    const classNames = options.known?.names;
    const found = await imageFolder(operation, visible, { decode: options.decode, classNames });
    return withReport('images', { kind: 'numbers', ...found });
  }
  const known: KnownFile[] = [];
  for (const { name, bytes, format } of visible)
    known.push({
      name,
      ...(format === undefined
        ? await inFile(operation, name, () => recognized(operation, bytes))
        : { format, bytes }),
    });
  const format = known[0]?.format as DataFormat;
  const other = known.find((file) => file.format !== format);
  if (other !== undefined) {
    const got = `${format} in ${first.name} and ${other.format} in ${other.name}`;
    throw new FormatError(operation, { expected: 'files of one format', got });
  }
  return withReport(format, await readers[format](known, options));
}

/** What the files of an unpacked archive are called. */
const cifarPart = /(^|\/)(data_batch_\d|test_batch|train|test)\.bin$/;

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

type Read = (files: readonly KnownFile[], options: ReadDataOptions) => Promise<FoundNumbers | FoundTexts>;

const readers: Readonly<Record<DataFormat, Read>> = {
  idx: (files, { known }) => readIdxFiles(operation, files, known?.classes),
  npy: (files, { known }) => readNumPyFiles(operation, files, known?.classes),
  npz: (files, { known }) => readNumPyFiles(operation, files, known?.classes),
  csv: (files, options) => readCsvFiles(operation, files, options),
  fasttext: (files, options) => readTextFiles(operation, 'fasttext', files, options),
  'news-csv': (files, options) => readTextFiles(operation, 'news-csv', files, options),
  'json-lines': (files, options) => readTextFiles(operation, 'json-lines', files, options),
  images: async (files, options) => ({ kind: 'numbers', ...(await imageFolder(operation, files, options)) }),
  cifar: async ([file, another], options) => {
    const { name, bytes } = file as KnownFile;
    if (another === undefined) {
      return foundCifar(await inFile(operation, name, () => readCifar(bytes, options)));
    }
    const got = `${name} and ${another.name}`;
    throw new FormatError(operation, { expected: 'one archive, or its files with their names', got });
  },
};

function foundCifar({ train, test, classNames }: Cifar): FoundNumbers {
  const parts = { ...(train && { train }), ...(test && { test }) };
  return { kind: 'numbers', parts, shape: cifarShape, classNames };
}

function withReport(format: DataFormat, found: FoundNumbers | FoundTexts): NumberData | TextData {
  if (found.kind === 'texts') {
    const { kind, classNames, parts } = found;
    return { kind, format, classNames, ...reported(parts) };
  }
  const { kind, shape, classNames, featureNames, parts } = found;
  return { kind, format, shape, classNames, featureNames, ...reported(parts) };
}

function reported<Data extends Dataset | TextDataset>(
  parts: PartsOf<Data>,
): Pick<DataRead<Data>, 'train' | 'validation' | 'test' | 'report'> {
  const [alone] = Object.values(parts);
  const train = (parts.train ?? alone) as Data;
  const validation = parts.validation === train ? undefined : parts.validation;
  const test = parts.test === train ? undefined : parts.test;
  const report = {
    train: reportOf(train),
    validation: validation && reportOf(validation),
    test: test && reportOf(test),
    overlap: test && overlapOf(train, test),
  };
  return { train, validation, test, report };
}
