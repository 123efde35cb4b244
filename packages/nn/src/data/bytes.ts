import { FormatError } from '@renyi/tensor';

/** What a file may unpack to: more than any of the data sets here, less than a machine's memory. */
const mostBytes = 2 ** 30;

/**
 * The bytes, unpacked if they are gzip; that is known by their first two.
 * @throws FormatError for gzip that is damaged, or unpacks to more than `limit` bytes
 */
export async function unpacked(
  operation: string,
  bytes: Uint8Array,
  limit: number = mostBytes,
): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return inflated(operation, bytes, 'gzip', limit);
}

/**
 * What compressed bytes hold.
 * @throws FormatError for what is damaged, or holds more than `limit` bytes
 */
export async function inflated(
  operation: string,
  bytes: Uint8Array,
  format: 'gzip' | 'deflate',
  limit: number,
): Promise<Uint8Array> {
  const reader = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      const got = cause instanceof Error ? cause.message : String(cause);
      const details = { expected: `complete ${format} data`, got, remedy: 'Make or fetch the file again' };
      throw new FormatError(operation, details, { cause });
    });
    if (done || value === undefined) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new FormatError(operation, { expected: `${format} data of at most ${limit} bytes`, got: 'more' });
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The bytes as text, without a byte order mark.
 * @throws FormatError for what is no UTF-8, with the line
 */
export function textOf(operation: string, bytes: Uint8Array): string {
  try {
    return decode(bytes);
  } catch (cause) {
    // Lines are whole in UTF-8: the first that cannot be decoded is the one that is broken.
    let line = 1;
    for (let start = 0; start < bytes.length; line++) {
      const end = bytes.indexOf(0x0a, start);
      const next = end < 0 ? bytes.length : end + 1;
      try {
        decode(bytes.subarray(start, next));
      } catch {
        break;
      }
      start = next;
    }
    const got = `bytes that are none on line ${line}`;
    throw new FormatError(operation, { expected: 'text in UTF-8', got }, { cause });
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
