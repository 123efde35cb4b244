// @ts-check
/**
 * Builds what runs: the packages, the benchmarks and the command `rdml`. Prints nothing when all is well, and on
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

for (const folder of ['packages/tensor', 'packages/autodiff', 'packages/nn', 'packages/rdml', 'bench']) {
  await removeStaleOutput(`${root}${folder}`);
}
await bundleCli();
