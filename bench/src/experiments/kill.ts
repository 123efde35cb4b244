/**
 * Kills training runs at random moments (SIGKILL), and looks at what is left: writes docs/experiments/kill.md, and exits
 * with 1 if a checkpoint or more than an epoch was lost, or a run that went on came to another result.
 *
 *     pnpm experiment:kill
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCheckpoint } from '@renyi/rdml/node';
import { Generator } from '@renyi/tensor';
import { describeMachine, formatMachine } from '../machine.js';
import { markdownTable } from './markdown.js';

const cli = fileURLToPath(new URL('../../../packages/rdml/dist/cli.js', import.meta.url));
const settings = ['train', '--epochs', '40', '--hidden', '64', '--students', '3', '--quiet', '--out'];
const kills = 100;

/** Runs the command to its end, or kills it after some ms. */
async function run(words: readonly string[], killAfter?: number): Promise<number | null> {
  const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return code;
}

/** The only run folder in a folder; undefined before there is one with a checkpoint. */
function runIn(parent: string): string | undefined {
  if (!existsSync(parent)) return undefined;
  const [name] = readdirSync(parent);
  const folder = name === undefined ? undefined : join(parent, name);
  const files = folder === undefined ? [] : readdirSync(folder);
  return files.some((file) => /^(last|previous)\.safetensors$/.test(file)) ? folder : undefined;
}

function weights(folder: string): string {
  return [0, 1, 2]
    .map((k) => readFileSync(join(folder, `student-${k}.safetensors`)).toString('base64'))
    .join();
}

/** How many whole lines the log of a run has: an epoch each. */
function epochsLogged(folder: string): number {
  const path = join(folder, 'metrics.jsonl');
  return existsSync(path) ? (readFileSync(path, 'utf8').match(/\n/g) ?? []).length : 0;
}

const root = mkdtempSync(join(tmpdir(), 'rdml-kill-'));
const begin = performance.now();
const whole = join(root, 'whole');
await run([...settings, whole]);
const expected = weights(runIn(whole) as string);
const usual = performance.now() - begin;

const generator = new Generator(Date.now() % 1e6);
let [done, lostCheckpoints, mostLost, finished, different, beforeFirst] = [0, 0, 0, 0, 0, 0];
for (let attempt = 0; done < kills; attempt++) {
  const parent = join(root, String(attempt));
  for (;;) {
    const folder = runIn(parent);
    if (folder === undefined) rmSync(parent, { recursive: true, force: true });
    const words = folder === undefined ? [...settings, parent] : ['resume', folder, '--quiet'];
    const moment = (generator.uniform([]).item() * usual) / 2;
    const code = await run(words, done < kills ? moment : undefined);
    const left = runIn(parent);
    if (code === null) {
      done += 1;
      console.error(`kill ${done} of ${kills}, after ${moment.toFixed(0)} ms`);
      if (left === undefined) {
        beforeFirst += 1;
        continue;
      }
      try {
        const { state } = await readCheckpoint(join(left, 'last.safetensors'));
        mostLost = Math.max(mostLost, epochsLogged(left) - state.progress.epoch);
      } catch {
        lostCheckpoints += 1;
        break;
      }
      continue;
    }
    finished += 1;
    if (left === undefined || code !== 0 || weights(left) !== expected) different += 1;
    break;
  }
}
rmSync(root, { recursive: true, force: true });

const page = `# Runs that are killed

A run of 40 epochs with three students, killed by SIGKILL at a moment drawn anew each time (up to half of what the whole run
takes, ${(usual / 1000).toFixed(1)} s), resumed, killed again, until it is finished; then the next, until ${kills} kills.

Made by \`pnpm experiment:kill\` on ${new Date().toISOString().slice(0, 10)}: ${formatMachine(describeMachine())}.

${markdownTable(
  ['what', 'how many'],
  [
    ['kills', String(done)],
    ['before the first checkpoint was written', String(beforeFirst)],
    ['after which no whole checkpoint was left', String(lostCheckpoints)],
    ['epochs that were logged and had to be made again, at most', String(mostLost)],
    ['runs that came to their end', String(finished)],
    ['of which with other weights than the run that was never killed', String(different)],
  ],
)}

Each epoch is saved before the next one begins, so that no more than one is ever made again.
`;
const folder = new URL('../../../docs/experiments/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('kill.md', folder), page);
console.log(page);
process.exitCode = lostCheckpoints === 0 && different === 0 && mostLost <= 1 ? 0 : 1;
