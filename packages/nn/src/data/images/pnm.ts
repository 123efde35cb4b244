import { FormatError } from '@renyi/tensor';
import { type Image, mostPixels } from './image.js';

/** P2 and P3 are written out in digits, P5 and P6 in bytes; P3 and P6 have colors. */
export function looksLikePnm(head: Uint8Array): boolean {
  return head[0] === 0x50 && [2, 3, 5, 6].includes((head[1] ?? 0) - 0x30) && isSpace(head[2] ?? 0);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/**
 * A portable graymap or pixmap (.pgm, .ppm), in digits or in bytes, of up to 16 bits.
 * @throws FormatError with the byte, for whatever is not such a file
 * Source: the manual pages pgm(5) and ppm(5) of Netpbm.
 */
export function decodePnm(operation: string, bytes: Uint8Array): Image {
  let at = 2;
  const fault = (expected: string, got: string, place = at): FormatError =>
    new FormatError(operation, { expected, got, difference: `at byte ${place}` });

  /** A number after spaces and comments. */
  function number(what: string, largest: number): number {
    while (isSpace(bytes[at] ?? 0) || bytes[at] === 0x23) {
      if (bytes[at] === 0x23) while (at < bytes.length && bytes[at] !== 0x0a) at += 1;
      at += 1;
    }
    const start = at;
    let value = 0;
    for (; at < bytes.length && !isSpace(bytes[at] as number); at++) {
      const digit = (bytes[at] as number) - 0x30;
      value = 10 * value + digit;
      if (digit < 0 || digit > 9 || value > largest)
        throw fault(`${what}, at most ${largest}`, 'something else', start);
    }
    if (at === start) throw fault(what, 'the end of the file');
    return value;
  }

  const kind = (bytes[1] as number) - 0x30;
  const width = number('a width', mostPixels);
  const height = number('a height', mostPixels);
  const largest = number('a largest value', 65_535);
  if (width * height === 0 || width * height > mostPixels || largest === 0) {
    throw fault(`1 to ${mostPixels} pixels and a largest value above 0`, `${width} x ${height}, ${largest}`);
  }
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  const plane = width * height;
  const size = channels * plane;
  const wide = largest > 255;
  const start = at + 1;
  if (kind > 3 && bytes.length - start < size * (wide ? 2 : 1)) {
    throw fault(`${size * (wide ? 2 : 1)} bytes of pixels`, String(Math.max(0, bytes.length - start)));
  }
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const place = start + i * (wide ? 2 : 1);
    const inBytes = wide ? (bytes[place]! << 8) | bytes[place + 1]! : bytes[place]!;
    const value = kind > 3 ? inBytes : number('a value', largest);
    if (value > largest) throw fault(`values up to ${largest}`, String(value), place);
    values[(i % channels) * plane + Math.floor(i / channels)] = value / largest;
  }
  return { channels, height, width, values };
}
