import { gzipSync } from 'node:zlib';

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An IDX file of unsigned bytes. */
export function idxFile(shape: readonly number[], values: readonly number[], type = 8): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  head.setUint8(2, type);
  head.setUint8(3, shape.length);
  for (const [axis, extent] of shape.entries()) head.setUint32(4 + 4 * axis, extent);
  return Uint8Array.from([...new Uint8Array(head.buffer), ...values]);
}

/** CIFAR records: each with the given labels, and all pixels of one value. */
export function cifarRecords(
  records: readonly (readonly [labels: readonly number[], value: number])[],
): Uint8Array {
  return Uint8Array.from(
    records.flatMap(([labels, value]) => [...labels, ...Array<number>(3072).fill(value)]),
  );
}

/** A tar archive, as `tar --format=ustar` writes it. */
export function tarFile(
  files: readonly (readonly [path: string, bytes: Uint8Array, type?: string])[],
): Uint8Array {
  const parts = files.flatMap(([path, bytes, type = '0']) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return new Uint8Array(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

export const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
