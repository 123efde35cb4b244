import type { Backend } from '../backend.js';
import type { DType } from '../dtype.js';
import { FormatError } from '../errors.js';
import { type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { byteLengthOf, type ElementType, elementTypes, readElements, writeElements } from './elements.js';

/*
 * The safetensors format: 8 bytes with the header's length (little-endian), a JSON header that gives each
 * tensor's dtype, shape and byte range, then the bytes, without gaps. It holds no code, so reading a file from
 * a stranger is safe. Source: https://github.com/huggingface/safetensors (format description).
 */

/** Where a tensor lies, in bytes from the end of the header. */
interface Entry {
  readonly type: ElementType;
  readonly shape: Shape;
  readonly start: number;
  readonly end: number;
}

/** In the order in which their tensors are written: the widest first, so that all of them lie aligned. */
const toFileType: Readonly<Record<DType, string>> = {
  float64: 'F64',
  float32: 'F32',
  int32: 'I32',
  bool: 'BOOL',
};
const writingOrder = Object.keys(toFileType);
/** What is read, as NumPy spells it. */
const readTypes: ReadonlyMap<unknown, string> = new Map([
  ['F64', 'f8'],
  ['F32', 'f4'],
  ['F16', 'f2'],
  ['BF16', 'bf2'],
  ['I64', 'i8'],
  ['I32', 'i4'],
  ['I16', 'i2'],
  ['I8', 'i1'],
  ['U64', 'u8'],
  ['U32', 'u4'],
  ['U16', 'u2'],
  ['U8', 'u1'],
  ['BOOL', 'b1'],
]);
/** What a file may hold and this library does not. */
const foreignType = /^(C64|F4|F6_\w+|F8_\w+)$/;
const largestHeader = 100_000_000;
const metadataKey = '__metadata__';

/**
 * The bytes of a safetensors file: metadata, then tensors by dtype and name, as safetensors' own writer orders them,
 * so that equal tensors give equal bytes.
 * @throws FormatError for the reserved name `__metadata__`, or metadata that is not text
 * @see safetensors.torch.save, load_file
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { decodeSafetensors, encodeSafetensors } from '@renyi/tensor/files';
 * const bytes = encodeSafetensors({ weight: tensor([[1, 2]]) }, { epoch: '3' });
 * const { tensors, metadata } = decodeSafetensors(bytes);
 * console.log(tensors.weight?.toArray(), metadata.epoch); // => [ [ 1, 2 ] ] 3
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const names = writingOrder.flatMap((dtype) =>
    Object.keys(tensors)
      .filter((name) => tensors[name]?.dtype === dtype)
      .sort(),
  );
  if (names.includes(metadataKey)) {
    throw new FormatError('encodeSafetensors', {
      expected: 'names of tensors',
      got: `${metadataKey}, which is reserved`,
    });
  }
  if (metadata !== undefined && !isTextual(metadata)) {
    throw new FormatError('encodeSafetensors', {
      expected: 'metadata that maps strings to strings',
      got: 'other values',
    });
  }
  const header: [string, unknown][] = metadata === undefined ? [] : [[metadataKey, metadata]];
  let end = 0;
  for (const name of names) {
    const { dtype, shape } = tensors[name] as Tensor;
    const start = end;
    end += byteLengthOf(tensors[name] as Tensor);
    header.push([name, { dtype: toFileType[dtype], shape, data_offsets: [start, end] }]);
  }
  // Not JSON.stringify of an object, which would put names that look like whole numbers first.
  const members = header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = utf8(`{${members.join(',')}}`);
  // Readers map the file into memory, so the data starts at a multiple of 8.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let position = 8 + headerLength;
  for (const name of names) {
    const x = tensors[name] as Tensor;
    writeElements(x, bytes, position);
    position += byteLengthOf(x);
  }
  return bytes;
}

/**
 * The tensors and metadata of a safetensors file: F64 as float64; F32, F16 and BF16 as float32; BOOL as bool; integers of 8 to 64
 * bits as int32. An integer that int32 does not hold is refused, so every value is exact.
 * @throws FormatError when anything in it is not as the format says: nothing is read from a file that is
 * truncated, overlapping or padded; nor from one with a dtype that this library lacks (F8_E4M3, C64, ...)
 * @param options where the tensors lie; on the default backend unless it is said
 * @see safetensors.torch.load
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  options: { readonly backend?: Backend } = {},
): {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw malformed('at least 8 bytes', `${bytes.length}`);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > largestHeader || 8 + headerLength > bytes.length) {
    throw malformed(`a header within the file's ${bytes.length} bytes`, `one of ${headerLength} bytes`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerLength));
  const metadata = checkedMetadata(header);
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, entry]) => [name, checkedEntry(name, entry)] as const)
    .sort(([, a], [, b]) => a.start - b.start || a.end - b.end);

  const tensors: [string, Tensor][] = [];
  let expectedStart = 0;
  for (const [name, entry] of entries) {
    const { start, end } = entry;
    if (start !== expectedStart) {
      throw malformed(
        `the bytes of ${shown(name)} to start at ${expectedStart}, where the last tensor ends`,
        String(start),
      );
    }
    expectedStart = end;
    if (8 + headerLength + end > bytes.length) {
      throw malformed(`${8 + headerLength + end} bytes, as the header says`, `${bytes.length}`);
    }
    const place = { bytes, start: 8 + headerLength + start, isLittle: true };
    const { type, shape } = entry;
    tensors.push([name, readElements('decodeSafetensors', type, shape, place, shown(name), options)]);
  }
  if (8 + headerLength + expectedStart !== bytes.length) {
    throw malformed(`${8 + headerLength + expectedStart} bytes, as the header says`, `${bytes.length}`);
  }
  return { tensors: Object.fromEntries(tensors), metadata };
}

function parseHeader(json: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(fromUtf8(json));
  } catch (cause) {
    throw malformed('a header in JSON', 'none', { cause });
  }
  // The format wants the brace at once: neither a byte order mark nor a space before it.
  if (!isRecord(header) || json[0] !== '{'.charCodeAt(0))
    throw malformed('a JSON object as header', shown(header));
  return header;
}

function checkedMetadata(header: Record<string, unknown>): Record<string, string> {
  const metadata = Object.hasOwn(header, metadataKey) ? header[metadataKey] : {};
  if (!isTextual(metadata)) throw malformed('metadata that maps strings to strings', shown(metadata));
  return metadata;
}

function isTextual(metadata: unknown): metadata is Record<string, string> {
  return isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string');
}

function checkedEntry(name: string, entry: unknown): Entry {
  if (!isRecord(entry)) throw malformed(`dtype, shape and data_offsets for ${shown(name)}`, shown(entry));
  const { dtype: fileType, shape, data_offsets: offsets } = entry;
  const type = typeOf(name, fileType);
  if (!isExtents(shape)) throw malformed(`a shape of whole numbers for ${shown(name)}`, shown(shape));
  if (!isExtents(offsets) || offsets.length !== 2) {
    throw malformed(`two whole numbers as data_offsets for ${shown(name)}`, shown(offsets));
  }
  const [start, end] = offsets as [number, number];
  const bytes = sizeOf(shape) * type.width;
  if (end - start !== bytes) {
    throw malformed(`${bytes} bytes for ${shown(name)} of shape ${shown(shape)}`, String(end - start));
  }
  return { type, shape, start, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isExtents(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}

function typeOf(name: string, fileType: unknown): ElementType {
  const known = readTypes.get(fileType);
  if (known !== undefined) return elementTypes[known] as ElementType;
  const expected = `dtype ${[...readTypes.keys()].join(', ')} for ${shown(name)}`;
  if (typeof fileType !== 'string' || !foreignType.test(fileType)) throw malformed(expected, shown(fileType));
  throw new FormatError('decodeSafetensors', {
    expected,
    got: `${fileType}, which this library lacks`,
    remedy: 'Convert it where the file comes from, to float32 for instance, and save it again',
  });
}

/** For messages: short, without control characters, and of any value whatever: a header may nest as deep as it likes. */
function shown(value: unknown): string {
  if (isExtents(value) && value.length <= 8) return `[${value.join(', ')}]`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}

function malformed(expected: string, got: string, options?: ErrorOptions): FormatError {
  return new FormatError(
    'decodeSafetensors',
    { expected, got, remedy: 'The file is damaged or of another format' },
    options,
  );
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
