import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sweepTemporaries } from './atomic-write.js';

/** Writes a megabyte of one letter, then of the next, as long as there is somebody to kill it; says so after the first. */
const writer = `
const { writeFileAtomic } = await import(process.argv[1]);
const parent = process.ppid;
for (let i = 0; process.ppid === parent; i++) {
  await writeFileAtomic(process.argv[2], String.fromCharCode(97 + (i % 26)).repeat(1e6));
  if (i === 0) console.log('ready');
}`;

test('a process that is killed while it writes leaves the file whole, and what it leaves else is swept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rdml-kill-'));
  const entry = new URL('../../dist/node.js', import.meta.url).href;
  const path = join(folder, 'file');
  try {
    for (let round = 0; round < 8; round++) {
      const words = ['--input-type=module', '--eval', writer, entry, path];
      const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 5 * round));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const content = readFileSync(path, 'utf8');
      expect(content).toBe(content.charAt(0).repeat(1e6));
    }
    const old = new Date(Date.now() - 120_000);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), old, old);
    await sweepTemporaries(folder);
    expect(readdirSync(folder)).toEqual(['file']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 30_000);
