import { FormatError } from '@renyi/tensor';
import { Dataset } from '../dataset.js';
import { unpacked } from './bytes.js';
import { scaled } from './floats.js';

/** An array as a file in the IDX format holds it. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly values: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

interface ElementType {
  readonly bytes: number;
  readonly make: (size: number) => IdxArray['values'];
  readonly read: (view: DataView, at: number) => number;
}

/** By the third byte of a file; big-endian. */
const types: Readonly<Record<number, ElementType>> = {
  8: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  9: { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  11: { bytes: 2, make: (n) => new Int16Array(n), read: (view, at) => view.getInt16(at) },
  12: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) },
  13: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at) },
  14: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at) },
};

/** Whether bytes (unpacked) begin as the IDX format does: two zeros, a type, and a number of axes. */
export function looksLikeIdx(head: Uint8Array): boolean {
  return head[0] === 0 && head[1] === 0 && types[head[2] ?? 0] !== undefined && (head[3] ?? 0) >= 1;
}

/**
 * An array of the IDX format of MNIST and Fashion-MNIST, plain or in gzip, of any of its six types.
 * @throws FormatError for other bytes, and where there are more or fewer of them than the header says
 *
 * @example
 * import { decodeIdx } from '@renyi/nn/data';
 * const { shape, values } = await decodeIdx(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9));
 * console.log(shape, [...values]); // => [ 1, 2 ] [ 7, 9 ]
 */
export async function decodeIdx(file: Uint8Array): Promise<IdxArray> {
  return arrayOf('decodeIdx', file);
}

async function arrayOf(operation: string, file: Uint8Array): Promise<IdxArray> {
  const bytes = await unpacked(operation, file);
  const fault = (expected: string, got: string): FormatError => new FormatError(operation, { expected, got });
  const type = types[bytes[2] ?? 0];
  if (!looksLikeIdx(bytes) || type === undefined) {
    throw fault('the IDX format: 0, 0, a type and a number of axes', `bytes ${bytes.slice(0, 4).join(', ')}`);
  }
  const rank = bytes[3] as number;
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw fault(`a header of ${start} bytes`, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length !== start + size * type.bytes) {
    const expected = `${size * type.bytes} bytes after the header, for [${shape.join(', ')}]`;
    throw fault(expected, String(bytes.length - start));
  }
  if (bytes[2] === 8) return { shape, values: bytes.subarray(start) };
  const values = type.make(size);
  for (let i = 0; i < size; i++) values[i] = type.read(view, start + i * type.bytes);
  return { shape, values };
}

/**
 * A file of images and the one of their labels. Unsigned bytes are divided by 255; other types stay as they are.
 * @param options.classes how many there are; one more than the largest label by default
 * @throws FormatError for other bytes, files that do not belong together, a label that is no class or a value that is not finite
 */
export async function readIdx(
  images: Uint8Array,
  labels: Uint8Array,
  options: { readonly classes?: number; readonly name?: string } = {},
): Promise<Dataset> {
  const { shape, values } = await arrayOf('readIdx', images);
  const { shape: labelsShape, values: given } = await arrayOf('readIdx', labels);
  const [rows = 0, ...extents] = shape;
  const features = extents.reduce((product, extent) => product * extent, 1);
  if (labelsShape.length !== 1 || labelsShape[0] !== rows || rows * features === 0) {
    throw new FormatError('readIdx', {
      expected: 'images, and a label for each',
      got: `images [${shape.join(', ')}] and labels [${labelsShape.join(', ')}]`,
    });
  }
  const broken = given.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < 2 ** 16));
  if (broken >= 0) {
    const expected = 'labels that are whole numbers from 0';
    throw new FormatError('readIdx', { expected, got: `${given[broken]} for image ${broken}` });
  }
  const classes = options.classes ?? Array.from(given).reduce((most, label) => Math.max(most, label), 0) + 1;
  const scale = values instanceof Uint8Array ? 255 : 1;
  return new Dataset({
    inputs: scaled(values, scale),
    labels: Int32Array.from(given),
    features,
    classes,
    name: options.name ?? 'images',
  });
}
