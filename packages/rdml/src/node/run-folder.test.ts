import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { decodeSafetensors } from '@renyi/nn';
import { tensor } from '@renyi/tensor';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunFolder } from './run-folder.js';

let parent = '';
beforeEach(() => {
  parent = join(mkdtempSync(join(tmpdir(), 'rdml-run-')), 'deep', 'runs');
});
afterEach(() => rmSync(join(parent, '..', '..'), { recursive: true, force: true }));

const time = new Date('2025-01-31T23:59:59.999Z');

test('the name is the time in UTC and what the run is about, in harmless characters', async () => {
  const folder = await RunFolder.create({ parent, name: 'my data/../é $x', time });
  expect(basename(folder.path)).toBe('2025-01-31T23-59-59Z-my_data_.._x');
  expect(readdirSync(parent)).toEqual([basename(folder.path)]);
});

test('runs that start in the same second get folders of their own', async () => {
  const starts = Array.from({ length: 12 }, () => RunFolder.create({ parent, name: 'digits', time }));
  const paths = (await Promise.all(starts)).map((folder) => folder.path);
  expect(new Set(paths).size).toBe(12);
  expect(readdirSync(parent)).toContain('2025-01-31T23-59-59Z-digits-12');
});

test('weights and JSON can be read back', async () => {
  const folder = await RunFolder.create({ parent, name: 'digits', time });
  await folder.writeJson('config.json', { alpha: 1.5 });
  await folder.writeWeights('student-0.safetensors', { '0.bias': tensor([1, 2]) }, { role: 'student' });
  expect(JSON.parse(readFileSync(folder.file('config.json'), 'utf8'))).toEqual({ alpha: 1.5 });
  const { tensors, metadata } = decodeSafetensors(readFileSync(folder.file('student-0.safetensors')));
  expect(tensors['0.bias']?.toArray()).toEqual([1, 2]);
  expect(metadata).toEqual({ role: 'student' });
});

test('what a killed run left half-written is swept when the next one starts, in run folders only', async () => {
  const temporary = `.result.json.${2 ** 22 + 1}-0123abcd.tmp`;
  const old = new Date(Date.now() - 120_000);
  for (const name of ['2025-01-01T00-00-00Z-digits', 'photographs']) {
    mkdirSync(join(parent, name), { recursive: true });
    writeFileSync(join(parent, name, temporary), '{');
    utimesSync(join(parent, name, temporary), old, old);
  }
  await RunFolder.create({ parent, name: 'digits', time });
  expect(readdirSync(join(parent, '2025-01-01T00-00-00Z-digits'))).toEqual([]);
  expect(readdirSync(join(parent, 'photographs'))).toEqual([temporary]);
});

test('a parent that is a file is refused', async () => {
  mkdirSync(join(parent, '..'), { recursive: true });
  writeFileSync(parent, '');
  await expect(RunFolder.create({ parent, name: 'digits', time })).rejects.toMatchObject({
    name: 'FileSystemError',
    code: 'EEXIST',
    path: parent,
  });
});

test('a folder that is asked for by its path is that one, or none', async () => {
  mkdirSync(parent, { recursive: true });
  const folder = await RunFolder.make(join(parent, 'k2-seed0'));
  expect(readdirSync(parent)).toEqual(['k2-seed0']);
  await expect(RunFolder.make(folder.path)).rejects.toMatchObject({ code: 'EEXIST' });
});
