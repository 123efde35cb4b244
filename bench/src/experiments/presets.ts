/**
 * How large a batch of the paper's experiments with images may be, their networks at full size: writes docs/experiments/presets.md. Makes one
 * step of each with the batch of the authors, or half of it, or half again, until the memory of the wasm backend is large enough; takes
 * minutes.
 *
 *     pnpm experiment:presets
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Cohort, parseConfig, type TrainingOverrides } from '@renyi/rdml';
import { newStudent } from '@renyi/rdml/models';
import { BackendError, Generator, tensor } from '@renyi/tensor';
import { describeMachine, formatMachine } from '../machine.js';
import { markdownTable } from './markdown.js';

const names = [
  'cifar100-vgg16',
  'cifar100-vgg16-resnet18',
  'cifar100-resnet34',
  'cifar100-googlenet',
  'cifar100-seresnet50',
];
const [shape, classes] = [[3, 32, 32], 100] as const;

interface Preset {
  readonly title: string;
  readonly config: TrainingOverrides;
}

async function readPreset(name: string): Promise<Preset> {
  const url = new URL(`../../../packages/rdml/experiments/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(url, 'utf8')) as Preset;
}

/** What a step took, in a process of its own: memory is never given back. */
interface Step {
  readonly fits: boolean;
  /** Of the whole process, at most. */
  readonly bytes: number;
}

function makeStep({ config }: Preset, batchSize: number): Step {
  const settings = parseConfig({ ...config, batchSize });
  const rows = { shape, features: 3072, dtype: 'float32', classes } as const;
  const students = Array.from({ length: settings.students }, (_, k) =>
    newStudent(k, { ...settings, ...settings.perStudent[k] }, new Generator(k), rows),
  );
  const images = new Generator(1).normal([batchSize, ...shape]);
  const labels = tensor(
    Array.from({ length: batchSize }, (_, row) => row % classes),
    { dtype: 'int32' },
  );
  let fits = true;
  try {
    new Cohort(students, { alpha: 1.5 }).step(images, labels);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    fits = false;
  }
  return { fits, bytes: process.resourceUsage().maxRSS * 1024 };
}

async function largestBatch(name: string): Promise<readonly string[]> {
  const { title, config } = await readPreset(name);
  for (let batchSize = config.batchSize as number; ; batchSize /= 2) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(import.meta.url),
      name,
      String(batchSize),
    ]);
    const { fits, bytes } = JSON.parse(stdout) as Step;
    if (fits) {
      return [`\`${name}\``, title, String(batchSize), (bytes / 2 ** 30).toFixed(1)];
    }
  }
}

const [own, ownBatch] = process.argv.slice(2);
if (own !== undefined) {
  process.stdout.write(JSON.stringify(makeStep(await readPreset(own), Number(ownBatch))));
} else {
  const rows: (readonly string[])[] = [];
  for (const name of names) rows.push(await largestBatch(name));
  const page = `# Batches of the paper's experiments with images

One step of each cohort, its networks at full size, on images of noise of CIFAR's shape, with the wasm backend and one thread. The batch is the
authors', 128, or else the first of 64, 32, 16 and so on whose step fits into linear memory, 4 GiB at most.

Made by \`pnpm experiment:presets\` on ${new Date().toISOString().slice(0, 10)}: ${formatMachine(describeMachine())}.

${markdownTable(['preset', 'cohort', 'batch', 'the process at most, GiB'], rows)}

What is kept for the backward passes of all students is nearly all of it: all must have predicted before one can learn. From then on each
pass frees what it has read before the next one begins. CIFAR-10 instead of CIFAR-100 makes no difference to the first digits.
`;
  await writeFile(new URL('../../../docs/experiments/presets.md', import.meta.url), page);
  process.stdout.write(page);
}
