import { ConfigError, FormatError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { bytesOf, gzip } from './files.testing.js';
import { readFastText, readJsonLines, readNewsCsv } from './read-texts.js';
import type { TextDataset } from './texts.js';

const shown = ({ texts, labels, classNames }: TextDataset): unknown => [texts, [...labels], classNames];

describe('readers of texts', () => {
  it('read lines of fastText, compressed or not', async () => {
    const file = bytesOf('\uFEFF__label__b  two words\r\n\n__label__a\tone\n__label__b\n');
    const expected = [
      ['two words', 'one', ''],
      [1, 0, 1],
      ['a', 'b'],
    ];
    expect(shown(await readFastText(file))).toEqual(expected);
    expect(shown(await readFastText(gzip(file)))).toEqual(expected);
  });

  it('read news in comma-separated values: quotes, commas, line ends written out, classes as numbers', async () => {
    const file = bytesOf('"10","He said ""no""","First, then\\nlast"\n"2","A","B"\n');
    expect(shown(await readNewsCsv(file))).toEqual([
      ['He said "no" First, then\nlast', 'A B'],
      [1, 0],
      ['2', '10'],
    ]);
  });

  it('pass over a line of titles above news whose classes are numbers', async () => {
    const file = bytesOf('class,title\n2,A\n1,B\n');
    expect(shown(await readNewsCsv(file))).toEqual([
      ['A', 'B'],
      [1, 0],
      ['1', '2'],
    ]);
    expect((await readNewsCsv(bytesOf('world,A\nsports,B\n'))).size).toBe(2);
  });

  it('read JSON lines, with other keys, too', async () => {
    expect(shown(await readJsonLines(bytesOf('{"text":"x","label":1}\n{"text":"y","label":0}')))).toEqual([
      ['x', 'y'],
      [1, 0],
      ['0', '1'],
    ]);
    const file = bytesOf('{"review":"x","stars":"good"}\n');
    expect(shown(await readJsonLines(file, { text: 'review', label: 'stars' }))).toEqual([
      ['x'],
      [0],
      ['good'],
    ]);
  });

  it('keep to the classes of the training part', async () => {
    const options = { classNames: ['x', 'b', 'a'] };
    expect(shown(await readFastText(bytesOf('__label__a t'), options))).toEqual([
      ['t'],
      [2],
      ['x', 'b', 'a'],
    ]);
    await expect(readFastText(bytesOf('__label__c t'), options)).rejects.toThrow(
      'one of the 3 classes; got "c" on line 1',
    );
    await expect(readFastText(bytesOf('__label__a t'), { classNames: ['a', 'a'] })).rejects.toThrow(
      ConfigError,
    );
  });

  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each<[string, (file: Uint8Array) => Promise<TextDataset>, string | Uint8Array, string]>([
    ['no lines', readFastText, '\n \n', 'at least one text with its class; got none'],
    ['a line without a class', readFastText, '__label__a x\ny\n', 'got none on line 2'],
    ['a line with two classes', readFastText, '__label__a __label__b x', 'got several on line 1'],
    [
      'what is no UTF-8',
      readFastText,
      Uint8Array.of(0x61, 10, 0xff, 10),
      'text in UTF-8; got bytes that are none on line 2',
    ],
    ['an open quote', readNewsCsv, '"1","x"\n"2","y\n', 'a quote that is not closed on line 2'],
    ['text after a quote', readNewsCsv, '"1","x"y\n', 'text after a closing quote on line 1'],
    ['a quote in a cell', readNewsCsv, '"1",x"y"\n', 'a quote inside a cell on line 1'],
    ['a class alone', readNewsCsv, '1\n', 'a class and text; got 1 cells on line 1'],
    ['a ragged line', readNewsCsv, '1,"a\nb",c\n2,d\n', 'a class and 2 cells of text; got 2 cells on line 3'],
    ['broken JSON', readJsonLines, '{"text":"x","label":1}\n{', 'got something else on line 2'],
    [
      'a text that is none',
      readJsonLines,
      '{"text":1,"label":1}',
      'one without, or of other types on line 1',
    ],
    ['keys that are only inherited', readJsonLines, '{"__proto__":{"text":"x","label":1}}', 'one without'],
    ['very deep JSON', readJsonLines, deep, 'on line 1'],
  ])('refuse %s', async (_, read, content, message) => {
    const reading = read(typeof content === 'string' ? bytesOf(content) : content);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(message);
  });
});
