import { crc32, deflateSync } from 'node:zlib';

export interface PngSettings {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colorType: number;
  /** Row by row, pixel by pixel. */
  readonly samples: readonly number[];
  /** Which filter each row has; 0 by default. */
  readonly filter?: (row: number) => number;
  readonly isInterlaced?: boolean;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
}

const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Bits of some samples, the highest first, filled up with 0 to whole bytes. */
function packed(samples: readonly number[], depth: number): number[] {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('');
  return Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, '0'), 2),
  );
}

/** A row less its prediction from what is left of and above it. */
function filtered(kind: number, row: readonly number[], above: readonly number[], back: number): number[] {
  const predictions = [
    () => 0,
    (a: number) => a,
    (_: number, b: number) => b,
    (a: number, b: number) => Math.floor((a + b) / 2),
    (a: number, b: number, c: number) => {
      const distances = [a, b, c].map((value) => Math.abs(a + b - c - value));
      return [a, b, c][distances.indexOf(Math.min(...distances))] as number;
    },
  ];
  const predict = predictions[kind] ?? predictions[0];
  return row.map((value, i) => {
    const [a, b, c] = [row[i - back] ?? 0, above[i] ?? 0, above[i - back] ?? 0];
    return (value - (predict?.(a, b, c) ?? 0) + 256) % 256;
  });
}

/** The pixels of each pass of Adam7 by the pattern of the specification, or all of them. */
function passes({ width, height, isInterlaced = false }: PngSettings): (readonly [number, number])[][][] {
  const pattern = [
    '16462646',
    '77777777',
    '56565656',
    '77777777',
    '36463646',
    '77777777',
    '56565656',
    '77777777',
  ];
  const names = isInterlaced ? ['1', '2', '3', '4', '5', '6', '7'] : ['.'];
  return names.map((name) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_unused, x) => [x, y] as const).filter(
        ([x]) => !isInterlaced || pattern[y % 8]?.[x % 8] === name,
      ),
    ).filter((row) => row.length > 0),
  );
}

/** A PNG file with these samples, written for tests apart from the reader: by strings of bits and the pattern of Adam7. */
export function pngFile(settings: PngSettings): Uint8Array {
  const { width, height, depth, colorType, samples, filter = () => 0, palette, transparency } = settings;
  const count = samplesOf[colorType] ?? 1;
  const back = Math.max(1, (count * depth) / 8);
  const lines = passes(settings).flatMap((rows) => {
    const raw = rows.map((row) =>
      packed(
        row.flatMap(([x, y]) => samples.slice((y * width + x) * count, (y * width + x + 1) * count)),
        depth,
      ),
    );
    return raw.map((row, i) => [filter(i), ...filtered(filter(i), row, raw[i - 1] ?? [], back)]);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colorType, 0, 0, settings.isInterlaced === true ? 1 : 0], 8);
  const pixels = deflateSync(Uint8Array.from(lines.flat()));
  const half = pixels.length >> 1;
  return new Uint8Array(
    Buffer.concat([
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      pngChunk('IHDR', header),
      ...(palette === undefined ? [] : [pngChunk('PLTE', Uint8Array.from(palette))]),
      ...(transparency === undefined ? [] : [pngChunk('tRNS', Uint8Array.from(transparency))]),
      pngChunk('IDAT', pixels.subarray(0, half)),
      pngChunk('tEXt', Buffer.from('Comment\0written for tests')),
      pngChunk('IDAT', pixels.subarray(half)),
      pngChunk('IEND', Buffer.alloc(0)),
    ]),
  );
}
