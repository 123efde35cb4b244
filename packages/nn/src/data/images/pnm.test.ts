import { FormatError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { decodePnm, looksLikePnm } from './pnm.js';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const read = (text: string): ReturnType<typeof decodePnm> => decodePnm('decodePnm', latin(text));

describe('decodePnm', () => {
  it.each<[string, string, number, number[]]>([
    ['gray in digits, with comments', 'P2 # a comment\n2 # 3\n1\n10\n0 10\n', 1, [0, 1]],
    ['colors in digits', 'P3\n2 1\n4\n0 1 2\n4 3 2', 3, [0, 1, 0.25, 0.75, 0.5, 0.5]],
    ['gray in bytes', 'P5 2 1 255\n\x00\xff', 1, [0, 1]],
    ['gray in pairs of bytes', 'P5 1 2 65535\n\xff\xff\x80\x00', 1, [1, Math.fround(0x8000 / 65_535)]],
    ['colors in bytes, one of which looks like a space', 'P6\t1 1 20\r\x0a\x14\x00', 3, [0.5, 1, 0]],
  ])('reads %s', (_, text, channels, values) => {
    expect(looksLikePnm(latin(text))).toBe(true);
    const image = read(text);
    expect(image.channels).toBe(channels);
    expect([...image.values]).toEqual(values);
  });

  it.each<[string, string, string]>([
    ['a header that is cut off', 'P5 2', 'a height; got the end of the file: at byte 4'],
    ['pixels that are cut off', 'P5 2 2 255\nabc', '4 bytes of pixels; got 3: at byte 10'],
    ['values that are cut off', 'P2 2 1 9\n1', 'a value; got the end of the file: at byte 10'],
    ['values above the largest', 'P5 1 1 9\nz', 'values up to 9; got 122: at byte 9'],
    ['digits above the largest', 'P2 1 1 9\n10', 'a value, at most 9; got something else: at byte 9'],
    ['words', 'P2 a 1 9', 'a width, at most 16777216; got something else: at byte 3'],
    ['no pixels', 'P2 0 1 9', 'got 0 x 1, 9'],
    ['a claim to be huge', 'P5 16777216 16777216 9 ', 'got 16777216 x 16777216, 9'],
  ])('refuses %s', (_, text, message) => {
    expect(() => read(text)).toThrow(FormatError);
    expect(() => read(text)).toThrow(message);
  });
});
