/** The command `rdml`. */
import { readFileSync } from 'node:fs';
import { codeOf } from '../node.js';
import { exitCodeOf, oneLine } from './one-line.js';
import { createProgram } from './program.js';
import { report } from './report.js';
import type { PageAssets } from './report/html.js';
import { resume } from './resume.js';
import { listenForStop } from './signals.js';
import { type Surroundings, train } from './train.js';

// Next to the bundle's folder; this file is not run from anywhere else.
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const { stdout, stderr } = process;
const words = process.argv.slice(2);

// Who reads the output may leave early (`rdml train | head -1`): that is no failure, and nothing to print a stack for.
stderr.on('error', () => {});
stdout.on('error', (error) => {
  if (codeOf(error) === 'EPIPE') process.exit(process.exitCode ?? 0);
  fail(error);
});

/** Made by the build, next to the bundle. */
function pageAssets(): PageAssets {
  return JSON.parse(readFileSync(new URL('./page-assets.json', import.meta.url), 'utf8')) as PageAssets;
}

const around: Surroundings = {
  version: manifest.version,
  words,
  pageAssets,
  stdout,
  stderr,
  stop: listenForStop((exitCode) => {
    around.onLeave?.();
    process.exit(exitCode);
  }),
  onLeave: undefined,
};

/** The commands that there are, as soon as that is known. */
let known: readonly string[] = [];

try {
  const program = createProgram(manifest.version, {
    train: (options) => train(options, around),
    resume: (folder, options) => resume(folder, options, around),
    report: (folder, options) => report(folder, options, around),
  });
  known = program.commands.map((command) => command.name());
  // Without a command there is nothing to do but to tell what there is.
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: 'user' });
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  process.exitCode = exitCodeOf(error);
  if (process.exitCode === 0) return;
  const [word = ''] = words;
  stderr.write(`${oneLine(known.includes(word) ? `rdml ${word}` : 'rdml', error)}\n`);
  if (words.includes('--verbose') && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
}
