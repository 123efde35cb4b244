import { ConfigError, FormatError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { csvRecords } from './csv-records.js';
import { bytesOf, gzip } from './files.testing.js';
import { readCsv } from './read-csv.js';

describe('csvRecords', () => {
  it('splits by commas and lines, with quotes, CRLF, blank lines and the line of each', () => {
    const text = ' a , "b, ""c""\r\nd" ,\r\n\n"",e,f\r\n,\ng';
    expect([...csvRecords('test', text)]).toEqual([
      { cells: ['a', 'b, "c"\r\nd', ''], line: 1 },
      { cells: ['', 'e', 'f'], line: 4 },
      { cells: ['', ''], line: 5 },
      { cells: ['g'], line: 6 },
    ]);
  });
});

describe('readCsv', () => {
  const good = '1.5,-2,0\n.5,1e-3,1\n+3,4.,0\n0,0,1\n';

  it.each([
    ['plain', bytesOf(good)],
    ['in gzip', gzip(bytesOf(good))],
    ['with names, a byte order mark, CRLF and quotes', bytesOf(`\uFEFFw,"h",class\r\n"1.5"${good.slice(3)}`)],
  ])('reads numbers and classes %s', async (_, file) => {
    const { dataset } = await readCsv(file, { name: 'four' });
    expect(dataset).toMatchObject({ name: 'four', features: 2, classes: 2 });
    expect([...dataset.inputs]).toEqual([1.5, -2, 0.5, Math.fround(1e-3), 3, 4, 0, 0]);
    expect([...dataset.labels]).toEqual([0, 1, 0, 1]);
  });

  it('takes the classes from the column that is named, and keeps to those that are known', async () => {
    const file = bytesOf('kind,w\nb,1\na,2\nb,3\na,4\n');
    const { dataset, classNames, featureNames } = await readCsv(file, { label: 'kind' });
    expect([[...dataset.labels], classNames, featureNames]).toEqual([[1, 0, 1, 0], ['a', 'b'], ['w']]);
    const known = { classes: 3, names: ['b', 'x', 'a'] };
    expect([...(await readCsv(file, { label: '1', known })).dataset.labels]).toEqual([0, 2, 0, 2]);
  });

  it('refuses what is wrong, with its line', async () => {
    await expect(readCsv(bytesOf(good), { label: 'kind' })).rejects.toThrow(ConfigError);
    for (const [content, message] of [
      ['', 'an empty file in data'],
      ['1,2,0\n1,1\n', 'readCsv: expected 3 cells, as on line 1; got 2 in data, line 2'],
      ['1,x,0\n', 'expected a number; got "x" in data, line 1, column 2'],
      ['1,2,0\n"1,2,0\n', 'a quote that is not closed on line 2'],
    ] as const) {
      await expect(readCsv(bytesOf(content)), content).rejects.toThrow(FormatError);
      await expect(readCsv(bytesOf(content)), content).rejects.toThrow(message);
    }
  });
});
