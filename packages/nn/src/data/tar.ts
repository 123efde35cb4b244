import { FormatError } from '@renyi/tensor';

const block = 512;

/** A regular file of an archive. */
export interface TarFile {
  /** What follows the last slash: folders are left out, so that no name leads anywhere. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where its bytes start in the archive. */
  readonly start: number;
}

/** Whether bytes (unpacked) begin with a header of a tar archive. */
export function looksLikeTar(bytes: Uint8Array): boolean {
  return bytes.length >= block && hasChecksum(bytes.subarray(0, block));
}

/**
 * The regular files of a tar archive (ustar; longer names and other extensions are passed over, as are links and folders). Nothing
 * is written anywhere.
 * @throws FormatError with the byte, for a damaged header or an archive that was cut off
 */
export function filesOfTar(operation: string, bytes: Uint8Array): TarFile[] {
  const fault = (at: number, expected: string, got: string): FormatError =>
    new FormatError(operation, { expected: `${expected} at byte ${at} of the archive`, got });
  const files: TarFile[] = [];
  for (let at = 0; ; ) {
    const header = bytes.subarray(at, at + block);
    if (header.length < block) throw fault(at, 'a header or the end mark', `${header.length} bytes`);
    if (header.every((byte) => byte === 0)) return files;
    if (!hasChecksum(header)) throw fault(at, 'a header with its checksum', 'another sum');
    const size = octal(header.subarray(124, 136));
    if (size === undefined) throw fault(at + 124, 'a size in octal digits', 'something else');
    const start = at + block;
    if (start + size > bytes.length) throw fault(start, `${size} bytes`, `${bytes.length - start}`);
    const type = header[156];
    if (type === 0 || type === 0x30) {
      const path = latin(header.subarray(0, 100));
      const name = path.slice(path.lastIndexOf('/') + 1);
      files.push({ name, bytes: bytes.subarray(start, start + size), start });
    }
    at = start + Math.ceil(size / block) * block;
  }
}

/** The sum of all bytes of the header, with spaces where the sum itself stands. */
function hasChecksum(header: Uint8Array): boolean {
  let sum = 8 * 0x20;
  for (const [i, byte] of header.entries()) if (i < 148 || i >= 156) sum += byte;
  return octal(header.subarray(148, 156)) === sum;
}

function octal(field: Uint8Array): number | undefined {
  const digits = latin(field).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** Up to the first zero. */
function latin(field: Uint8Array): string {
  const end = field.indexOf(0);
  return String.fromCharCode(...(end < 0 ? field : field.subarray(0, end)));
}
