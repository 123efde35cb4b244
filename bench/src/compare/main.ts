import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { UsageError } from '../arguments.js';
import { allBackends } from '../backends.js';
import { describeMachine, formatMachine, isLoaded } from '../machine.js';
import { suites } from '../suites/index.js';
import type { Choice } from './child.js';
import { launch, type Launch } from './launch.js';
import { startSide } from './process-side.js';
import { reportOf } from './report.js';
import { buildCommit, commitOf } from './worktree.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const help = `pnpm bench:compare BASE [suite ...] [--launches N] [--rounds N] [--backend NAME,...] [--sizes N,N,...]

Compares the working tree with the commit BASE, and tells which tasks became slower or faster beyond noise, and what is wrong.

  suites      all but the long ones by default
  --launches  processes of each program; 8 by default
  --rounds    samples of each task in a launch; 5 by default
  --backend   our backends: ${[...allBackends.keys()].join(', ')}, wasm by default
  --sizes     extents of the matrices of matmul; 128,512 by default

Exit code 1 if something became slower or wrong. How it is done: bench/protocol.md`;

interface Words {
  readonly base: string;
  readonly launches: number;
  readonly rounds: number;
  readonly choice: Choice;
}

/** @throws UsageError */
function parse(words: readonly string[]): Words | 'help' {
  const text = { type: 'string' } as const;
  let given: ReturnType<typeof parseArgs>;
  try {
    const options = {
      launches: text,
      rounds: text,
      backend: text,
      sizes: text,
      help: { type: 'boolean' },
    } as const;
    given = parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'these are no arguments');
  }
  const { values, positionals } = given;
  if (values['help'] === true) return 'help';
  const [base, ...named] = positionals;
  if (base === undefined)
    throw new UsageError('which commit to compare with? pnpm bench:compare --help tells more');
  const list = (value: unknown, otherwise: readonly string[]): readonly string[] =>
    typeof value === 'string' ? value.split(',') : otherwise;
  const known = (what: string, names: readonly string[], all: readonly string[]): readonly string[] => {
    const unknown = names.find((name) => !all.includes(name));
    if (unknown !== undefined)
      throw new UsageError(`there is no ${what} ${unknown}; there are ${all.join(', ')}`);
    return names;
  };
  const short = Object.keys(suites).filter((name) => suites[name]?.isLong !== true);
  return {
    base,
    launches: count('--launches', values['launches'], 8, 2),
    rounds: count('--rounds', values['rounds'], 5, 1),
    choice: {
      suites: known('suite', named.length > 0 ? named : short, Object.keys(suites)),
      backends: known('backend', list(values['backend'], ['wasm']), [...allBackends.keys()]),
      sizes: list(values['sizes'], ['128', '512']).map((size) => count('--sizes', size, 0, 1)),
    },
  };
}

function count(flag: string, value: unknown, otherwise: number, least: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > 4096)
    throw new UsageError(
      `${flag} takes whole numbers from ${least} to 4096, not '${typeof value === 'string' ? value : ''}'`,
    );
  return number;
}

async function compare({ base, launches, rounds, choice }: Words): Promise<boolean> {
  const commit = commitOf(root, base);
  const machine = describeMachine();
  console.log(formatMachine(machine));
  if (isLoaded(machine))
    console.log('WARNING: this machine is busy with something else: small changes will not be seen');
  console.log(`building ${commit.slice(0, 12)} (${base})`);
  const built = buildCommit(root, commit);
  try {
    const done: Launch[] = [];
    for (let i = 1; i <= launches; i++) {
      const start = performance.now();
      const [before, now] = [startSide(built.folder, choice), startSide(root, choice)];
      try {
        done.push(await launch(before.side, now.side, rounds));
      } finally {
        before.stop();
        now.stop();
      }
      console.log(`launch ${i} of ${launches}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
    }
    const { text, isWell } = reportOf(done);
    console.log(`\n${text}`);
    return isWell;
  } finally {
    built.remove();
  }
}

// The children get the same signal and end; then what was made is taken away below.
process.on('SIGINT', () => undefined);
try {
  const words = parse(process.argv.slice(2));
  if (words === 'help') console.log(help);
  else process.exitCode = (await compare(words)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench:compare: ${error.message}`);
  process.exitCode = 2;
}
