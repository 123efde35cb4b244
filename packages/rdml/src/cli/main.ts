/** The command `rdml`. */
import { readFileSync } from 'node:fs';
import { codeOf } from '../node.js';
import { exitCodeOf, oneLine } from './one-line.js';
import { createProgram } from './program.js';
import { listenForStop } from './signals.js';
import { type Surroundings, train } from './train.js';

// Next to the bundle's folder; this file is not run from anywhere else.
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const { stdout, stderr } = process;
const words = process.argv.slice(2);
const command = words[0] === 'train' ? 'rdml train' : 'rdml';

// Who reads the output may leave early (`rdml train | head -1`): that is no failure, and nothing to print a stack for.
stderr.on('error', () => {});
stdout.on('error', (error) => {
  if (codeOf(error) === 'EPIPE') process.exit(process.exitCode ?? 0);
  fail(error);
});

const around: Surroundings = {
  version: manifest.version,
  stdout,
  stderr,
  stop: listenForStop((exitCode) => {
    around.onLeave?.();
    process.exit(exitCode);
  }),
  onLeave: undefined,
};

try {
  const program = createProgram(manifest.version, (options) => train(options, around));
  // Without a command there is nothing to do but to tell what there is.
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: 'user' });
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  process.exitCode = exitCodeOf(error);
  if (process.exitCode === 0) return;
  stderr.write(`${oneLine(command, error)}\n`);
  if (words.includes('--verbose') && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
}
