import { readFileSync } from 'node:fs';
import { codeOf } from '../node.js';
import { doctor } from './doctor.js';
import { evaluateCommand } from './eval.js';
import { gradcheck } from './gradcheck.js';
import { exitCodeOf, oneLine } from './one-line.js';
import { predict } from './predict.js';
import { createProgram } from './program.js';
import { report } from './report.js';
import type { PageAssets } from './report/html.js';
import { resume } from './resume.js';
import { listenForStop } from './signals.js';
import { sweep } from './sweep.js';
import { type Surroundings, train } from './train.js';

/** Runs the command that the process was started with, and sets its exit code. */
export async function runCommandLine(): Promise<void> {
  const { stdout, stderr } = process;
  const words = process.argv.slice(2);
  const around = surroundings(words);
  const program = createProgram(around.version, {
    train: (options) => train(options, around),
    resume: (folder, options) => resume(folder, options, around),
    sweep: (options) => sweep(options, around),
    eval: (folder, options) => evaluateCommand(folder, options, around),
    predict: (folder, options) => predict(folder, options, around),
    report: (folder, options) => report(folder, options, around),
    gradcheck: (options) => gradcheck(options, around),
    doctor: (options) => doctor(options, around),
  });
  const known = program.commands.map((command) => command.name());
  const fail = (error: unknown): void => {
    process.exitCode = exitCodeOf(error);
    if (process.exitCode === 0) return;
    const [word = ''] = words;
    stderr.write(`${oneLine(known.includes(word) ? `rdml ${word}` : 'rdml', error)}\n`);
    if (words.includes('--verbose') && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
  };
  // Who reads the output may leave early (`rdml train | head -1`): that is no failure, and nothing to print a stack for.
  stderr.on('error', () => {});
  stdout.on('error', (error) => {
    if (codeOf(error) === 'EPIPE') process.exit(process.exitCode ?? 0);
    fail(error);
  });
  try {
    // Without a command there is nothing to do but to tell what there is.
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    fail(error);
  }
}

function surroundings(words: readonly string[]): Surroundings {
  const around: Surroundings = {
    version: (besideBundle('../package.json') as { version: string }).version,
    words,
    // Made by the build.
    pageAssets: () => besideBundle('./page-assets.json') as PageAssets,
    stdout: process.stdout,
    stderr: process.stderr,
    stop: listenForStop((exitCode) => {
      around.onLeave?.();
      process.exit(exitCode);
    }),
    onLeave: undefined,
  };
  return around;
}

/** JSON from a path relative to the bundle: this file is not run from anywhere else. */
function besideBundle(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
