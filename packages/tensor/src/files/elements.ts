import type { Backend } from '../backend.js';
import { tensor } from '../create.js';
import { allocateArray, type DType, type TypedArray } from '../dtype.js';
import { FormatError } from '../errors.js';
import { type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** An element type of files, as NumPy spells it (`bf` is bfloat16): how wide it is, and the dtype that holds its values. */
export interface ElementType {
  readonly width: number;
  readonly dtype: DType;
  readonly read: (view: DataView, at: number, isLittle: boolean) => number;
}

/**
 * What can be read. Floats of 16 bits are exact in float32, and integers up to 16 bits in int32; of wider ones, those that int32
 * holds are read and others refused, so nothing is ever rounded.
 */
export const elementTypes: Readonly<Record<string, ElementType>> = {
  f8: { width: 8, dtype: 'float64', read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
  f4: { width: 4, dtype: 'float32', read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  f2: { width: 2, dtype: 'float32', read: (view, at, isLittle) => halfOf(view.getUint16(at, isLittle)) },
  bf2: { width: 2, dtype: 'float32', read: (view, at, isLittle) => bfloatOf(view.getUint16(at, isLittle)) },
  i8: { width: 8, dtype: 'int32', read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) },
  i4: { width: 4, dtype: 'int32', read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  i2: { width: 2, dtype: 'int32', read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  i1: { width: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  u8: { width: 8, dtype: 'int32', read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)) },
  u4: { width: 4, dtype: 'int32', read: (view, at, isLittle) => view.getUint32(at, isLittle) },
  u2: { width: 2, dtype: 'int32', read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  u1: { width: 1, dtype: 'int32', read: (view, at) => view.getUint8(at) },
  b1: { width: 1, dtype: 'bool', read: (view, at) => view.getUint8(at) },
};

/** What each dtype is written as. */
export const writtenAs: Readonly<Record<DType, string>> = {
  float64: 'f8',
  float32: 'f4',
  int32: 'i4',
  bool: 'b1',
};

/** IEEE's binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfOf(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const word = new DataView(new ArrayBuffer(4));

/** The upper half of a float32. */
function bfloatOf(bits: number): number {
  word.setUint32(0, bits * 2 ** 16);
  return word.getFloat32(0);
}

const isLittleHost = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Where the elements of a tensor lie. */
export interface Place {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly isLittle: boolean;
}

/** @throws FormatError, in the name of the operation, for an integer that int32 does not hold. */
export function readElements(
  operation: string,
  type: ElementType,
  shape: Shape,
  place: Place,
  name: string,
  options: { readonly backend?: Backend } = {},
): Tensor {
  return tensor(valuesOf(operation, type, sizeOf(shape), place, name), {
    dtype: type.dtype,
    shape,
    ...options,
  });
}

function valuesOf(
  operation: string,
  type: ElementType,
  size: number,
  { bytes, start, isLittle }: Place,
  name: string,
): TypedArray {
  const { width, dtype, read } = type;
  const values = allocateArray(dtype, size);
  if (isLittle === isLittleHost && type === elementTypes[writtenAs[dtype]]) {
    new Uint8Array(values.buffer).set(bytes.subarray(start, start + size * width));
    return values;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, size * width);
  for (let i = 0; i < size; i++) {
    const value = read(view, i * width, isLittle);
    values[i] = value;
    if (dtype === 'int32' && values[i] !== value) {
      throw new FormatError(operation, {
        expected: `integers from -2^31 to 2^31 - 1 in ${name}`,
        got: String(value),
        difference: `element ${i}, at byte ${start + i * width}`,
        remedy: 'Save it as float64, or subtract what all of them have in common',
      });
    }
  }
  return values;
}

/** Writes the elements in row-major order, little-endian. */
export function writeElements(x: Tensor, bytes: Uint8Array, start: number): void {
  const values = x.dataSync();
  if (isLittleHost) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
    return;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  const width = values.BYTES_PER_ELEMENT;
  values.forEach((value, i) => {
    if (x.dtype === 'float64') view.setFloat64(i * width, value, true);
    else if (x.dtype === 'float32') view.setFloat32(i * width, value, true);
    else if (x.dtype === 'int32') view.setInt32(i * width, value, true);
    else view.setUint8(i, value);
  });
}

/** The bytes that the elements of a tensor take in a file. */
export function byteLengthOf({ dtype, size }: Tensor): number {
  return size * (elementTypes[writtenAs[dtype]] as ElementType).width;
}
