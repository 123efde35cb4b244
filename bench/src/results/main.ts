/** Writes bench/RESULTS.md and the README's table from the kept runs; with `--check`, says which of them is stale. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './keep.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
for (const { path: place, text } of await generate(root)) {
  const file = path.join(root, place);
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if (!existsSync(file) || (await readFile(file, 'utf8')) !== text) {
    console.log(`${place} is stale; run pnpm bench:results`);
    process.exitCode = 1;
  }
}
