// @ts-check
/**
 * Writes docs/operations.md, the catalogue of all public functions of tensors, after a build: `pnpm docs:operations`.
 * With `--print` it is printed instead.
 */

import { writeFile } from 'node:fs/promises';
import { cataloguePath, renderedCatalogue } from './checks/operations.mjs';
import { root } from './lib/run.mjs';

const text = await renderedCatalogue();
if (process.argv.includes('--print')) process.stdout.write(text);
else await writeFile(`${root}${cataloguePath}`, text);
