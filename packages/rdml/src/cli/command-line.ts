import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { codeOf } from '../node.js';
import { type MainThread, mainThread, runApart } from './apart.js';
import { doctor } from './doctor.js';
import { evaluateCommand } from './eval.js';
import { gradcheck } from './gradcheck.js';
import { exitCodeOf, oneLine } from './one-line.js';
import { predict } from './predict.js';
import { createProgram } from './program.js';
import { report } from './report.js';
import type { PageAssets } from './report/html.js';
import { resume } from './resume.js';
import { sweep } from './sweep.js';
import { type Surroundings, train } from './train.js';

/** Those that save what they have when they are asked to stop. Others end at once. */
const trainingCommands: ReadonlySet<string> = new Set(['train', 'resume', 'sweep']);

/** Runs the command that the process was started with, and sets its exit code. */
export async function runCommandLine(): Promise<void> {
  const { stdout, stderr } = process;
  const words = process.argv.slice(2);
  const [first = ''] = words;
  const isApart = isMainThread && trainingCommands.has(first);
  const around = surroundings(words, isMainThread ? undefined : mainThread());
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
    if (isApart) process.exitCode = (await runApart(first)) || process.exitCode || 0;
    // Without a command there is nothing to do but to tell what there is.
    else if (words.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    fail(error);
  }
}

function surroundings(words: readonly string[], main: MainThread | undefined): Surroundings {
  return {
    version: (besideBundle('../package.json') as { version: string }).version,
    words,
    // Made by the build.
    pageAssets: () => besideBundle('./page-assets.json') as PageAssets,
    stdout: process.stdout,
    stderr: process.stderr,
    stop: main?.stop ?? new AbortController().signal,
    stand: (standing) => main?.stand(standing),
  };
}

/** JSON from a path relative to the bundle: this file is not run from anywhere else. */
function besideBundle(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
