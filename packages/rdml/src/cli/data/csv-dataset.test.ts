import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FormatError } from '@renyi/tensor';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCsv, readCsvDataset } from './csv-dataset.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rdml-csv-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Uint8Array, name = 'data.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const good = '1.5,-2,0\n.5,1e-3,1\n+3,4.,0\n0,0,1\n';

describe('reads', () => {
  const expected = {
    features: 2,
    classes: 2,
    inputs: Float32Array.of(1.5, -2, 0.5, Math.fround(1e-3), 3, 4, 0, 0),
    labels: Int32Array.of(0, 1, 0, 1),
  };

  test.each([
    ['plain lines', good],
    ['Windows line ends', good.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${good}`],
    ['a line of names', `width,"height, cm",class\n${good}`],
    ['blank lines and no line end at the end', `\n${good.replace('\n', '\n\n').trimEnd()}`],
    ['spaces and quotes', good.replace('1.5,-2', ' "1.5" , -2 ')],
    ['classes written as floats', good.replaceAll(',1\n', ',1.0\n').replaceAll(',0\n', ',0e0\n')],
  ])('%s', async (_, content) => {
    expect((await readCsvDataset(file(content))).dataset).toMatchObject(expected);
  });

  test('gzip, by its first bytes rather than by its name', async () => {
    const bytes = gzipSync(good);
    expect((await readCsvDataset(file(bytes, 'data.csv.gz'))).dataset).toMatchObject(expected);
    expect((await readCsvDataset(file(bytes, 'data.txt'))).dataset).toMatchObject(expected);
  });

  test('more rows than fit into the first buffer and into one chunk of the file', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},${i / 2},${i % 3}`);
    const { dataset } = await readCsvDataset(file(rows.join('\n')));
    expect(dataset).toMatchObject({ size: 30_000, features: 2, classes: 3 });
    expect([...dataset.inputs.subarray(-2)]).toEqual([29_999, 14_999.5]);
  });

  test.each([
    ['iris.csv', 'iris'],
    ['iris.csv.gz', 'iris'],
    ['iris.data', 'iris.data'],
    ['.csv', 'data'],
  ])('%s as a data set named %s', async (name, expectedName) => {
    const content = name.endsWith('.gz') ? gzipSync(good) : good;
    expect((await readCsvDataset(file(content, name))).dataset.name).toBe(expectedName);
  });
});

describe('classes', () => {
  test('may be names, numbered in the order of the alphabet', async () => {
    const { dataset, classNames } = await readCsvDataset(file('1,b\n2,a b\n3,b\n4,a b\n'));
    expect(classNames).toEqual(['a b', 'b']);
    expect([...dataset.labels]).toEqual([1, 0, 1, 0]);
  });

  test.each([
    ['its name', 'kind'],
    ['its number', '1'],
  ])('may be in another column than the last, given by %s', async (_, label) => {
    const path = file('kind,width,height\n1,5,6\n0,7,8\n1,5,6\n0,7,8\n');
    const { dataset, featureNames } = await readCsvDataset(path, { label });
    expect([...dataset.labels]).toEqual([1, 0, 1, 0]);
    expect([...dataset.inputs]).toEqual([5, 6, 7, 8, 5, 6, 7, 8]);
    expect(featureNames).toEqual(['width', 'height']);
  });

  test('in a column that there is not are refused with those that there are', async () => {
    await expect(readCsvDataset(file(`a,b,c\n${good}`), { label: 'd' })).rejects.toThrow(
      /--label to be one of "a", "b", "c", or a column from 1 to 3; got "d"/,
    );
    await expect(readCsvDataset(file(good), { label: '4' })).rejects.toThrow(/has no line of names/);
  });

  test('that are known keep their numbers, and others are refused', async () => {
    const known = { classes: 3, names: ['x', 'y', 'z'] };
    const { dataset } = await readCsvDataset(file('1,z\n2,x\n'), { known });
    expect([...dataset.labels]).toEqual([2, 0]);
    expect(dataset.classes).toBe(3);
    await expect(readCsvDataset(file('1,z\n2,w\n'), { known })).rejects.toThrow(
      /one of the classes "x", "y", "z"; got "w" in .*, line 2, column 2/,
    );
    await expect(readCsvDataset(file('1,5\n'), { known: { classes: 3, names: undefined } })).rejects.toThrow(
      /a class from 0 to 2, as in training; got "5"/,
    );
  });

  test('may be missing altogether where the number of features is known', async () => {
    const content = await readCsv(file('5,6\n7,8\n'), { features: 2 });
    expect(content).toMatchObject({ rows: 2, features: 2, labels: undefined });
    expect((await readCsv(file('9\n'), { features: 1 })).rows).toBe(1);
    await expect(readCsv(file('1,2,3,4\n'), { features: 2 })).rejects.toThrow(
      /expected 2 features, with or without a class; got 4 cells in .*, line 1/,
    );
  });
});

describe('refuses, and says where', () => {
  test.each<[what: string, content: string | Uint8Array, message: string, name?: string]>([
    ['an empty file', '', 'got an empty file in FILE'],
    ['blank lines only', '\n\n', 'got an empty file in FILE'],
    ['names and nothing else', 'a,b,c\n', 'got a line of names and nothing after it in FILE'],
    ['a short line', '1,2,0\n1,1\n', 'expected 3 cells, as on line 1; got 2 in FILE, line 2.'],
    ['a long line', 'a,b,c\n\n1,2,0\n1,2,3,1\n', 'expected 3 cells, as on line 1; got 4 in FILE, line 4.'],
    ['a word', '1,2,0\n1,x,1\n', 'expected a number; got "x" in FILE, line 2, column 2.'],
    ['a word in the first line', '1,x,0\n', 'expected a number; got "x" in FILE, line 1, column 2.'],
    ['a missing value', '1,2,0\n,2,1\n', 'expected a number; got an empty cell in FILE, line 2, column 1.'],
    ['hexadecimal', '0x10,2,0\n', 'expected a number; got "0x10" in FILE, line 1, column 1.'],
    ['NaN', '1,2,0\nNaN,2,1\n', 'expected a finite number (float32); got "NaN" in FILE, line 2, column 1.'],
    [
      'Infinity',
      '-Infinity,2,0\n',
      'expected a finite number (float32); got "-Infinity" in FILE, line 1, column 1.',
    ],
    [
      'more than float32 holds',
      '1e39,2,0\n',
      'expected a finite number (float32); got "1e39" in FILE, line 1, column 1.',
    ],
    [
      'a fraction as class',
      '1,2,0\n1,2,0.5\n',
      'expected a class, a whole number from 0; got "0.5" in FILE, line 2, column 3.',
    ],
    ['a negative class', '1,2,-1\n', 'got "-1" in FILE, line 1, column 3.'],
    ['a name among numbers', '1,2,0\n1,2,setosa\n', 'got "setosa" in FILE, line 2, column 3.'],
    ['a missing name', '1,2,a\n1,2,\n', 'expected a class; got an empty cell in FILE, line 2, column 3.'],
    ['one name', '1,2,a\n1,2,a\n', 'expected at least 2 classes; got only class a in FILE.'],
    ['one class', '1,2,0\n3,4,0\n', 'expected at least 2 classes; got only class 0 in FILE.'],
    [
      'classes from 1',
      '1,2,1\n3,4,2\n3,4,1\n3,4,2\n',
      'to be numbered 0 to 1; got class 2, but no row of class 0 in FILE, line 2, column 3.',
    ],
    [
      'a number for each row as class',
      '1,2,0\n1,2,1\n1,2,2\n',
      'expected classes of several rows each; got 3 classes in 3 rows in FILE.',
    ],
    [
      'one column',
      '1\n2\n',
      'expected at least one feature and a class, separated by a comma; got "1" in FILE, line 1.',
    ],
    ['semicolons', '1;2;0\n', 'line 1. Replace ";" by commas'],
    ['an open quote', '1,2,0\n"1,2,0\n', 'expected comma-separated values; got Quote Not Closed'],
    [
      'text that is not gzip',
      good,
      'expected gzip data in FILE, as its name says; got something else.',
      'data.csv.gz',
    ],
    ['an empty .gz', '', 'expected gzip data in FILE, as its name says; got an empty file.', 'data.csv.gz'],
    [
      'gzip that was cut off',
      gzipSync(good).subarray(0, 20),
      'expected complete gzip data in FILE; got unexpected end of file.',
    ],
    [
      'damaged gzip',
      gzipSync(good).map((byte, i) => (i === 12 ? byte ^ 255 : byte)),
      'expected complete gzip data in FILE; got ',
    ],
    ['noise', Uint8Array.from({ length: 999 }, (_, i) => (i * 7919) % 251), 'in FILE'],
    ['a long cell', `${'9'.repeat(500)}x,1\n`, `got "${'9'.repeat(40)}..." in FILE, line 1, column 1.`],
  ])('%s', async (_, content, message, name) => {
    const path = file(content, name);
    const error: unknown = await readCsvDataset(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toContain(message.replace('FILE', path));
    expect((error as FormatError).remedy).toMatch(/^[A-Z].+[^.]$/);
  });

  test('a missing file and a folder', async () => {
    const path = join(folder, 'missing.csv');
    await expect(readCsvDataset(path)).rejects.toThrow(
      `expected a readable CSV file at ${path}; got no such file.`,
    );
    await expect(readCsvDataset(folder)).rejects.toThrow(
      `expected a readable CSV file at ${folder}; got a folder.`,
    );
  });
});

test('reading stops when it is told to', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  const reading = readCsvDataset(file(good.repeat(50_000)), {}, stop.signal);
  stop.abort(reason);
  await expect(reading).rejects.toBe(reason);
});
