import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Dataset } from '@renyi/nn';
import { FormatError } from '@renyi/tensor';

/** The most bytes that a file may unpack to: all of MNIST's images are 47 MB. */
const mostBytes = 2 ** 30;

/** Bytes of the IDX format: two zeros, the type, and how many dimensions. */
interface Idx {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Whether bytes begin as an IDX file of unsigned bytes does. */
export function looksLikeIdx(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0 && head[1] === 0 && head[2] === 8 && (head[3] as number) >= 1;
}

/**
 * Images and labels in the IDX format of MNIST and Fashion-MNIST, plain or compressed: bytes, of which images are divided
 * by 255. The labels are in a second file.
 * @param labelsFile the images' name with `labels-idx1` for `images-idx3` by default
 * @throws FormatError with the file and what is wrong with it
 */
export async function readIdxDataset(path: string, labelsFile?: string): Promise<Dataset> {
  const labelsPath = labelsFile ?? labelsOf(path);
  const images = await readIdxImages(path);
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
): Promise<{ readonly inputs: Float32Array; readonly rows: number; readonly features: number }> {
  const { shape, bytes } = await readIdx(path);
  const [rows = 0, ...extents] = shape;
  return {
    inputs: Float32Array.from(bytes, (value) => value / 255),
    rows,
    features: extents.reduce((product, extent) => product * extent, 1),
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

async function readIdx(path: string): Promise<Idx> {
  const fault = (expected: string, got: string, cause?: unknown): FormatError =>
    new FormatError('readIdxDataset', { expected: `${expected} in ${path}`, got }, { cause });
  let bytes: Uint8Array;
  try {
    const raw = await readFile(path);
    bytes = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw, { maxOutputLength: mostBytes }) : raw;
  } catch (cause) {
    throw fault('readable data', cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!looksLikeIdx(bytes)) throw fault('unsigned bytes in the IDX format', 'something else');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rank = bytes[3] as number;
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw fault(`a header of ${start} bytes`, `${bytes.length} bytes`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length !== start + size)
    throw fault(`${size} bytes after the header, for [${shape.join(', ')}]`, String(bytes.length - start));
  return { shape, bytes: bytes.subarray(start) };
}
