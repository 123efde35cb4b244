/** Both ends of raw deflate, by the runtime's own streams. */

export async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return (await collect(stream, Infinity)) as Uint8Array<ArrayBuffer>;
}

/**
 * The inflated bytes, or undefined when there would be more than `size`: it stops there, whatever the rest would become.
 * @throws unknown where the bytes are no deflate stream
 */
export async function inflate(bytes: Uint8Array, size: number): Promise<Uint8Array | undefined> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return collect(stream, size);
}

async function collect(stream: ByteStream, limit: number): Promise<Uint8Array | undefined> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      return undefined;
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
