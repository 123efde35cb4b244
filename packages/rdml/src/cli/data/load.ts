import type { Dataset } from '@renyi/nn';
import {
  type DataFile,
  type KnownClasses,
  type NumberData,
  readData,
  type ReadDataOptions,
  recognizeFile,
  type TextData,
  TextDataset,
} from '@renyi/nn/data';
import { loadDigits } from '@renyi/nn/digits';
import { ConfigError, FormatError } from '@renyi/tensor';
import { defaultConfig, type TrainingConfig } from '../../index.js';
import { textRows } from '../../models.js';
import { readCsv, readCsvDataset } from './csv-dataset.js';
import { filesIn, oneFile } from './files-in.js';
import { readIdxDataset, readIdxImages } from './idx.js';
import type { LoadedData } from './loaded-data.js';
import { hasLabelledTexts, type OpenedData, openData } from './open-data.js';
import { inPath, nameOf } from './whole-file.js';

/** What a run starts from. */
export interface DataSource {
  /** A file or a folder; the embedded digits where there is none. */
  readonly file: string | undefined;
  /**
   * Of a CSV file the column with the classes, of JSON lines the key, of IDX images and .npy arrays the file of their labels, of CIFAR-100
   * `fine` or `coarse`.
   */
  readonly label: string | undefined;
  /** A file with the test part; without it, that of the archive or folder, or a part of the rows. */
  readonly test?: string | undefined;
  /** Weights to start from. */
  readonly init?: string | undefined;
}

/**
 * Reads data of any format that is known by its content, or the embedded digits.
 * @param config how texts become numbers, and of what kind
 * @param known the classes that the file must keep to
 * @throws FormatError for a file that is no data
 */
export async function loadData(
  source: DataSource,
  config: TrainingConfig = defaultConfig,
  stop?: AbortSignal,
  known?: KnownClasses,
): Promise<LoadedData> {
  const { file, label, test: testFile } = source;
  if (file === undefined) return { dataset: await loadDigits() };
  const opened = await openData(file);
  const loaded = await loadFile(file, opened, label, config, stop, known);
  if (testFile === undefined) return loaded;
  const { dataset, classNames } = loaded;
  const classes = { classes: dataset.classes, names: classNames };
  // Labels in a file of their own belong to the training part.
  const hasLabelsApart = opened.kind === 'file' && ['idx', 'npy'].includes(opened.file.format);
  const otherLabel = hasLabelsApart ? undefined : label;
  const other = await loadFile(testFile, await openData(testFile), otherLabel, config, stop, classes);
  if (other.dataset.features !== dataset.features || other.dataset.classes > dataset.classes) {
    throw new FormatError('loadData', {
      expected: `${dataset.features} features and at most ${dataset.classes} classes in ${testFile}, as in the training file`,
      got: `${other.dataset.features} features and ${other.dataset.classes} classes`,
    });
  }
  return { ...loaded, test: other.dataset.with({ classes: dataset.classes }) };
}

async function loadFile(
  path: string,
  opened: OpenedData,
  label: string | undefined,
  config: TrainingConfig,
  stop?: AbortSignal,
  known?: KnownClasses,
): Promise<LoadedData> {
  if (opened.kind === 'csv') return readCsvDataset(path, { label, known, bytes: opened.bytes }, stop);
  if (opened.kind === 'folder') return readFiles(path, await filesIn(path), { label, known }, config);
  const { file } = opened;
  if (file.format === 'idx') return { dataset: await readIdxDataset(path, file.bytes, label) };
  if (file.format === 'cifar') return readFiles(path, [file], { labels: cifarLabels(label), known }, config);
  if (file.format !== 'npy' || label === undefined) return readFiles(path, [file], { label, known }, config);
  return readFiles(path, [file, await oneFile(label)], { known }, config);
}

async function readFiles(
  path: string,
  files: readonly DataFile[],
  options: ReadDataOptions,
  config: TrainingConfig,
): Promise<LoadedData> {
  const read = await inPath(path, () => readData(files, options));
  return rowsOf(read, nameOf(path), config);
}

/** The parts as rows; a validation part joins the training part, of which each run splits off its own. */
function rowsOf(read: NumberData | TextData, name: string, config: TrainingConfig): LoadedData {
  const make =
    read.kind === 'texts'
      ? (part: TextDataset) => textRows(part, config, name)
      : (part: Dataset) => part.with({ shape: read.shape, name });
  const rows = make as (part: TextDataset | Dataset) => Dataset;
  const { train, validation, test, classNames } = read;
  return {
    dataset: validation === undefined ? rows(train) : joined(rows(train), rows(validation)),
    ...(test && { test: rows(test) }),
    // Classes that are numbers have no names.
    classNames: classNames?.every((own, c) => own === String(c)) === true ? undefined : classNames,
    ...(read.kind === 'numbers' && { featureNames: read.featureNames }),
  };
}

function joined(a: Dataset, b: Dataset): Dataset {
  const inputs = new Float32Array(a.inputs.length + b.inputs.length);
  inputs.set(a.inputs);
  inputs.set(b.inputs, a.inputs.length);
  return a.with({ inputs, labels: Int32Array.from([...a.labels, ...b.labels]) });
}

function cifarLabels(label: string | undefined): 'fine' | 'coarse' {
  if (label === undefined || label === 'fine' || label === 'coarse') return label ?? 'fine';
  throw new ConfigError('loadData', {
    expected: '--label to be fine or coarse for CIFAR-100',
    got: label.slice(0, 60),
  });
}

/**
 * Reads rows to predict, with or without their classes; of texts without any, one a line.
 * @param features how many each row must have
 * @throws FormatError for a file that is no data, or has other features
 */
export async function loadFeatures(
  file: string,
  options: {
    readonly features: number;
    readonly label: string | undefined;
    readonly known: KnownClasses;
    /** Of the run, where it learned from texts. */
    readonly texts?: TrainingConfig | undefined;
  },
  stop?: AbortSignal,
): Promise<{ readonly inputs: Float32Array; readonly rows: number }> {
  const { features, texts: config, known, label } = options;
  const opened = await openData(file);
  if (config !== undefined && !(opened.kind === 'file' && hasLabelledTexts(opened.file))) {
    const texts = await readTextLines(file, opened, known);
    return { inputs: textRows(texts, config).inputs, rows: texts.size };
  }
  if (opened.kind === 'csv') return readCsv(file, { ...options, bytes: opened.bytes }, stop);
  if (opened.kind === 'file' && opened.file.format === 'idx') {
    const images = await readIdxImages(file, opened.file.bytes);
    checkFeatures(images.features, features, file);
    return images;
  }
  const loaded = await loadFile(file, opened, label, config ?? defaultConfig, stop, known);
  const { inputs, size, features: own } = loaded.test ?? loaded.dataset;
  checkFeatures(own, features, file);
  return { inputs, rows: size };
}

function checkFeatures(own: number, features: number, file: string): void {
  if (own === features) return;
  throw new FormatError('loadFeatures', {
    expected: `images of ${features} values in ${file}, as in training`,
    got: `${own} values`,
  });
}

/** Texts alone, one a line. */
async function readTextLines(
  path: string,
  opened: OpenedData,
  { classes }: KnownClasses,
): Promise<TextDataset> {
  const bytes = await bytesOf(path, opened);
  const texts = new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const classNames = Array.from({ length: classes }, (_, c) => String(c));
  return new TextDataset({ texts, labels: new Int32Array(texts.length), classNames });
}

/** The content of a file as a whole, unpacked. */
async function bytesOf(path: string, opened: OpenedData): Promise<Uint8Array> {
  if (opened.kind === 'file') return opened.file.bytes;
  const bytes = (opened.kind === 'csv' ? opened.bytes : undefined) ?? (await oneFile(path)).bytes;
  return (await inPath(path, () => recognizeFile({ name: path, bytes }))).bytes;
}
