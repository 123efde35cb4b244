import { resolve } from 'node:path';
import type { Dataset, StateDict } from '@renyi/nn';
import { ConfigError, DomainError, FormatError } from '@renyi/tensor';
import { DivergedError, epochs, Training, type TrainingConfig, type TrainingResult } from '../index.js';
import { newStudent } from '../models.js';
import { RunFolder, toJson } from '../node.js';
import type { Standing } from './apart.js';
import { styleFor, wantsColor } from './color.js';
import { backendInUse, deviceInUse } from './backends.js';
import { type DataSource, loadData } from './data/load.js';
import { madeUpWhereNone } from './data/made-up.js';
import type { LoadedData } from './data/loaded-data.js';
import { InterruptedError, preparing, StoppedError } from './exit-codes.js';
import { readInitialWeights } from './initial-weights.js';
import { createProgress, type Progress } from './progress.js';
import type { PageAssets } from './report/html.js';
import { writeRunReport } from './report/write-report.js';
import { runReport } from './result.js';
import { RunRecord } from './run-record.js';
import { scheduleText } from './schedule-text.js';
import { readSettings, type Settings } from './settings.js';
import { summary } from './summary.js';

/** How a command prints what it has to say. */
export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

export interface TrainOptions extends OutputOptions {
  readonly settings: Settings;
  readonly data: DataSource;
  readonly out: string;
  readonly name: string | undefined;
  /** Prints the configuration instead of training. */
  readonly printConfig: boolean;
}

/** What a run is embedded in. */
export interface Surroundings {
  readonly version: string;
  /** What was typed after `rdml`. */
  readonly words: readonly string[];
  /** What reports are made with. */
  readonly pageAssets: () => PageAssets;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted with an InterruptedError when a signal asks to stop. */
  readonly stop: AbortSignal;
  /** Tells how far what is kept has come, for who must end the process in a hurry. */
  readonly stand: (standing: Standing) => void;
}

/**
 * `rdml train`: trains, keeps the record, and prints the result.
 * @throws UsageError before anything is written; InterruptedError and DivergedError after saving what there is
 */
export async function train(options: TrainOptions, around: Surroundings): Promise<void> {
  const config = await preparing(() => readSettings(options.settings));
  if (options.printConfig) {
    around.stdout.write(`${toJson(config, 2)}\n`);
    return;
  }
  const { loaded, training, source } = await preparing(async () => {
    checkName(options.name);
    const from = await madeUpWhereNone(options, around.stderr);
    const read = await loadData(from, config, around.stop);
    const weights = await readInitialWeights(from.init, config);
    return { loaded: read, training: newTraining(config, read, from, weights), source: from };
  });
  const { dataset } = loaded;
  around.stop.throwIfAborted();
  const name = options.name ?? `${dataset.name}-alpha${scheduleText(config.alpha)}-seed${config.seed}`;
  const folder = await RunFolder.create({ parent: options.out, name });
  around.stand({ folder: folder.path, epoch: 0 });
  const record = await RunRecord.start(training, folder, {
    version: around.version,
    words: around.words,
    loaded,
    data: source,
  });
  await finish(training, record, dataset, options, around);
}

/** Trains to the end from where it is, keeping the record, and prints the result. */
export async function finish(
  training: Training,
  record: RunRecord,
  dataset: Dataset,
  options: OutputOptions,
  around: Surroundings,
): Promise<void> {
  const device = deviceInUse();
  if (device !== null && !options.quiet)
    around.stderr.write(`backend ${backendInUse()} computes with ${device}\n`);
  const progress = createProgress(around.stderr, { quiet: options.quiet, epochs: training.config.epochs });
  try {
    const result = await runToEnd(training, record, progress, around);
    progress.stop();
    await report(result, dataset, record, options, around);
  } finally {
    progress.stop();
    await record.close();
  }
}

/** @throws FormatError when there are too few rows to split */
export function newTraining(
  config: TrainingConfig,
  { dataset, test }: LoadedData,
  { file }: Pick<DataSource, 'file'>,
  initialWeights: readonly StateDict[] = [],
): Training {
  try {
    return new Training(config, dataset, { newStudent, initialWeights, ...(test && { test }) });
  } catch (cause) {
    if (!(cause instanceof DomainError)) throw cause;
    throw new FormatError(
      'rdml train',
      {
        expected: `enough rows in ${file ?? 'the embedded digits'} to split them into a training, a validation and a test part`,
        got: `${dataset.size} rows in ${dataset.classes} classes`,
        remedy: 'Add rows, or enlarge --validation-fraction or --test-fraction',
      },
      { cause },
    );
  }
}

/** Drives the training and records it; what stops it early leaves the weights saved. */
export async function runToEnd(
  training: Training,
  record: RunRecord,
  progress: Progress,
  around: Pick<Surroundings, 'stop'> & Partial<Pick<Surroundings, 'stand'>>,
): Promise<TrainingResult> {
  around.stand?.({ folder: record.folder, epoch: training.epoch });
  const run = epochs(training, {
    signal: around.stop,
    onStep: ({ step, steps }) => progress.step(step, steps),
  });
  try {
    for (;;) {
      const next = await run.next();
      if (next.done === true) {
        await record.save();
        await record.saveWeights(training.epoch, training.step);
        return next.value;
      }
      await record.epoch(next.value, training.step);
      around.stand?.({ epoch: training.epoch });
      progress.epoch(next.value);
    }
  } catch (error) {
    if (!(error instanceof InterruptedError || error instanceof DivergedError)) throw error;
    around.stand?.({ isSaving: true });
    progress.stop();
    // After a divergence the last good checkpoint stays: this step has moved some students and not others.
    if (error instanceof InterruptedError) await record.save();
    await record.saveWeights(training.epoch, training.step);
    throw new StoppedError(stopText(error, training, record.folder), error);
  }
}

/** Why training ended early, and how to go on. */
function stopText(error: InterruptedError | DivergedError, training: Training, folder: string): string {
  const { epoch, step, config } = training;
  const at = `epoch ${Math.min(epoch + 1, config.epochs)} of ${config.epochs}`;
  if (error instanceof InterruptedError) {
    return (
      `interrupted by ${error.signal} (step ${step}, ${at}); weights and metrics so far are in ${folder}. ` +
      `Go on with: rdml resume ${folder}`
    );
  }
  return (
    `training diverged: expected ${error.expected}; got ${error.got} (${at}). ` +
    `Try a smaller --lr (it was ${scheduleText(config.learningRate)}), --lambda or --alpha, or --clip; the weights before that step, the last checkpoint and the metrics are in ${folder}`
  );
}

async function report(
  result: TrainingResult,
  dataset: Dataset,
  record: RunRecord,
  options: OutputOptions,
  { stdout, version, pageAssets }: Surroundings,
): Promise<void> {
  const { seconds, folder } = record;
  const machineReadable = runReport(result, { folder: resolve(folder), seconds, version });
  await record.result(machineReadable);
  const page = await writeRunReport(folder, pageAssets());
  if (options.json) {
    stdout.write(`${toJson(machineReadable)}\n`);
    return;
  }
  const style = styleFor(wantsColor(stdout, process.env, options.color));
  // Apart from the bar above it.
  if (stdout.isTTY && !options.quiet) stdout.write('\n');
  stdout.write(summary(result, dataset, { folder, seconds, page }, style));
}

export function checkName(name: string | undefined): void {
  if (name === undefined || /^[A-Za-z0-9._-]{1,100}$/.test(name)) return;
  throw new ConfigError('rdml', {
    expected: '--name to be 1 to 100 letters, digits, dots, dashes and underscores',
    got: JSON.stringify(name.slice(0, 110)),
    remedy: 'It becomes a part of the name of the run folder; for the folder around it use --out',
  });
}
