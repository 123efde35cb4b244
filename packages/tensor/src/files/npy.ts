import type { Backend } from '../backend.js';
import { checkTensor } from '../checks.js';
import { FormatError } from '../errors.js';
import { transpose } from '../ops/rearrange.js';
import { sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { byteLengthOf, elementTypes, readElements, writeElements, writtenAs } from './elements.js';
import { magic, readHeader } from './npy-header.js';

/*
 * NumPy's format for one array: a magic number, a version, a header in Python's notation, padded so that the elements begin
 * at a multiple of 64, and the elements. Source: numpy.lib.format (NEP 1).
 */

/**
 * The bytes of a .npy file, version 1.0 in row-major order, the same that `numpy.save` of NumPy 2 writes.
 * @throws BackendError where the tensor cannot be read synchronously @see numpy.save
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { decodeNpy, encodeNpy } from '@renyi/tensor/files';
 * const bytes = encodeNpy(tensor([[1, 2], [3, 4]]));
 * console.log(bytes.length, decodeNpy(bytes).toArray()); // => 144 [ [ 1, 2 ], [ 3, 4 ] ]
 */
export function encodeNpy(x: Tensor): Uint8Array<ArrayBuffer> {
  checkTensor('encodeNpy', x);
  const type = writtenAs[x.dtype];
  const shape = x.rank === 1 ? `(${x.size},)` : `(${x.shape.join(', ')})`;
  const order = x.dtype === 'bool' ? '|' : '<';
  const text = `{'descr': '${order}${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  // NumPy leaves room for the first extent to grow to 21 digits, and pads with one space at least.
  const room = x.rank > 0 ? 21 - String(x.shape[0]).length : 0;
  const start = 64 * (1 + Math.floor((10 + text.length + room + 1) / 64));
  const bytes = new Uint8Array(start + byteLengthOf(x));
  bytes.fill(0x20, 0, start);
  bytes.set([...magic, 1, 0], 0);
  new DataView(bytes.buffer).setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[start - 1] = 0x0a;
  writeElements(x, bytes, start);
  return bytes;
}

/**
 * The array of a .npy file of version 1 to 3, in either order and either byte order: f8 as float64; f4 and f2 as float32; b1 as
 * bool; i1, i2, i4, i8, u1, u2, u4 and u8 as int32. An integer that int32 does not hold is refused, so every value is exact.
 * @param options.backend where the tensor lives; the default backend if none is given
 * @throws FormatError for whatever is not such a file, with the byte where that shows: nothing is read from a file that is too
 * short or too long, nor from one of complex numbers, text or Python objects @see numpy.load
 */
export function decodeNpy(bytes: Uint8Array, options: { readonly backend?: Backend } = {}): Tensor {
  return readNpy('decodeNpy', bytes, 'the array', options);
}

/** `decodeNpy` in the name of another operation. */
export function readNpy(
  operation: string,
  bytes: Uint8Array,
  name: string,
  options: { readonly backend?: Backend },
): Tensor {
  const { descr, fortranOrder, shape, end } = readHeader(operation, bytes);
  const [, order, key] = /^([<>|=])(\w+)$/.exec(descr) ?? [];
  const type = key === undefined || !Object.hasOwn(elementTypes, key) ? undefined : elementTypes[key];
  if (type === undefined || key === 'bf2' || (order === '|' && type.width > 1)) {
    throw new FormatError(operation, {
      expected: `elements of type f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 or b1 in ${name}`,
      got: JSON.stringify(descr.slice(0, 40)),
      difference: `in the header at byte ${bytes[6] === 1 ? 10 : 12}`,
      remedy: descr.endsWith('O')
        ? 'Python objects are code and never read: convert the array with astype before saving it'
        : 'Convert the array with astype before saving it',
    });
  }
  const due = end + sizeOf(shape) * type.width;
  if (bytes.length !== due) {
    throw new FormatError(operation, {
      expected: `${due} bytes in ${name}, as its header says`,
      got: String(bytes.length),
      remedy: bytes.length < due ? 'The file is cut off' : 'There is more than one array in it',
    });
  }
  const place = { bytes, start: end, isLittle: order !== '>' };
  if (!fortranOrder) return readElements(operation, type, shape, place, name, options);
  return transpose(readElements(operation, type, shape.toReversed(), place, name, options));
}
