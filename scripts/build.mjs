// @ts-check
/**
 * Builds what runs: the packages, the benchmarks, the conformance adapter and the command `rdml`. Prints nothing when all is well, and on
 * stderr otherwise, so that the stdout of what is started next stays its own. Takes a fraction of a second when nothing changed.
 */

import { bundleCli } from './bundle-cli.mjs';
import { removeStaleOutput } from './lib/stale-output.mjs';
import { root, tool } from './lib/run.mjs';

const compiled = await tool('tsc', [
  '-b',
  'tsconfig.build.json',
  '--pretty',
  String(process.stderr.isTTY === true),
]);
if (compiled.code !== 0) {
  process.stderr.write(compiled.output);
  process.exit(1);
}

const packages = ['tensor', 'autodiff', 'nn', 'rdml'].map((name) => `packages/${name}`);
for (const folder of [...packages, 'bench', 'conformance']) {
  await removeStaleOutput(`${root}${folder}`);
}
await bundleCli();
