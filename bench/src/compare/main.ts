import { fileURLToPath } from 'node:url';
import { allBackends } from '../backends.js';
import { runProgram } from '../command-line.js';
import { formatMachine, isBusy, machineBeforeRun } from '../machine.js';
import { suites } from '../suites/index.js';
import { type CompareArguments, parseCompareArguments } from './arguments.js';
import { launch, type Launch } from './launch.js';
import { startSide } from './process-side.js';
import { reportOf } from './report.js';
import { buildCommit, commitOf } from './worktree.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const known = {
  suites: Object.keys(suites),
  shortSuites: Object.keys(suites).filter((name) => suites[name]?.isLong !== true),
  backends: [...allBackends.keys()],
};

const help = `pnpm bench:compare BASE [suite ...] [--launches N] [--rounds N] [--backend NAME,...] [--sizes N,N,...]

Compares the working tree with the commit BASE, and tells which tasks became slower or faster beyond noise, and what is wrong.

  suites      all but the long ones by default
  --launches  processes of each program; 8 by default
  --rounds    samples of each task in a launch; 5 by default
  --backend   our backends: ${known.backends.join(', ')}; wasm by default
  --sizes     extents of the matrices of matmul; 128,512 by default

Exit code 1 if something became slower or wrong. How it is done: bench/protocol.md`;

async function compare({ base, launches, rounds, choice }: CompareArguments): Promise<boolean> {
  const commit = commitOf(root, base);
  const machine = await machineBeforeRun();
  console.log(formatMachine(machine));
  if (isBusy(machine))
    console.log('WARNING: this machine is busy with something else: small changes will not be seen');
  console.log(`building ${commit.slice(0, 12)} (${base})`);
  const built = buildCommit(root, commit);
  try {
    const done: Launch[] = [];
    for (let i = 1; i <= launches; i++) {
      const start = performance.now();
      const [before, now] = [startSide(built.folder, choice), startSide(root, choice)];
      stop = () => {
        before.stop();
        now.stop();
      };
      try {
        done.push(await launch(before.side, now.side, rounds));
      } finally {
        stop();
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

/** Ends the two processes that run now. What was made for them is then taken away, as after any failure. */
let stop = (): void => undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop());
await runProgram('bench:compare', async (typed) => {
  const words = parseCompareArguments(typed, known);
  if (words === 'help') console.log(help);
  else process.exitCode = (await compare(words)) ? 0 : 1;
});
