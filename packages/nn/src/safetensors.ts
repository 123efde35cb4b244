import { type DType, FormatError, formatShape, type Shape, sizeOf, type Tensor, tensor } from '@renyi/tensor';

/*
 * The safetensors format: 8 bytes with the header's length (little-endian), a JSON header that gives each
 * tensor's dtype, shape and byte range, then the bytes, without gaps. It holds no code, so reading a file from
 * a stranger is safe. Source: https://github.com/huggingface/safetensors (format description).
 */

interface Entry {
  readonly dtype: string;
  readonly shape: Shape;
  readonly data_offsets: readonly [number, number];
}

const toFileType: Readonly<Record<DType, string>> = { float32: 'F32', float64: 'F64', int32: 'I32', bool: 'BOOL' };
const widths: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, bool: 1 };
const largestHeader = 100_000_000;

/**
 * The bytes of a safetensors file, tensors by name in alphabetical order (so equal tensors give equal bytes).
 * `safetensors.torch.load_file` reads it.
 * @throws FormatError for the reserved name `__metadata__`
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const names = Object.keys(tensors).sort();
  if (names.includes('__metadata__')) {
    throw new FormatError('encodeSafetensors', { expected: 'names of tensors', got: '__metadata__, which is reserved' });
  }
  const header: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]];
  let end = 0;
  for (const name of names) {
    const { dtype, shape, size } = tensors[name] as Tensor;
    const start = end;
    end += size * widths[dtype];
    header.push([name, { dtype: toFileType[dtype], shape, data_offsets: [start, end] }]);
  }
  const json = utf8(JSON.stringify(Object.fromEntries(header)));
  // Readers map the file into memory, so the data starts at a multiple of 8.
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(json, 8);
  let position = 8 + headerLength;
  for (const name of names) {
    const x = tensors[name] as Tensor;
    for (const value of x.dataSync()) {
      writeElement(view, position, x.dtype, value);
      position += widths[x.dtype];
    }
  }
  return bytes;
}

/**
 * The tensors and metadata of a safetensors file.
 * @throws FormatError when anything in it is not as the format says: nothing is read from a file that is
 * truncated, overlapping or padded
 */
export function decodeSafetensors(bytes: Uint8Array): {
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
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => [name, checkedEntry(name, entry)] as const)
    .sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);

  const tensors: [string, Tensor][] = [];
  let expectedStart = 0;
  for (const [name, entry] of entries) {
    const [start, end] = entry.data_offsets;
    if (start !== expectedStart) {
      throw malformed(`the bytes of ${name} to start at ${expectedStart}, where the last tensor ends`, String(start));
    }
    expectedStart = end;
    if (8 + headerLength + end > bytes.length) {
      throw malformed(`${8 + headerLength + end} bytes, as the header says`, `${bytes.length}`);
    }
    tensors.push([name, readTensor(view, 8 + headerLength + start, entry)]);
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
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw malformed('a JSON object as header', JSON.stringify(header).slice(0, 40));
  }
  return header as Record<string, unknown>;
}

function checkedMetadata(header: Record<string, unknown>): Record<string, string> {
  const metadata = Object.hasOwn(header, '__metadata__') ? header['__metadata__'] : {};
  const isTextual =
    typeof metadata === 'object' &&
    metadata !== null &&
    Object.values(metadata).every((value) => typeof value === 'string');
  if (!isTextual) throw malformed('metadata that maps strings to strings', JSON.stringify(metadata).slice(0, 40));
  return metadata as Record<string, string>;
}

function checkedEntry(name: string, entry: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<Entry>;
  const isWhole = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isWhole) || !Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isWhole)) {
    throw malformed(`dtype, shape and data_offsets for ${name}`, JSON.stringify(entry)?.slice(0, 80) ?? 'nothing');
  }
  const width = widths[dtypeOf(name, dtype)];
  const [start, end] = offsets as [number, number];
  if (end - start !== sizeOf(shape) * width) {
    throw malformed(`${sizeOf(shape) * width} bytes for ${name} of shape ${formatShape(shape)}`, String(end - start));
  }
  return entry as Entry;
}

function dtypeOf(name: string, fileType: unknown): DType {
  for (const [dtype, known] of Object.entries(toFileType)) if (known === fileType) return dtype as DType;
  throw malformed(`dtype ${Object.values(toFileType).join(', ')} for ${name}`, String(fileType));
}

function readTensor(view: DataView, start: number, { dtype: fileType, shape }: Entry): Tensor {
  const dtype = dtypeOf('', fileType);
  const values = new Float64Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = readElement(view, start + i * widths[dtype], dtype);
  return tensor(values, { dtype, shape });
}

function writeElement(view: DataView, position: number, dtype: DType, value: number): void {
  if (dtype === 'float32') view.setFloat32(position, value, true);
  else if (dtype === 'float64') view.setFloat64(position, value, true);
  else if (dtype === 'int32') view.setInt32(position, value, true);
  else view.setUint8(position, value);
}

function readElement(view: DataView, position: number, dtype: DType): number {
  if (dtype === 'float32') return view.getFloat32(position, true);
  if (dtype === 'float64') return view.getFloat64(position, true);
  return dtype === 'int32' ? view.getInt32(position, true) : view.getUint8(position);
}

function malformed(expected: string, got: string, options?: ErrorOptions): FormatError {
  return new FormatError('decodeSafetensors', { expected, got, remedy: 'The file is damaged or of another format' }, options);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
