import { open, writeFile } from 'node:fs/promises';
import { type Arguments, parseArguments } from './arguments.js';
import { allBackends } from './backends.js';
import { runProgram, UsageError } from './command-line.js';
import { formatLimits } from './limits/format-limits.js';
import { measureLimits } from './limits/measure-limits.js';
import { formatPage } from './page.js';
import { describeMachine, formatMachine, isBusy, machineBeforeRun } from './machine.js';
import { measure } from './measure.js';
import { allPeers, usualPeers } from './peers/index.js';
import { formatRun, type GroupRecord, recordOf } from './record.js';
import { keepAndShow } from './results/keep.js';
import { suites } from './suites/index.js';
import { formatGroup } from './table.js';

const known = {
  suites: Object.keys(suites),
  backends: [...allBackends.keys()],
  peers: [...allPeers.keys()],
  usualPeers,
  quick: {
    suites: Object.keys(suites).filter((name) => suites[name]?.isLong !== true),
    sizes: [128, 512],
    seconds: 0.2,
    backends: [...allBackends.keys()].filter((name) => name !== 'reference'),
    peers: ['plain'],
  },
};

const help = `pnpm bench [suite ...] [--backend NAME,...] [--peers NAME,...] [--sizes N,N,...] [--seconds N] [--quick] [--save] [--json FILE] [--html FILE]

Suites (all by default):
${Object.entries(suites)
  .map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`)
  .join('\n')}

  --backend  our backends: ${known.backends.join(', ')}; all by default
  --peers    other libraries: ${known.peers.join(', ')}, or all, or none;
             ${usualPeers.join(', ')} by default. pnpm bench:peers installs those from npm.
  --sizes    extents of the square matrices of matmul; 64,256,512 by default
  --seconds  how long each group of contenders takes samples (5 to 25 rounds); 1 by default
  --quick    without the long suites, the reference backend and most peers: under five minutes
  --save     also keep the results as those of this machine, in bench/results, and write the pages that show them
  --json     also write the results, with all samples and the machine, to a file
  --html     also write a page with charts

What is measured: bench/README.md, and how: bench/protocol.md`;

async function run({ sizes, full, seconds, save, json, html, ...names }: Arguments): Promise<void> {
  for (const file of [json, html]) if (file !== undefined) await requireWritable(file);
  const options = {
    sizes,
    full,
    backends: pick(allBackends, names.backends),
    peers: pick(allPeers, names.peers),
  };
  const date = new Date().toISOString();
  const machine = await machineBeforeRun();
  console.log(formatMachine(machine));
  if (isBusy(machine)) {
    console.log('WARNING: this machine is busy with something else; take the figures again when it is quiet');
  }
  const limits = await measureLimits();
  console.log(formatLimits(limits));
  const records: GroupRecord[] = [];
  for (const suite of names.suites) {
    console.log(`\n${suite}: ${suites[suite]?.summary}`);
    for await (const group of suites[suite]?.groups(options) ?? []) {
      const record = recordOf(suite, group, await measure(group, { seconds, limits }));
      records.push(record);
      console.log(`\n${formatGroup(record)}`);
    }
  }
  const loadAtEnd = describeMachine().load;
  console.log(`\nload average at the end ${loadAtEnd.toFixed(2)}, of which 1 is this run itself`);
  const command = `pnpm bench ${process.argv.slice(2).join(' ')}`
    .replace(/ --(?:json|html)[ =]\S+/g, '')
    .trim();
  const record = { date, command, machine, limits, loadAtEnd, records };
  if (save) await keepAndShow(record);
  if (json !== undefined) await write(json, formatRun(record));
  if (html !== undefined) await write(html, formatPage(record));
}

function pick<T>(all: ReadonlyMap<string, T>, names: readonly string[]): Map<string, T> {
  return new Map(names.map((name) => [name, all.get(name) as T]));
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  console.log(`written: ${path}`);
}

/** Before anything is measured: a run takes a minute. @throws UsageError */
async function requireWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

await runProgram('bench', async (typed) => {
  const words = parseArguments(typed, known);
  if (words.help) console.log(help);
  else await run(words);
});
