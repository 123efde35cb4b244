import { FormatError } from '@renyi/tensor';
import { crc32 } from '@renyi/tensor/files';
import { mostPixels } from './image.js';

/*
 * Portable Network Graphics as a container: a signature, then chunks of a length, a type of four letters, data and a check. Source:
 * W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", sections 5 and 11.
 */

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Samples of a pixel and the depths that they may have, by the type of color. */
const colorTypes: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> =
  {
    0: { samples: 1, depths: [1, 2, 4, 8, 16] },
    2: { samples: 3, depths: [8, 16] },
    3: { samples: 1, depths: [1, 2, 4, 8] },
    4: { samples: 2, depths: [8, 16] },
    6: { samples: 4, depths: [8, 16] },
  };

/** What the chunks of an image say. */
export interface PngChunks {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  /** 0 gray, 2 colors, 3 places in a palette, 4 gray and 6 colors with opacity. */
  readonly colorType: number;
  readonly samples: number;
  readonly isInterlaced: boolean;
  /** Red, green and blue of each place. */
  readonly palette: Uint8Array;
  /** Opacities of the palette, or the samples of the one color that is not there. */
  readonly transparency: Uint8Array | undefined;
  /** The pixels, compressed, and where they begin. */
  readonly packed: Uint8Array;
  readonly start: number;
}

export function looksLikePng(head: Uint8Array): boolean {
  return signature.every((byte, i) => head[i] === byte);
}

export function pngFault(operation: string, at: number, expected: string, got: string): FormatError {
  return new FormatError(operation, { expected, got, difference: `at byte ${at}` });
}

interface Chunk {
  readonly type: string;
  readonly at: number;
  readonly data: Uint8Array;
}

function* chunksOf(operation: string, bytes: Uint8Array): Iterable<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = signature.length; ; ) {
    if (at + 12 > bytes.length) throw pngFault(operation, at, 'another chunk', 'the end of the file');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw pngFault(operation, at + 4, 'four letters', JSON.stringify(type));
    const end = at + 8 + length;
    if (end + 4 > bytes.length) {
      throw pngFault(operation, at, `${length} bytes of ${type}`, `${bytes.length - at - 12}`);
    }
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw pngFault(operation, end, `the check of ${type}`, 'another one');
    }
    yield { type, at, data: bytes.subarray(at + 8, end) };
    if (type === 'IEND') return;
    at = end + 4;
  }
}

/** @throws FormatError with the byte, for what is damaged, cut off, too large or of a kind that there is not */
export function readPngChunks(operation: string, bytes: Uint8Array): PngChunks {
  let header: ReturnType<typeof readHeader> | undefined;
  let palette = new Uint8Array();
  let transparency: Uint8Array | undefined;
  const data: Chunk[] = [];
  for (const chunk of chunksOf(operation, bytes)) {
    const { type, at } = chunk;
    if ((header === undefined) !== (type === 'IHDR')) {
      throw pngFault(operation, at, header === undefined ? 'the header' : 'one header', type);
    }
    if (type === 'IHDR') header = readHeader(operation, chunk);
    else if (type === 'PLTE') palette = chunk.data.slice();
    else if (type === 'tRNS') transparency = chunk.data;
    else if (type === 'IDAT') data.push(chunk);
    else if (type !== 'IEND' && /^[A-Z]/.test(type)) {
      throw pngFault(operation, at, 'a kind of chunk that is known, or one that can be done without', type);
    }
  }
  const start = data[0]?.at ?? bytes.length;
  if (header === undefined || data.length === 0) throw pngFault(operation, start, 'pixels', 'none');
  if (header.colorType === 3 && (palette.length === 0 || palette.length % 3 !== 0)) {
    throw pngFault(operation, start, 'a palette of whole colors', `${palette.length} bytes`);
  }
  const due = header.colorType === 3 ? palette.length / 3 : 2 * header.samples;
  const given = transparency?.length ?? due;
  if (header.colorType === 3 ? given > due : given !== due && header.colorType < 3) {
    throw pngFault(operation, start, `${due} bytes of transparency`, String(given));
  }
  const packed = new Uint8Array(data.reduce((total, chunk) => total + chunk.data.length, 0));
  let filled = 0;
  for (const chunk of data) {
    packed.set(chunk.data, filled);
    filled += chunk.data.length;
  }
  return { ...header, palette, transparency, packed, start };
}

function readHeader(
  operation: string,
  { data, at }: Chunk,
): Pick<PngChunks, 'width' | 'height' | 'depth' | 'colorType' | 'samples' | 'isInterlaced'> {
  if (data.length !== 13) throw pngFault(operation, at, 'a header of 13 bytes', String(data.length));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, colorType = 0, compression, filter, interlace = 0] = data.subarray(8);
  if (width === 0 || height === 0 || width * height > mostPixels) {
    throw pngFault(operation, at + 8, `1 to ${mostPixels} pixels`, `${width} x ${height}`);
  }
  const color = colorTypes[colorType];
  if (color === undefined || !color.depths.includes(depth)) {
    throw pngFault(operation, at + 16, 'a depth and type of color', `${depth} and ${colorType}`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    const got = `${compression}, ${filter} and ${interlace}`;
    throw pngFault(operation, at + 18, 'methods 0, 0 and at most 1', got);
  }
  return { width, height, depth, colorType, samples: color.samples, isInterlaced: interlace === 1 };
}
