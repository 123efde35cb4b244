import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeStaleOutput } from './stale-output.mjs';

test('deletes what came from a deleted source, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'renyi-stale-'));
  try {
    await mkdir(`${folder}/src`);
    await mkdir(`${folder}/dist`);
    await writeFile(`${folder}/src/kept.ts`, '');
    const outputs = ['kept', 'gone'].flatMap((name) => [`${name}.js`, `${name}.js.map`, `${name}.d.ts`]);
    for (const file of [...outputs, 'cli.js', '.tsbuildinfo']) await writeFile(`${folder}/dist/${file}`, '');

    await removeStaleOutput(folder);

    const left = await readdir(`${folder}/dist`);
    expect(left.sort()).toEqual(['.tsbuildinfo', 'cli.js', 'kept.d.ts', 'kept.js', 'kept.js.map']);
    expect(await removeStaleOutput(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
