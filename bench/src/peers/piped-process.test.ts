import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { PipedProcess } from './piped-process.js';

/** Answers what it is asked, until the pipe is closed. */
const echo = ['sh', '-c', 'exec < "$0" > "$1"; exec cat'] as const;

test('what is asked is answered, with more than is read at once, and in turn', () => {
  const asked = new PipedProcess(echo);
  const long = { text: 'a'.repeat(65_000) };
  expect([asked.ask({ a: 1 }), asked.ask(long), asked.ask({})]).toEqual([{ a: 1 }, long, {}]);
  expect(() => asked.ask({ error: 'no such task' })).toThrow('no such task');
  asked.close();
});

test('the names of the pipes are gone as soon as both sides have them open', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pipes-'));
  vi.stubEnv('TMPDIR', folder);
  const asked = new PipedProcess(echo);
  vi.unstubAllEnvs();
  expect(readdirSync(folder)).toEqual([]);
  asked.close();
  rmSync(folder, { recursive: true });
});

test('a package behind a symbolic link is still found where it is', () => {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'linked-')));
  const file = (name: string): string => path.join(folder, name);
  for (const name of ['package', 'other']) {
    mkdirSync(file(name));
    writeFileSync(file(`${name}/index.js`), '');
  }
  symlinkSync(file('package'), file('link'));
  const require = createRequire(file('index.js'));
  // Node keeps the parts of a path that it has seen.
  require.resolve(file('other/index.js'));
  const asked = new PipedProcess(echo);
  asked.close();
  expect(require.resolve(file('link/index.js'))).toBe(file('package/index.js'));
  rmSync(folder, { recursive: true });
});
