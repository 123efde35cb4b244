import { inflated } from '../bytes.js';
import type { Image } from './image.js';
import { type PngChunks, pngFault, readPngChunks } from './png-chunks.js';

/** Where the pixels of a pass stand, and how far they are from each other: all of them, or the seven passes of Adam7. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

const whole: readonly Pass[] = [{ x: 0, y: 0, dx: 1, dy: 1 }];
const interlaced: readonly Pass[] = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

/**
 * A PNG image of any type of color, depth and order of rows. What is not opaque is blended with black; a palette gives three channels.
 * @throws FormatError with the byte, for whatever is not such a file
 * Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", sections 7 to 10 and 13.
 */
export async function decodePng(operation: string, bytes: Uint8Array): Promise<Image> {
  const png = readPngChunks(operation, bytes);
  const { width, height } = png;
  const passes = (png.isInterlaced ? interlaced : whole)
    .map(({ x, y, dx, dy }) => {
      const columns = Math.ceil((width - x) / dx);
      const rows = Math.ceil((height - y) / dy);
      const rowBytes = Math.ceil((columns * png.samples * png.depth) / 8);
      return { x, y, dx, dy, columns, rows, rowBytes };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const due = passes.reduce((total, { rows, rowBytes }) => total + rows * (1 + rowBytes), 0);
  const raw = await inflated(operation, png.packed, 'deflate', due);
  if (raw.length !== due) throw pngFault(operation, png.start, `${due} bytes of pixels`, String(raw.length));
  const channels = png.colorType === 0 || png.colorType === 4 ? 1 : 3;
  const values = new Float32Array(channels * height * width);
  const write = pixelWriter(operation, png, values);
  let start = 0;
  for (const { x, y, dx, dy, columns, rows, rowBytes } of passes) {
    const lines = raw.subarray(start, start + rows * (1 + rowBytes));
    start += lines.length;
    unfilter(operation, png, lines, rowBytes);
    for (let row = 0; row < rows; row++) {
      const line = lines.subarray(row * (1 + rowBytes) + 1, (row + 1) * (1 + rowBytes));
      for (let column = 0; column < columns; column++)
        write(line, column, (y + row * dy) * width + x + column * dx);
    }
  }
  return { channels, height, width, values };
}

/** Each row says how it was predicted from the pixel before, the row above, or both: in place, what was taken off is added again. */
function unfilter(operation: string, png: PngChunks, lines: Uint8Array, rowBytes: number): void {
  const back = Math.max(1, (png.samples * png.depth) >> 3);
  for (let start = 0; start < lines.length; start += rowBytes + 1) {
    const filter = lines[start] as number;
    if (filter > 4) {
      const row = start / (rowBytes + 1);
      throw pngFault(operation, png.start, `filters from 0 to 4 in row ${row}`, String(filter));
    }
    for (let i = start + 1; i <= start + rowBytes; i++) {
      const left = i - back > start ? (lines[i - back] as number) : 0;
      const up = start > 0 ? (lines[i - rowBytes - 1] as number) : 0;
      const upLeft = start > 0 && i - back > start ? (lines[i - rowBytes - 1 - back] as number) : 0;
      lines[i]! += predicted(filter, left, up, upLeft);
    }
  }
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  // Paeth: the one of the three that is nearest to left + up - upLeft, the first of them where several are.
  const [toLeft, toUp, toBoth] = [
    Math.abs(up - upLeft),
    Math.abs(left - upLeft),
    Math.abs(left + up - 2 * upLeft),
  ];
  if (toLeft <= toUp && toLeft <= toBoth) return left;
  return toUp <= toBoth ? up : upLeft;
}

/** Writes the pixel of a row at `column` to where it stands in the image, `place`. */
function pixelWriter(
  operation: string,
  png: PngChunks,
  values: Float32Array,
): (line: Uint8Array, column: number, place: number) => void {
  const { width, height, depth, samples, colorType, palette, transparency, start } = png;
  const plane = width * height;
  const largest = 2 ** depth - 1;
  const sample = sampleReader(depth);
  if (colorType === 3) {
    return (line, column, place) => {
      const index = sample(line, column);
      if (3 * index >= palette.length) {
        const expected = `places in a palette of ${palette.length / 3} colors`;
        throw pngFault(operation, start, expected, String(index));
      }
      const opacity = (transparency?.[index] ?? 255) / 255;
      for (let channel = 0; channel < 3; channel++)
        values[channel * plane + place] = ((palette[3 * index + channel] as number) / 255) * opacity;
    };
  }
  const colors = colorType === 0 || colorType === 4 ? 1 : 3;
  const hasOpacity = samples > colors;
  // The one color that is not there, two bytes a sample.
  const missing =
    transparency === undefined || hasOpacity
      ? undefined
      : Array.from({ length: colors }, (_, i) => (transparency[2 * i]! << 8) | transparency[2 * i + 1]!);
  return (line, column, place) => {
    const first = column * samples;
    const isMissing = missing?.every((value, i) => sample(line, first + i) === value) ?? false;
    const opacity = hasOpacity ? sample(line, first + colors) / largest : isMissing ? 0 : 1;
    for (let channel = 0; channel < colors; channel++)
      values[channel * plane + place] = (sample(line, first + channel) / largest) * opacity;
  };
}

/** The i-th sample of a row: of several in a byte the first is the highest. */
function sampleReader(depth: number): (line: Uint8Array, i: number) => number {
  if (depth === 8) return (line, i) => line[i] as number;
  if (depth === 16) return (line, i) => (line[2 * i]! << 8) | line[2 * i + 1]!;
  const inByte = 8 / depth;
  const mask = 2 ** depth - 1;
  return (line, i) => (line[Math.floor(i / inByte)]! >> (8 - depth * ((i % inByte) + 1))) & mask;
}
