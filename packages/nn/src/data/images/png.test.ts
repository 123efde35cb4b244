import { FormatError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { decodePng } from './png.js';
import { pngChunk, pngFile, type PngSettings } from './png.testing.js';

const read = (bytes: Uint8Array): ReturnType<typeof decodePng> => decodePng('decodePng', bytes);

const kinds = [
  { colorType: 0, samples: 1, depths: [1, 2, 4, 8, 16] },
  { colorType: 2, samples: 3, depths: [8, 16] },
  { colorType: 3, samples: 1, depths: [1, 2, 4, 8] },
  { colorType: 4, samples: 2, depths: [8, 16] },
  { colorType: 6, samples: 4, depths: [8, 16] },
].flatMap(({ depths, ...kind }) => depths.map((depth) => ({ ...kind, depth })));

/** Numbers without a pattern. */
const noise = (i: number): number => Math.imul(i + 1, 0x9e3779b1) >>> 9;

const palette = Array.from({ length: 3 * 256 }, (_, i) => noise(i + 1000) % 256);

/** What a pixel comes to: shades or colors from 0 to 1, times how opaque it is. */
function expected({ width, height, depth, colorType, samples }: PngSettings): number[] {
  const largest = 2 ** depth - 1;
  const count = samples.length / (width * height);
  const pixels = Array.from({ length: width * height }, (_, i) => {
    const own = samples.slice(i * count, (i + 1) * count);
    if (colorType === 3) return [0, 1, 2].map((channel) => (palette[3 * own[0]! + channel] as number) / 255);
    const opacity = colorType >= 4 ? (own.at(-1) as number) / largest : 1;
    return own.slice(0, colorType >= 4 ? -1 : count).map((sample) => (sample / largest) * opacity);
  });
  return (pixels[0] ?? []).flatMap((_, channel) =>
    pixels.map((pixel) => Math.fround(pixel[channel] as number)),
  );
}

function settingsOf(
  kind: { colorType: number; samples: number; depth: number },
  width: number,
  height: number,
): PngSettings {
  const samples = Array.from({ length: width * height * kind.samples }, (_, i) => noise(i) % 2 ** kind.depth);
  const isIndexed = kind.colorType === 3;
  return {
    ...kind,
    width,
    height,
    samples,
    ...(isIndexed && { palette: palette.slice(0, 3 * 2 ** kind.depth) }),
  };
}

describe('decodePng', () => {
  it.each(kinds)(
    'reads color type $colorType of $depth bits, of any size, in rows or interlaced, by every filter',
    async (kind) => {
      for (const [width, height] of [
        [1, 1],
        [3, 2],
        [5, 9],
        [9, 8],
      ] as const) {
        for (const isInterlaced of [false, true]) {
          const settings = {
            ...settingsOf(kind, width, height),
            isInterlaced,
            filter: (row: number) => (row + width) % 5,
          };
          const image = await read(pngFile(settings));
          expect(image).toMatchObject({ width, height, channels: [0, 4].includes(kind.colorType) ? 1 : 3 });
          expect([...image.values]).toEqual(expected(settings));
        }
      }
    },
  );

  it('predicts from the row above where that and the corner are as near (Paeth)', async () => {
    const settings = { width: 2, height: 2, depth: 8, colorType: 0, samples: [100, 80, 110, 7] };
    const { values } = await read(pngFile({ ...settings, filter: (row) => 4 * row }));
    expect([...values]).toEqual(expected(settings));
  });

  it('blends with black what is not opaque: places of a palette, and the one color that is not there', async () => {
    const indexed = {
      width: 3,
      height: 1,
      depth: 2,
      colorType: 3,
      samples: [0, 1, 2],
      palette: Array<number>(9).fill(255),
    };
    const { values } = await read(pngFile({ ...indexed, transparency: [0, 51] }));
    expect([...values.subarray(0, 3)]).toEqual([0, Math.fround(0.2), 1]);
    const gray = {
      width: 2,
      height: 1,
      depth: 16,
      colorType: 0,
      samples: [0x1234, 65_535],
      transparency: [0x12, 0x34],
    };
    expect([...(await read(pngFile(gray))).values]).toEqual([0, 1]);
    const color = { width: 2, height: 1, depth: 8, colorType: 2, samples: [9, 8, 7, 9, 8, 255] };
    expect([...(await read(pngFile({ ...color, transparency: [0, 9, 0, 8, 0, 7] }))).values]).toEqual(
      [0, 9, 0, 8, 0, 255].map((x) => Math.fround(x / 255)),
    );
  });

  const good = pngFile({ width: 2, height: 2, depth: 8, colorType: 0, samples: [1, 2, 3, 4] });
  const pixels = good.findIndex((_, i) => String.fromCharCode(...good.subarray(i, i + 4)) === 'IDAT') - 4;
  const changed = (at: number, byte: number): Uint8Array => good.with(at, byte);
  /** The same with another header, whose check is right. */
  const headed = (...bytes: number[]): Uint8Array =>
    Uint8Array.from([
      ...good.subarray(0, 8),
      ...pngChunk('IHDR', Uint8Array.from(bytes)),
      ...good.subarray(33),
    ]);
  const between = (chunk: Uint8Array): Uint8Array =>
    Uint8Array.from([...good.subarray(0, 33), ...chunk, ...good.subarray(33)]);
  const none = new Uint8Array();

  it.each<[string, Uint8Array, string]>([
    ['a file that is cut off', good.subarray(0, pixels + 16), `bytes of IDAT; got 4: at byte ${pixels}`],
    ['no end', good.subarray(0, -12), `another chunk; got the end of the file: at byte ${good.length - 12}`],
    ['a changed byte', changed(pixels + 8, 0), 'the check of IDAT; got another one: at byte'],
    ['letters that are none', changed(pixels + 4, 0), 'four letters'],
    [
      'no header',
      Uint8Array.from([...good.subarray(0, 8), ...good.subarray(33)]),
      'the header; got IDAT: at byte 8',
    ],
    ['two headers', between(good.subarray(8, 33)), 'one header; got IHDR: at byte 33'],
    ['a short header', headed(0, 0, 0, 2), 'a header of 13 bytes; got 4: at byte 8'],
    [
      'no pixels',
      headed(0, 0, 0, 0, 0, 0, 0, 2, 8, 0, 0, 0, 0),
      '1 to 16777216 pixels; got 0 x 2: at byte 16',
    ],
    ['a claim to be huge', headed(127, 0, 0, 0, 127, 0, 0, 0, 8, 0, 0, 0, 0), '1 to 16777216 pixels'],
    [
      'a depth that there is not',
      headed(0, 0, 0, 2, 0, 0, 0, 2, 4, 2, 0, 0, 0),
      'a depth and type of color; got 4 and 2',
    ],
    ['methods that there are not', headed(0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 1, 0, 0), 'got 1, 0 and 0'],
    ['another size', headed(0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0), '8 bytes of pixels; got 6'],
    ['more than there should be', headed(0, 0, 0, 1, 0, 0, 0, 2, 8, 0, 0, 0, 0), 'at most 4 bytes'],
    ['a kind of chunk that it does not know', between(pngChunk('ABCD', none)), 'got ABCD: at byte 33'],
    ['no palette', headed(0, 0, 0, 2, 0, 0, 0, 2, 8, 3, 0, 0, 0), 'a palette of whole colors; got 0 bytes'],
    [
      'half a color that is not there',
      between(pngChunk('tRNS', Uint8Array.of(1))),
      '2 bytes of transparency; got 1',
    ],
    [
      'a place that the palette has not',
      pngFile({ width: 1, height: 1, depth: 8, colorType: 3, samples: [2], palette: [1, 2, 3, 4, 5, 6] }),
      'places in a palette of 2 colors; got 2',
    ],
    [
      'a filter that there is not',
      pngFile({ width: 1, height: 2, depth: 8, colorType: 0, samples: [1, 2], filter: (row) => 5 * row }),
      'filters from 0 to 4 in row 1; got 5',
    ],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(FormatError);
    await expect(read(bytes)).rejects.toThrow(message);
  });
});
