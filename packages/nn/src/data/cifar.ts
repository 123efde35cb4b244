import { FormatError } from '@renyi/tensor';
import { Dataset } from '../dataset.js';
import { textOf, unpacked } from './bytes.js';
import { filesOfTar, looksLikeTar, type TarFile } from './tar.js';

/** The shape of an image. */
export const cifarShape: readonly number[] = [3, 32, 32];

/** Images of 3 x 32 x 32 bytes: red, green and blue, each row by row. */
const features = 3072;

export interface CifarOptions {
  /** Of CIFAR-100: its 100 classes by default, or the 20 that they belong to. */
  readonly labels?: 'fine' | 'coarse';
}

export interface Cifar {
  /** Undefined where the file has none. */
  readonly train: Dataset | undefined;
  readonly test: Dataset | undefined;
  /** What the classes are called, where the archive says it. */
  readonly classNames: readonly string[] | undefined;
}

interface Kind {
  readonly name: string;
  /** Label bytes before an image. */
  readonly labels: number;
  /** Which of them counts, and how many classes it has. */
  readonly label: number;
  readonly classes: number;
  readonly namesFile: string;
}

function kindOf(labelBytes: number, { labels = 'fine' }: CifarOptions): Kind {
  if (labelBytes === 1)
    return { name: 'cifar-10', labels: 1, label: 0, classes: 10, namesFile: 'batches.meta.txt' };
  const [label, classes] = labels === 'fine' ? [1, 100] : [0, 20];
  return { name: 'cifar-100', labels: 2, label, classes, namesFile: `${labels}_label_names.txt` };
}

/**
 * CIFAR-10 or CIFAR-100 in the binary version, straight from the .tar.gz (or .tar): inputs in [0, 1], images of [3, 32, 32]. A
 * single file of records (.bin) is taken, too, as the training part.
 * @throws FormatError with the byte for what is damaged; the version for Python is refused with the name of the one to take
 * Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
 *
 * @example
 * import { readCifar } from '@renyi/nn/data';
 * const record = new Uint8Array(3073).fill(255).fill(6, 0, 1);
 * const { train } = await readCifar(record);
 * console.log(train?.size, train?.labels[0], train?.inputs[0]); // => 1 6 1
 */
export async function readCifar(file: Uint8Array, options: CifarOptions = {}): Promise<Cifar> {
  const bytes = await unpacked('readCifar', file);
  if (looksLikeTar(bytes)) return cifarOfFiles(filesOfTar('readCifar', bytes), options);
  const labels = [1, 2].find((count) => bytes.length > 0 && bytes.length % (features + count) === 0);
  if (labels === undefined) {
    const got = isPickle(bytes) ? 'a file for Python' : `${bytes.length} bytes`;
    throw new FormatError('readCifar', {
      expected: `an archive, or records of ${features + 1} or ${features + 2} bytes`,
      got,
      remedy,
    });
  }
  const single: TarFile = { name: 'the file', bytes, start: 0 };
  return { train: datasetOf([single], kindOf(labels, options)), test: undefined, classNames: undefined };
}

const remedy = 'Take cifar-10-binary.tar.gz or cifar-100-binary.tar.gz';

/** The files of an archive, or of a folder to which it was unpacked. @throws FormatError */
export function cifarOfFiles(files: readonly TarFile[], options: CifarOptions): Cifar {
  const named = new Map<string, TarFile>();
  for (const file of files) {
    const isPart = file.name.endsWith('.bin');
    if (isPart && named.has(file.name)) {
      const expected = `one ${file.name} in the archive`;
      throw new FormatError('readCifar', { expected, got: `another at byte ${file.start}` });
    }
    named.set(file.name, file);
  }
  const part = (pattern: RegExp): TarFile[] =>
    files.filter(({ name }) => pattern.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const isTen = part(/^(data_batch_\d|test_batch)\.bin$/).length > 0;
  const [train, test] = isTen
    ? [part(/^data_batch_\d\.bin$/), part(/^test_batch\.bin$/)]
    : [part(/^train\.bin$/), part(/^test\.bin$/)];
  if (train.length + test.length === 0) {
    const isPython = files.some(({ bytes }) => isPickle(bytes));
    const names = files.slice(0, 4).map(({ name }) => name);
    throw new FormatError('readCifar', {
      expected: 'data_batch_1.bin and its like, or train.bin, in the archive',
      got: isPython ? 'the version for Python' : `${names.join(', ') || 'nothing'}`,
      remedy,
    });
  }
  const kind = kindOf(isTen ? 1 : 2, options);
  const names = named.get(kind.namesFile);
  return {
    train: train.length > 0 ? datasetOf(train, kind) : undefined,
    test: test.length > 0 ? datasetOf(test, kind) : undefined,
    classNames: names && namesIn(names, kind),
  };
}

function namesIn({ name, bytes }: TarFile, { classes }: Kind): readonly string[] {
  const names = textOf('readCifar', bytes).trim().split(/\r?\n/);
  if (names.length === classes) return names;
  throw new FormatError('readCifar', {
    expected: `${classes} lines in ${name}`,
    got: `${names.length}, the last of them line ${names.length}`,
  });
}

function datasetOf(files: readonly TarFile[], { name, labels: labelBytes, label, classes }: Kind): Dataset {
  const record = labelBytes + features;
  for (const file of files) {
    if (file.bytes.length % record === 0) continue;
    const expected = `records of ${record} bytes in ${file.name}`;
    throw new FormatError('readCifar', { expected, got: `${file.bytes.length} bytes`, remedy });
  }
  const rows = files.reduce((total, { bytes }) => total + bytes.length / record, 0);
  const inputs = new Float32Array(rows * features);
  const labels = new Int32Array(rows);
  let row = 0;
  for (const { name: fileName, bytes } of files) {
    for (let at = 0; at < bytes.length; at += record) {
      const own = bytes[at + label] as number;
      if (own >= classes) {
        const expected = `classes from 0 to ${classes - 1}`;
        throw new FormatError('readCifar', { expected, got: `${own} at byte ${at + label} of ${fileName}` });
      }
      labels[row] = own;
      const start = at + labelBytes;
      for (let i = 0; i < features; i++) inputs[row * features + i] = (bytes[start + i] as number) / 255;
      row += 1;
    }
  }
  return new Dataset({ inputs, labels, features, classes, name });
}

/** Protocols 2 to 5 begin with their number. */
function isPickle(bytes: Uint8Array): boolean {
  return bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5;
}
