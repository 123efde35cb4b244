/**
 * Fashion-MNIST, here and in PyTorch: the same networks, initial distributions, batches, optimizer and schedule over several seeds. Writes
 * docs/experiments/fashion.md, and exits with 1 if an accuracy of ours is outside of PyTorch's spread from seed to seed.
 *
 *     pnpm experiment:fashion                     all rows of the page
 *     pnpm experiment:fashion mlp-2000 cnn-2000   these rows; others stay as they are
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { valueAndGrad } from '@renyi/autodiff';
import {
  BatchNorm2d,
  Conv2d,
  cosine,
  type Dataset,
  Flatten,
  Linear,
  MaxPool2d,
  mlp,
  type Module,
  ReLU,
  score,
  Sequential,
  SGD,
} from '@renyi/nn';
import { DataLoader, readData, scalingOf, standardize } from '@renyi/nn/data';
import { crossEntropy, Generator, scope } from '@renyi/tensor';
import { describeMachine, formatMachine } from '../machine.js';
import { interpreterWith } from '../peers/python.js';
import { markdownTable } from './markdown.js';

/** Where Debian's package dataset-fashion-mnist puts them. */
const folder = '/usr/share/datasets/fashion-mnist';
const pageFile = new URL('../../../docs/experiments/fashion.md', import.meta.url);

interface Configuration {
  readonly network: 'mlp' | 'cnn';
  readonly rows: number;
  readonly epochs: number;
}

const configurations: readonly Configuration[] = [
  { network: 'mlp', rows: 2000, epochs: 20 },
  { network: 'mlp', rows: 10_000, epochs: 10 },
  { network: 'cnn', rows: 2000, epochs: 20 },
  { network: 'cnn', rows: 10_000, epochs: 10 },
];
/** Of each network, here and in PyTorch: enough that the worst and the best tell how far seeds lie apart. */
const seedCount = 10;
const settings = { learningRate: 0.05, momentum: 0.9, weightDecay: 5e-4, batchSize: 64 } as const;

const shapes = { mlp: [784], cnn: [1, 28, 28] } as const;
const networks: Readonly<Record<Configuration['network'], (generator: Generator) => Module>> = {
  mlp: (generator) => mlp([784, 128, 10], { generator }),
  cnn: (generator) =>
    new Sequential(
      new Conv2d(1, 16, 3, { padding: 1, bias: false, generator }),
      new BatchNorm2d(16),
      new ReLU(),
      new MaxPool2d(2),
      new Conv2d(16, 32, 3, { padding: 1, bias: false, generator }),
      new BatchNorm2d(32),
      new ReLU(),
      new MaxPool2d(2),
      new Flatten(),
      new Linear(32 * 7 * 7, 128, { generator }),
      new ReLU(),
      new Linear(128, 10, { generator }),
    ),
};

/** The first rows of each class, in the order of the file. */
function firstOfEachClass(data: Dataset, count: number): Dataset {
  const seen = Array.from({ length: data.classes }, () => 0);
  const isEarly = (label: number): boolean => {
    seen[label]! += 1;
    return seen[label]! <= count;
  };
  return data.subset(Array.from(data.labels.keys()).filter((row) => isEarly(data.labels[row] as number)));
}

/** The accuracy on the test part after a training. */
function trained(configuration: Configuration, train: Dataset, test: Dataset, seed: number): number {
  const { network: kind, epochs } = configuration;
  const { learningRate, momentum, weightDecay, batchSize } = settings;
  const generator = new Generator(seed);
  const network = networks[kind](generator);
  const loader = new DataLoader(train, { batchSize, generator, shape: shapes[kind] });
  const steps = epochs * loader.length;
  const optimizer = new SGD(network.parameters(), {
    learningRate: cosine({ from: learningRate, steps }),
    momentum,
    nesterov: true,
    weightDecay,
  });
  for (let step = 0; step < steps; step++) {
    scope(() => {
      const { inputs, labels } = loader.next();
      const loss = () => crossEntropy(network.forward(inputs), labels);
      optimizer.step(valueAndGrad(loss, optimizer.parameters).gradients);
    });
  }
  network.eval();
  const parts = new DataLoader(test, { batchSize: 500, generator, shuffle: false, shape: shapes[kind] });
  let right = 0;
  for (let i = 0; i < parts.length; i++) {
    right += scope(() => {
      const { inputs, labels } = parts.next();
      return score(network.forward(inputs), labels).accuracy * labels.size;
    });
  }
  return right / test.size;
}

async function inPyTorch(configuration: Configuration): Promise<number[]> {
  const seeds = Array.from({ length: seedCount }, (_, seed) => seed);
  const script = fileURLToPath(new URL('../../peers/fashion.py', import.meta.url));
  const request = JSON.stringify({ ...settings, ...configuration, seeds, folder });
  const { stdout } = await promisify(execFile)(interpreterWith('torch'), [script, request]);
  const lines = stdout.trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { readonly accuracy: number }).accuracy);
}

interface Summary {
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
}

function summaryOf(values: readonly number[]): Summary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  return { mean, deviation, least: Math.min(...values), most: Math.max(...values) };
}

const percent = (share: number): string => (100 * share).toFixed(2);
const shown = ({ mean, deviation, least, most }: Summary): string =>
  `${percent(mean)} ± ${percent(deviation)} (${percent(least)} to ${percent(most)})`;

const files = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
const data = await readData(
  await Promise.all(
    files.map(async (file) => {
      const name = `${file}-ubyte.gz`;
      return { name, bytes: await readFile(`${folder}/${name}`) };
    }),
  ),
);
if (data.kind !== 'numbers' || data.test === undefined) throw new Error(`no Fashion-MNIST in ${folder}`);

const nameOf = ({ network, rows }: Configuration): string => `${network}-${rows}`;
const wanted = process.argv.slice(2);
const unknown = wanted.find(
  (name) => !configurations.some((configuration) => nameOf(configuration) === name),
);
if (unknown !== undefined)
  throw new Error(`no row ${unknown}; there are ${configurations.map(nameOf).join(', ')}`);
const table = await knownRows();
let isWithin = true;
for (const configuration of configurations) {
  if (wanted.length > 0 && !wanted.includes(nameOf(configuration))) continue;
  const start = performance.now();
  const part = firstOfEachClass(data.train, configuration.rows / 10);
  const scaling = scalingOf(part, { channels: 1 });
  const [train, test] = [standardize(part, scaling), standardize(data.test, scaling)];
  const own: number[] = [];
  for (let seed = 0; seed < seedCount; seed++) {
    own.push(trained(configuration, train, test, seed));
    console.error(
      `${configuration.network}, ${configuration.rows} rows, seed ${seed}: ${percent(own[seed] ?? 0)} %`,
    );
  }
  const theirs = await inPyTorch(configuration);
  const [ours, torch] = [summaryOf(own), summaryOf(theirs)];
  const difference = ours.mean - torch.mean;
  const error = Math.sqrt((ours.deviation ** 2 + torch.deviation ** 2) / seedCount);
  const isInside = ours.mean >= torch.least && ours.mean <= torch.most;
  isWithin &&= isInside;
  const minutes = (performance.now() - start) / 60_000;
  table.set(nameOf(configuration), [
    nameOf(configuration),
    String(configuration.epochs),
    String(seedCount),
    shown(ours),
    shown(torch),
    `${difference < 0 ? '−' : '+'}${percent(Math.abs(difference))} ± ${percent(error)}`,
    isInside ? 'yes' : '**no**',
    `${new Date().toISOString().slice(0, 10)}, ${minutes.toFixed(0)} min`,
  ]);
  await writePage();
}
process.exitCode = isWithin ? 0 : 1;

/** The rows that the page has, by their names. */
async function knownRows(): Promise<Map<string, readonly string[]>> {
  const page = await readFile(pageFile, 'utf8').catch(() => '');
  const cells = page
    .split('\n')
    .filter((line) => /^\| (mlp|cnn)-/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
  return new Map(cells.map((row) => [row[0] as string, row]));
}

/** The page with what is known so far. */
async function writePage(): Promise<void> {
  const rows = configurations.flatMap((configuration) => {
    const row = table.get(nameOf(configuration));
    return row === undefined ? [] : [row];
  });
  const page = `# Fashion-MNIST, here and in PyTorch

Test accuracy in percent on all 10,000 test images, after training on the first 200 or 1,000 images of each class: mean ± deviation from
seed to seed (least to most). The MLP is 784-128-10 with ReLU; the CNN has two convolutions of 16 and 32 filters of 3x3, each with batch normalization,
ReLU and a 2x2 maximum, then a layer of 128 with ReLU and one of 10. Pixels are standardized by one mean and deviation of the training images; batches of ${settings.batchSize},
SGD with Nesterov momentum ${settings.momentum}, learning rate ${settings.learningRate} falling to 0 by a cosine, weight decay ${settings.weightDecay}; weights start from the same
distributions, PyTorch's defaults, and orders are drawn by each library's own generator.

Made by \`pnpm experiment:fashion\`, each row by itself; PyTorch by \`bench/peers/fashion.py\`. The machine of the last row:
${formatMachine(describeMachine())}.

${markdownTable(['network and rows', 'epochs', 'seeds', 'here', 'PyTorch', 'difference ± standard error', "within PyTorch's spread", 'made'], rows)}

Within the spread is a mean of ours that lies between PyTorch's worst and best seed. Rows that are not here have not been run.
`;

  await writeFile(pageFile, page);
  console.log(page);
}
