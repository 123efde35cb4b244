import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Dataset } from '@renyi/nn';
import { decodeIdx } from '@renyi/nn/data';
import { FormatError } from '@renyi/tensor';

/**
 * Images and labels in the IDX format of MNIST and Fashion-MNIST, plain or compressed: bytes, of which images are divided
 * by 255. The labels are in a second file.
 * @param bytes those of the images, where they were read already
 * @param labelsFile the images' name with `labels-idx1` for `images-idx3` by default
 * @throws FormatError with the file and what is wrong with it
 */
export async function readIdxDataset(
  path: string,
  bytes: Uint8Array | undefined,
  labelsFile?: string,
): Promise<Dataset> {
  const labelsPath = labelsFile ?? labelsOf(path);
  const images = await readIdxImages(path, bytes);
  const labels = await readIdx(labelsPath);
  const { rows } = images;
  if (labels.shape.length !== 1 || labels.shape[0] !== rows || rows === 0) {
    throw new FormatError('readIdxDataset', {
      expected: `${rows} labels in ${labelsPath}, one for each image, and at least one`,
      got: `[${labels.shape.join(', ')}]`,
      remedy: 'Give the file of labels that belongs to these images with --label',
    });
  }
  const classes = labels.bytes.reduce((most, label) => Math.max(most, label), 0) + 1;
  return new Dataset({
    inputs: images.inputs,
    labels: Int32Array.from(labels.bytes),
    features: images.features,
    shape: images.shape,
    classes,
    name: basename(path).replace(/(-images)?(-idx\d-ubyte)?(\.gz)?$/i, '') || 'data',
  });
}

/**
 * Images alone, each as a row of numbers from 0 to 1.
 * @throws FormatError with the file and what is wrong with it
 */
export async function readIdxImages(
  path: string,
  bytes?: Uint8Array,
): Promise<{
  readonly inputs: Float32Array;
  readonly rows: number;
  readonly features: number;
  readonly shape: readonly number[];
}> {
  const { shape, bytes: pixels } = await readIdx(path, bytes);
  const [rows = 0, ...extents] = shape;
  const features = extents.reduce((product, extent) => product * extent, 1);
  return {
    inputs: Float32Array.from(pixels, (value) => value / 255),
    rows,
    features,
    // Images of one channel.
    shape: extents.length === 2 ? [1, ...extents] : [features],
  };
}

function labelsOf(path: string): string {
  const name = basename(path).replace('images-idx3', 'labels-idx1');
  const labels = join(dirname(path), name);
  if (name !== basename(path) && existsSync(labels)) return labels;
  throw new FormatError('readIdxDataset', {
    expected: `a file of labels beside ${path}`,
    got: 'none with its name and labels-idx1 for images-idx3',
    remedy: 'Name it with --label',
  });
}

interface Bytes {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

async function readIdx(path: string, bytes?: Uint8Array): Promise<Bytes> {
  try {
    const { shape, values } = await decodeIdx(bytes ?? (await readFile(path)));
    if (values instanceof Uint8Array) return { shape, bytes: values };
  } catch (cause) {
    const isFormat = cause instanceof FormatError;
    const got = isFormat ? cause.got : cause instanceof Error ? cause.message : String(cause);
    const expected = `${isFormat ? cause.expected : 'readable data'} in ${path}`;
    throw new FormatError('readIdxDataset', { expected, got }, { cause });
  }
  const expected = `unsigned bytes in the IDX format in ${path}`;
  throw new FormatError('readIdxDataset', { expected, got: 'numbers of another type' });
}
