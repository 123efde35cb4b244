/**
 * Whether memory stays flat over 10,000 training steps on the gpu backend: writes docs/experiments/gpu-memory.md, or the sections of the
 * modes that are named, and exits with 1 if anything has grown. In software it takes minutes for each.
 *
 *     pnpm experiment:gpu-memory [webasm] [webgl2] [webgpu] [headlessgl] [--steps N]
 *
 * headlessgl needs what `pnpm gpu:in-node --install headlessgl` installs, and a display: docs/gpu-in-node.md.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { namesOf, numberOf, split, text } from '../../command-line.js';
import { describeMachine, formatMachine } from '../../machine.js';
import { markdownTable } from '../markdown.js';
import { followHere, followInChromium, type Plan, type Run } from './follow.js';
import { growth, mebibytes } from './growth.js';

const { values: flags, positionals } = split(process.argv.slice(2), { steps: text });
const every = 500;
const plan: Plan = {
  steps: numberOf('--steps', flags.steps ?? '10000', { least: 3 * every, most: 10_000_000 }),
  every,
};
/** Steps between two rows of a table. */
const shown = 2000;

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const inChromium = (mode: 'webgl2' | 'webgpu'): Promise<Run> =>
  followInChromium(mode, plan, at('page.js'), at('../../page-memory/'));

interface Mode {
  readonly title: string;
  readonly isUsual: boolean;
  readonly follow: () => Promise<Run>;
}

const modes: Readonly<Record<string, Mode>> = {
  webasm: { title: "gpu.js's WebAssembly, in Node", isUsual: true, follow: () => followHere('webasm', plan) },
  webgl2: { title: 'WebGL2, in Chromium', isUsual: true, follow: () => inChromium('webgl2') },
  webgpu: { title: 'WebGPU, in Chromium', isUsual: true, follow: () => inChromium('webgpu') },
  headlessgl: {
    title: 'Headless GL, in Node',
    isUsual: false,
    follow: () => {
      const installed = createRequire(at('../../../../browser/in-node/headlessgl/package.json'));
      return followHere('headlessgl', plan, installed('gpu.js'));
    },
  },
};

/** What a run came to, as a section of the page. */
function section(title: string, run: Run, seconds: number, grown: readonly string[]): string {
  const names = Object.keys(run.samples[0]?.processes ?? {});
  const rows = run.samples
    .filter(({ step }, k) => k === 0 || step % shown === 0)
    .map((sample) => [
      sample.step,
      sample.loss.toPrecision(3),
      sample.lent,
      sample.idle,
      (sample.idleBytes / 2 ** 10).toFixed(0),
      sample.most,
      (sample.bytes / 2 ** 10).toFixed(1),
      sample.compiled,
      sample.uploads,
      sample.readbacks,
      ...(sample.heap === undefined ? [] : [mebibytes(sample.heap.used), mebibytes(sample.heap.total)]),
      ...names.map((name) => mebibytes(sample.processes[name] ?? Number.NaN)),
    ]);
  const counted = ['step', 'loss', 'lent', 'idle', 'KiB idle', 'most', 'KiB of tensors', 'compiled'];
  const ofHeap = run.samples[0]?.heap === undefined ? [] : ['MiB in use', 'MiB of the heap'];
  const head = [...counted, 'uploads', 'readbacks', ...ofHeap, ...names.map((name) => `MiB of the ${name}`)];
  const verdict =
    grown.length === 0 ? 'Nothing has grown.' : grown.map((line) => `- has grown: ${line}`).join('\n');
  return `## ${title}

${run.where}. Made on ${new Date().toISOString().slice(0, 10)} in ${seconds.toFixed(0)} s: ${formatMachine(describeMachine())}.

${markdownTable(
  head,
  rows.map((cells) => cells.map(String)),
)}

${verdict}
`;
}

const head = `# Memory on the gpu backend over 10,000 steps

A perceptron 64-16-10 learns the digits by SGD with momentum, in batches of 32. Every ${plan.every} steps the garbage collector is called and what
is left is counted: textures or buffers that tensors have (*lent*), those that wait in the pool for the next result of their size (*idle*), the
bytes of all tensors of the backend, and the resident memory of the processes that take part. *most* is the highest number of textures or
buffers, lent or idle, after any of the steps since the count before, when the collector comes as it likes: it frees the weights and momenta
of earlier steps. A step brings its images and its labels there and reads once. In gpu.js's WebAssembly arrays take the place of textures,
and there is no pool.

JavaScript's heap, where it is told, has two sizes: what is in use after the collector's turn, and all that the engine has taken for it.

Nothing has grown where *lent*, the tensors, their bytes and the number of compiled kernels are the same from the second count to the last,
*most* stays below what the steps between two counts can leave to the collector (weights and momenta once a step), and the median of the heap in
use, and of the memory of each process beside its heap, in the last quarter of the counts is at most a tenth above that in the first.

In WebGPU mode the page's process grows by jumps at first: that is the room that the engine takes for its heap, which it doubles a few times and then leaves.
With more room it collects less often, so what steps leave behind in between grows with it, buffers among it: *idle* jumps when the heap does. What is in
use after the collector's turn stays, and so does the rest of the process.

Each section is made by \`pnpm experiment:gpu-memory\` or, by itself, with the name of its mode. WebGL2 and WebGPU ran in software
(SwiftShader): on the driver of a GPU this has not run.
`;

const usual = Object.keys(modes).filter((name) => modes[name]?.isUsual === true);
const asked = namesOf('mode', positionals, Object.keys(modes), usual);

const page = at('../../../../docs/experiments/gpu-memory.md');
const kept: string[] = await readFile(page, 'utf8').then(
  (content) => content.split(/^(?=## )/m).slice(1),
  () => [],
);
for (const [name, { title, follow }] of Object.entries(modes)) {
  if (!asked.includes(name)) continue;
  const start = performance.now();
  const run = await follow();
  const grown = growth(run);
  if (grown.length > 0) process.exitCode = 1;
  const made = section(title, run, (performance.now() - start) / 1000, grown);
  console.log(made);
  const place = kept.findIndex((own) => own.startsWith(`## ${title}\n`));
  if (place < 0) kept.push(made);
  else kept[place] = made;
  await writeFile(page, `${[head, ...kept].map((own) => own.trim()).join('\n\n')}\n`);
}
