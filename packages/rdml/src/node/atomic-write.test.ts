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
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sweepTemporaries, writeFileAtomic } from './atomic-write.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rdml-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file gets its new content and nothing else is left', async () => {
  const path = join(folder, 'weights.bin');
  await writeFileAtomic(path, 'old');
  await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
  expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual(['weights.bin']);
});

test('a write that fails says what and why, and leaves no temporary file', async () => {
  const path = join(folder, 'a-folder');
  mkdirSync(path);
  await expect(writeFileAtomic(path, 'text')).rejects.toMatchObject({
    name: 'FileSystemError',
    path,
    code: 'EISDIR',
  });
  expect(readdirSync(folder)).toEqual(['a-folder']);
});

test('a missing folder is named', async () => {
  const path = join(folder, 'missing', 'file');
  await expect(writeFileAtomic(path, 'text')).rejects.toThrow(
    `writeFileAtomic: expected to be able to write ${path}; got ENOENT (there is no such file or folder)`,
  );
});

test('writes of the same file at once leave one of the contents, whole', async () => {
  const path = join(folder, 'file');
  const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
  await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
  expect(contents).toContain(readFileSync(path, 'utf8'));
  expect(readdirSync(folder)).toEqual(['file']);
});

test('only temporary files that are old and whose process is gone are swept', async () => {
  const gone = 2 ** 22 + 1;
  const old = new Date(Date.now() - 120_000);
  const names = {
    stale: `.student-0.safetensors.${gone}-0123abcd.tmp`,
    young: `.student-1.safetensors.${gone}-0123abcd.tmp`,
    ofLivingProcess: `.student-2.safetensors.${process.pid}-0123abcd.tmp`,
    ofSomebodyElse: '.notes.tmp',
    real: 'student-0.safetensors',
  };
  for (const name of Object.values(names)) {
    writeFileSync(join(folder, name), '');
    if (name !== names.young) utimesSync(join(folder, name), old, old);
  }
  expect(await sweepTemporaries(folder)).toEqual([names.stale]);
  const { stale: _, ...kept } = names;
  expect(readdirSync(folder).sort()).toEqual(Object.values(kept).sort());
});
