import { open, writeFile } from 'node:fs/promises';
import { type Arguments, parseArguments, UsageError } from './arguments.js';
import { describeMachine, formatMachine, isLoaded } from './machine.js';
import { measure, type Result } from './measure.js';
import { suites } from './suites/index.js';
import { formatGroup } from './table.js';

const help = `pnpm bench [suite ...] [--sizes N,N,...] [--seconds N] [--json FILE]

Suites (all by default):
${Object.entries(suites)
  .map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`)
  .join('\n')}

  --sizes    extents of the square matrices of matmul; 64,128,256 by default
  --seconds  how long each group of contenders takes samples (5 to 25 rounds); 1 by default
  --json     also write the results, with all samples and the machine, to a file

What is measured, and how: bench/README.md`;

/** The results of one group as they are written to the JSON file. */
interface GroupRecord {
  readonly suite: string;
  readonly group: string;
  readonly unit: string;
  readonly tolerance: number;
  readonly results: readonly Result[];
}

async function run({ suites: names, sizes, seconds, json }: Arguments): Promise<void> {
  if (json !== undefined) await requireWritable(json);
  const date = new Date().toISOString();
  const machine = describeMachine();
  console.log(formatMachine(machine));
  if (isLoaded(machine)) {
    console.log('WARNING: this machine is busy with something else; take the figures again when it is quiet');
  }
  const records: GroupRecord[] = [];
  for (const suite of names) {
    console.log(`\n${suite}: ${suites[suite]?.summary}`);
    for (const group of suites[suite]?.groups({ sizes }) ?? []) {
      const results = await measure(group, { seconds });
      const unit = group.operations === 1 ? group.unit : `${group.unit}/op`;
      records.push({ suite, group: group.name, unit, tolerance: group.tolerance, results });
      console.log(`\n${formatGroup(group, results)}`);
    }
  }
  const after = describeMachine();
  console.log(`\nload average at the end ${after.load.toFixed(2)}, of which 1 is this run itself`);
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify({ date, machine, loadAtEnd: after.load, records }, shorten)}\n`);
    console.log(`written: ${json}`);
  }
}

/** Before anything is measured: a run takes a minute. @throws UsageError */
async function requireWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/** Four digits are more than any of these times has. Infinity, which JSON lacks, becomes text. */
function shorten(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : String(value);
}

try {
  const words = parseArguments(process.argv.slice(2), Object.keys(suites));
  if (words.help) console.log(help);
  else await run(words);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 2;
}
