import type { Dataset } from '@renyi/nn';
import { FormatError, Generator } from '@renyi/tensor';
import { dataParts } from '../data-parts.js';
import { type Assessment, type Evaluation, evaluateAsync, reliabilityAsync, standardize } from '../index.js';
import { toJson } from '../node.js';
import { styleFor, wantsColor } from './color.js';
import { type DataSource, loadData } from './data/load.js';
import { digestOf } from './digest.js';
import { sourceOf } from './environment.js';
import { preparing } from './exit-codes.js';
import { decimal, grouped } from './format.js';
import { type Model, readModel, type WeightsChoice } from './model.js';
import type { OutputOptions, Surroundings } from './train.js';

export interface EvalOptions extends OutputOptions {
  readonly weights: WeightsChoice;
  /** Other data than the run's test part. */
  readonly data: DataSource;
}

/**
 * `rdml eval`: how the students of a run do on its test part, or on all rows of other data.
 * @throws UsageError for a folder that is no run's, or data of another kind
 */
export async function evaluateCommand(
  folder: string,
  options: EvalOptions,
  { stdout, stop }: Surroundings,
): Promise<void> {
  const { model, part, what } = await preparing(async () => {
    const read = await readModel(folder, options.weights);
    return { model: read, ...(await partOf(read, folder, options.data, stop)) };
  });
  const { alpha } = model.config;
  const scores = await evaluateAsync(model.modules, part, typeof alpha === 'number' ? alpha : 1);
  const bins = await reliabilityAsync(model.modules, part);
  const { epoch } = model;
  if (options.json) {
    stdout.write(
      `${toJson({ data: what, rows: part.size, weights: options.weights, epoch, ...scores, reliability: bins })}\n`,
    );
    return;
  }
  const { bold } = styleFor(wantsColor(stdout, process.env, options.color));
  stdout.write(
    `${what}: ${grouped(part.size)} rows; ${options.weights} weights, of epoch ${epoch}\n\n${scoreTable(scores, part.size, bold)}\n`,
  );
}

/** The rows to score, scaled as in training. */
async function partOf(
  { config, environment, scaling }: Model,
  folder: string,
  source: DataSource,
  stop: AbortSignal,
): Promise<{ part: Dataset; what: string }> {
  const { data } = environment;
  if (source.file === undefined) {
    const { dataset, test } = await loadData(sourceOf(environment), config, stop);
    if (digestOf(dataset, test) !== data.sha256) {
      throw new FormatError('rdml eval', {
        expected: `the data that the run in ${folder} learned from`,
        got: `other rows in ${data.file ?? 'the embedded digits'}`,
        remedy: 'Put the file back as it was, or give other data with --data',
      });
    }
    const parts = dataParts(dataset, config, new Generator(config.seed), test);
    return { part: parts.test, what: `test part of ${data.name}` };
  }
  const known = { classes: data.classes, names: data.classNames ?? undefined };
  const label = source.label ?? data.label ?? undefined;
  const { dataset: rows, test } = await loadData({ file: source.file, label }, config, stop, known);
  // Of an archive with parts, that which is for this.
  const dataset = test ?? rows;
  if (dataset.features !== data.features || dataset.classes > data.classes) {
    throw new FormatError('rdml eval', {
      expected: `${data.features} features and at most ${data.classes} classes, as in training`,
      got: `${dataset.features} features and ${dataset.classes} classes in ${source.file}`,
    });
  }
  const part = dataset.with({ classes: data.classes });
  return { part: standardize(part, scaling), what: `all of ${dataset.name}` };
}

function scoreTable(
  { students, ensemble, ...rest }: Evaluation,
  rows: number,
  bold: (text: string) => string,
): string {
  const line = (name: string, { accuracy, nll, calibrationError }: Assessment): string => {
    const error = Math.sqrt((accuracy * (1 - accuracy)) / rows);
    return `${name.padEnd(12)}${decimal(accuracy, 4)} ± ${decimal(error, 4)}${decimal(nll, 4).padStart(12)}${decimal(calibrationError, 4).padStart(20)}`;
  };
  const together =
    students.length === 1
      ? []
      : [
          '',
          `agreement   ${decimal(rest.agreement, 4)} of the rows`,
          `divergence  ${decimal(rest.divergence, 4)} nats between students`,
        ];
  return [
    bold(`${''.padEnd(12)}accuracy           NLL (nats)   calibration error`),
    ...students.map((score, k) => line(`student ${k}`, score)),
    bold(line('ensemble', ensemble)),
    ...together,
  ].join('\n');
}
