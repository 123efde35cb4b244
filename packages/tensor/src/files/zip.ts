import { FormatError } from '../errors.js';
import { crc32 } from './crc32.js';
import { deflate, inflate } from './deflate.js';

/*
 * Zip archives, as far as NumPy writes them: entries stored or deflated, a directory at the end, no encryption, no more than one
 * disk. Sizes are those of the directory; what stands before each entry is only stepped over (NumPy writes zip64 fields there
 * that say the same). Source: PKWARE's APPNOTE.TXT 6.3, sections 4.3.6 to 4.3.16.
 */

const localSignature = 0x04034b50;
const entrySignature = 0x02014b50;
const endSignature = 0x06054b50;
const localLength = 30;
const entryLength = 46;
const endLength = 22;
/** What follows the end of the directory: a comment of at most 16 bits' length. */
const longestComment = 0xffff;
const isUtf8 = 1 << 11;
const isEncrypted = 1;
/** 1980-01-01, the first day that zip knows: equal contents give equal bytes. */
const firstDay = 0x21;

/** One entry as the directory tells of it. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly check: number;
  readonly packed: number;
  readonly size: number;
  /** Where its own header begins. */
  readonly start: number;
}

function refuse(operation: string, expected: string, got: string, at: number): never {
  throw new FormatError(operation, {
    expected,
    got,
    difference: `at byte ${at}`,
    remedy: 'The file is damaged or of another format',
  });
}

/** The bytes of an archive of the given files, in their order. */
export async function zip(
  files: readonly (readonly [name: string, bytes: Uint8Array<ArrayBuffer>])[],
  compress: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const packed = compress ? await deflate(bytes) : bytes;
    const encoded = new TextEncoder().encode(name);
    const common = new DataView(new ArrayBuffer(26));
    common.setUint16(0, 20, true);
    common.setUint16(2, encoded.length === name.length ? 0 : isUtf8, true);
    common.setUint16(4, compress ? 8 : 0, true);
    common.setUint16(8, firstDay, true);
    common.setUint32(10, crc32(bytes), true);
    common.setUint32(14, packed.length, true);
    common.setUint32(18, bytes.length, true);
    common.setUint16(22, encoded.length, true);
    const shared = new Uint8Array(common.buffer);
    const local = new Uint8Array(localLength + encoded.length);
    new DataView(local.buffer).setUint32(0, localSignature, true);
    local.set(shared, 4);
    local.set(encoded, localLength);
    const entry = new Uint8Array(entryLength + encoded.length);
    const view = new DataView(entry.buffer);
    view.setUint32(0, entrySignature, true);
    view.setUint16(4, 20, true);
    entry.set(shared, 6);
    view.setUint32(42, at, true);
    entry.set(encoded, entryLength);
    parts.push(local, packed);
    directory.push(entry);
    at += local.length + packed.length;
  }
  const end = new Uint8Array(endLength);
  const view = new DataView(end.buffer);
  view.setUint32(0, endSignature, true);
  view.setUint16(8, files.length, true);
  view.setUint16(10, files.length, true);
  view.setUint32(12, totalLength(directory), true);
  view.setUint32(16, at, true);
  return joined([...parts, ...directory, end]);
}

function totalLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, { length }) => total + length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(totalLength(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The files of an archive, in the order of its directory, of at most `largest` bytes together once they are unpacked.
 * @throws FormatError where anything is not as the format says, before that much is unpacked
 */
export async function unzip(
  operation: string,
  bytes: Uint8Array,
  largest: number,
): Promise<(readonly [name: string, bytes: Uint8Array])[]> {
  const entries = readDirectory(operation, bytes);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > largest) {
    throw new FormatError(operation, {
      expected: `at most ${largest} bytes once unpacked`,
      got: String(total),
      remedy: 'Raise maxBytes for a file that you trust',
    });
  }
  const files: (readonly [string, Uint8Array])[] = [];
  for (const [i, place] of placesOf(operation, bytes, entries).entries()) {
    const entry = entries[i] as Entry;
    files.push([
      entry.name,
      await unpack(operation, bytes.subarray(place, place + entry.packed), entry, place),
    ]);
  }
  return files;
}

async function unpack(operation: string, packed: Uint8Array, entry: Entry, at: number): Promise<Uint8Array> {
  const { name, method, size, check } = entry;
  let bytes: Uint8Array | undefined = packed;
  if (method === 8) {
    try {
      bytes = await inflate(packed, size);
    } catch (cause) {
      throw new FormatError(
        operation,
        { expected: `deflated bytes of ${shown(name)}`, got: 'others', difference: `at byte ${at}` },
        { cause },
      );
    }
  }
  if (bytes === undefined || bytes.length !== size) {
    refuse(
      operation,
      `${size} bytes of ${shown(name)}`,
      bytes === undefined ? 'more' : String(bytes.length),
      at,
    );
  }
  const actual = crc32(bytes);
  if (actual !== check) {
    refuse(operation, `bytes of ${shown(name)} whose check is ${hex(check)}`, hex(actual), at);
  }
  return bytes;
}

const hex = (check: number): string => check.toString(16).padStart(8, '0');
const shown = (name: string): string => JSON.stringify(name.slice(0, 60));

/** Where the bytes of each entry begin. @throws FormatError for entries that overlap each other or reach into the directory */
function placesOf(operation: string, bytes: Uint8Array, entries: readonly Entry[]): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = entries.map(({ name, start }) => {
    if (start + localLength > bytes.length || view.getUint32(start, true) !== localSignature)
      return refuse(operation, `the header of ${shown(name)}`, 'none', start);
    return start + localLength + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  });
  const order = [...entries.keys()].sort(
    (a, b) => (entries[a]?.start as number) - (entries[b]?.start as number),
  );
  let free = 0;
  for (const i of order) {
    const { name, start, packed } = entries[i] as Entry;
    if (start < free)
      refuse(operation, `${shown(name)} behind what is before it`, `a start before byte ${free}`, start);
    free = (places[i] as number) + packed;
    if (free > bytes.length)
      refuse(
        operation,
        `${packed} bytes of ${shown(name)}`,
        String(bytes.length - (places[i] as number)),
        bytes.length,
      );
  }
  return places;
}

function readDirectory(operation: string, bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(operation, bytes, view);
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  const isWhole = view.getUint16(end + 4, true) === 0 && view.getUint16(end + 8, true) === count;
  if (
    !isWhole ||
    count === 0xffff ||
    start === 0xffffffff ||
    start + view.getUint32(end + 12, true) !== end
  ) {
    refuse(
      operation,
      'a directory that ends where the archive does, on one disk and below 4 GiB',
      `${count} entries from byte ${start}`,
      end,
    );
  }
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + entryLength > end || view.getUint32(at, true) !== entrySignature)
      refuse(operation, `entry ${i} of ${count} in the directory`, 'none', at);
    const nameEnd = at + entryLength + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) refuse(operation, `entry ${i} of ${count} within the directory`, 'one beyond it', at);
    entries.push(readEntry(operation, bytes.subarray(at + entryLength, nameEnd), view, at));
    at = next;
  }
  if (at !== end) refuse(operation, `${count} entries up to byte ${end}`, 'more', at);
  return entries;
}

/** The last place that looks like the end of a directory and whose comment reaches to the end of the file. */
function endOf(operation: string, bytes: Uint8Array, view: DataView): number {
  const lowest = Math.max(0, bytes.length - endLength - longestComment);
  for (let at = bytes.length - endLength; at >= lowest; at--) {
    const isEnd = view.getUint32(at, true) === endSignature;
    if (isEnd && at + endLength + view.getUint16(at + 20, true) === bytes.length) return at;
  }
  return refuse(
    operation,
    'the directory of a zip archive at the end',
    `${bytes.length} bytes without one`,
    0,
  );
}

function readEntry(operation: string, encoded: Uint8Array, view: DataView, at: number): Entry {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const [packed, size, start] = [20, 24, 42].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
  ];
  const name = nameOf(operation, encoded, at);
  if ((flags & isEncrypted) !== 0)
    refuse(operation, `${shown(name)} without a password`, 'an encrypted one', at);
  if (method !== 0 && method !== 8)
    refuse(operation, `${shown(name)} stored or deflated`, `method ${method}`, at);
  if ([packed, size, start].includes(0xffffffff)) refuse(operation, `${shown(name)} below 4 GiB`, 'more', at);
  if (method === 0 && packed !== size)
    refuse(operation, `${size} stored bytes of ${shown(name)}`, String(packed), at);
  return { name, method, packed, size, start, check: view.getUint32(at + 16, true) };
}

/** Names are UTF-8; a path that leads elsewhere is refused, though nothing is ever written to it here. */
function nameOf(operation: string, encoded: Uint8Array, at: number): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encoded);
  } catch {
    return refuse(operation, 'a name in UTF-8', 'other bytes', at);
  }
  if (leadsElsewhere(name)) refuse(operation, 'a name without a path that leads elsewhere', shown(name), at);
  return name;
}

/** An absolute path, one with `..` in it, or what some system would take for one. */
export function leadsElsewhere(name: string): boolean {
  return name.startsWith('/') || name.includes('\\') || name.includes('\0') || name.split('/').includes('..');
}
