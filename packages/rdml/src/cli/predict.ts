import { Dataset } from '@renyi/nn';
import { ensembleProbabilitiesAsync, standardize } from '../index.js';
import { writeFileAtomic } from '../node.js';
import { loadFeatures } from './data/load.js';
import { preparing } from './exit-codes.js';
import { type Model, readModel, type WeightsChoice } from './model.js';
import type { OutputOptions, Surroundings } from './train.js';

export interface PredictOptions extends OutputOptions {
  readonly weights: WeightsChoice;
  /** A file with the features, with or without the classes. */
  readonly data: string;
  /** Where the table goes; stdout by default. */
  readonly out: string | undefined;
}

/**
 * `rdml predict`: the class that the ensemble of a run predicts for each row of a file, and the probability of each
 * class, as CSV or, with `--json`, as one JSON object.
 * @throws UsageError for a folder that is no run's, or data of another kind
 */
export async function predict(
  folder: string,
  options: PredictOptions,
  { stdout, stop }: Surroundings,
): Promise<void> {
  const { model, content } = await preparing(async () => {
    const read = await readModel(folder, options.weights);
    const { classes, classNames, label, features } = read.environment.data;
    const known = { classes, names: classNames ?? undefined };
    const texts = read.environment.data.dtype === 'int32' ? read.config : undefined;
    const own = { label: label ?? undefined, known, features, texts };
    return { model: read, content: await loadFeatures(options.data, own, stop) };
  });
  const { classes, classNames } = model.environment.data;
  const names = classNames ?? Array.from({ length: classes }, (_, c) => String(c));
  const predictions = await predictionsOf(model, content);
  const text = options.json
    ? `${JSON.stringify({ classes: names, predictions: predictions.map(({ best, probs }) => ({ class: names[best], probabilities: probs })) })}\n`
    : csvOf(names, predictions);
  if (options.out === undefined) stdout.write(text);
  else await writeFileAtomic(options.out, text);
}

interface Prediction {
  /** The number of the most probable class, the first of several. */
  readonly best: number;
  readonly probs: readonly number[];
}

async function predictionsOf(
  { modules, scaling, environment }: Model,
  { inputs, rows }: { readonly inputs: Float32Array; readonly rows: number },
): Promise<readonly Prediction[]> {
  const { classes, features, shape, dtype } = environment.data;
  // Their classes are not known, or not asked for.
  const labels = new Int32Array(rows);
  const scaled = standardize(new Dataset({ inputs, labels, features, classes, shape, dtype }), scaling);
  const flat = await ensembleProbabilitiesAsync(modules, scaled.tensors().inputs);
  return Array.from({ length: rows }, (_, row) => {
    const probs = Array.from(flat.subarray(row * classes, (row + 1) * classes));
    return { best: probs.indexOf(Math.max(...probs)), probs };
  });
}

function csvOf(names: readonly string[], predictions: readonly Prediction[]): string {
  const head = ['class', ...names.map((name) => `p_${name}`)].map(csvCell);
  const lines = predictions.map(({ best, probs }) =>
    [csvCell(names[best] ?? ''), ...probs.map((p) => String(Number(p.toPrecision(9))))].join(','),
  );
  return `${[head.join(','), ...lines].join('\n')}\n`;
}

/** In quotes where it would not be one cell otherwise. */
function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
