import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FormatError } from '@renyi/tensor';
import { fromJson, RunFolder, toJson } from '../node.js';
import { styleFor, wantsColor } from './color.js';
import { backendInUse, threadsInUse, useBackend } from './backends.js';
import { type DataSource, loadData } from './data/load.js';
import type { LoadedData } from './data/loaded-data.js';
import { digestOf } from './digest.js';
import { describeEnvironment, type Environment, schema, sourceOf } from './environment.js';
import { InterruptedError, preparing, StoppedError } from './exit-codes.js';
import { madeUpWhereNone } from './data/made-up.js';
import { readInitialWeights } from './initial-weights.js';
import { writeSweepReport } from './report/write-report.js';
import { presetAlphas } from './preset.js';
import { presetOf, readSettings, type Settings } from './settings.js';
import { wrapped } from './summary.js';
import { type Outcome, sweepCells } from './sweep/cells.js';
import { readOutcome } from './sweep/job.js';
import {
  parseAlphas,
  parseJobs,
  parseSeeds,
  parseSizes,
  type SweepJob,
  sweepJobs,
  type SweepPlan,
} from './sweep/plan.js';
import { runJobs } from './sweep/pool.js';
import { sweepCsv } from './sweep/sweep-csv.js';
import { sweepProgress } from './sweep/sweep-progress.js';
import { type SweepReport, sweepSummary } from './sweep/sweep-report.js';
import { sweepVerdict } from './sweep/sweep-text.js';
import { checkName, newTraining, type OutputOptions, type Surroundings } from './train.js';

export interface SweepOptions extends OutputOptions {
  readonly settings: Settings;
  /** Those of the experiment by default, or 0.5, 1, 1.5 and 2. */
  readonly alphas: string | undefined;
  readonly sizes: string | undefined;
  readonly seeds: string;
  /** How many runs at once, as typed; as many as the machine has processors by default. */
  readonly jobs: string | undefined;
  readonly data: DataSource;
  readonly out: string;
  readonly name: string | undefined;
}

const planName = 'sweep.json';

/**
 * `rdml sweep`: every alpha with every cohort size and every seed, compared with independent training.
 * @throws UsageError before anything is written; StoppedError after saving what there is
 */
export async function sweep(options: SweepOptions, around: Surroundings): Promise<void> {
  const { plan, loaded, source } = await preparing(async () => {
    checkName(options.name);
    const base = await readSettings(options.settings);
    const preset = presetOf(options.settings);
    const [alphas, sizes, seeds] = [
      parseAlphas(options.alphas ?? (preset === undefined ? '0.5,1,1.5,2' : presetAlphas(preset))),
      parseSizes(options.sizes ?? String(base.students)),
      parseSeeds(options.seeds),
    ];
    const from = await madeUpWhereNone(options, around.stderr);
    const made: SweepPlan = { schema, base: { ...base, baseline: false }, alphas, sizes, seeds };
    const data = await loadData(from, base, around.stop);
    parseJobs(options.jobs);
    // Every job's settings are looked at now, not when its turn comes.
    const [first] = sweepJobs(made);
    const { config } = first as SweepJob;
    newTraining(config, data, from, await readInitialWeights(from.init, config));
    return { plan: made, loaded: data, source: from };
  });
  around.stop.throwIfAborted();
  const started = new Date();
  const name = options.name ?? `${loaded.dataset.name}-sweep`;
  const folder = await RunFolder.create({ parent: options.out, name, time: started });
  around.stand({ folder: folder.path });
  const { version, words } = around;
  const digest = digestOf(loaded.dataset, loaded.test);
  await folder.writeJson(
    'env.json',
    describeEnvironment({ version, started, words }, loaded, source, digest),
  );
  await folder.writeJson(planName, plan);
  await runSweep(plan, folder, source, options, around);
}

/** Whether a folder is that of a sweep, not of a run. */
export function isSweep(folder: string): boolean {
  return existsSync(join(folder, planName));
}

/**
 * `rdml resume` of a sweep: the runs that are done stay, those that were begun go on, the others follow.
 * @throws UsageError when the data is not what it was
 */
export async function resumeSweep(
  path: string,
  options: OutputOptions & Pick<SweepOptions, 'jobs'>,
  around: Surroundings,
): Promise<void> {
  const { plan, environment } = await preparing(async () => {
    const stored = fromJson(await readFile(join(path, planName), 'utf8')) as SweepPlan;
    const env = fromJson(await readFile(join(path, 'env.json'), 'utf8')) as Environment;
    await useBackend(env.backend);
    checkData(await loadData(sourceOf(env), stored.base, around.stop), env, path);
    return { plan: stored, environment: env };
  });
  const folder = await RunFolder.open(path);
  around.stand({ folder: path });
  await runSweep(plan, folder, sourceOf(environment), options, around);
}

function checkData({ dataset, test }: LoadedData, { data }: Environment, path: string): void {
  if (digestOf(dataset, test) === data.sha256) return;
  throw new FormatError('rdml resume', {
    expected: `the data that the sweep in ${path} began with`,
    got: `other rows in ${data.file ?? 'the embedded digits'}`,
    remedy: 'Put the file back as it was, or sweep anew',
  });
}

async function runSweep(
  plan: SweepPlan,
  folder: RunFolder,
  data: DataSource,
  options: OutputOptions & Pick<SweepOptions, 'jobs'>,
  around: Surroundings,
): Promise<void> {
  const start = performance.now();
  const jobs = sweepJobs(plan);
  const outcomes = new Map<string, Outcome>();
  const open: SweepJob[] = [];
  for (const job of jobs) {
    const outcome = await readOutcome(folder.file(job.id));
    if (outcome === undefined) open.push(job);
    else outcomes.set(job.id, outcome);
  }
  const progress = sweepProgress(around.stderr, options.quiet, jobs.length, outcomes.size);
  const init = {
    folder: folder.path,
    version: around.version,
    base: plan.base,
    data,
    backend: backendInUse(),
    threads: threadsInUse(),
  };
  try {
    await runJobs(open, parseJobs(options.jobs), init, around.stop, (job, outcome) => {
      outcomes.set(job.id, outcome);
      progress.done(job, outcome);
    });
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    const text = `interrupted by ${error.signal}; ${outcomes.size} of ${jobs.length} runs are done. Go on with: rdml resume ${folder.path}`;
    throw new StoppedError(text, error);
  } finally {
    progress.stop();
  }
  const cells = sweepCells(jobs, outcomes);
  const seconds = (performance.now() - start) / 1000;
  const run = { folder: resolve(folder.path), seconds, version: around.version };
  const report: SweepReport = { verdict: sweepVerdict(cells), plan, cells, run };
  await folder.writeText('sweep.csv', sweepCsv(cells));
  await folder.writeJson('result.json', { schema, ...report });
  const page = await writeSweepReport(folder.path, around.pageAssets());
  const { stdout } = around;
  if (options.json) stdout.write(`${toJson(report)}\n`);
  else {
    const style = styleFor(wantsColor(stdout, process.env, options.color));
    const shown = { ...report, run: { ...run, folder: folder.path } };
    stdout.write(sweepSummary(shown, page, wrapped, style));
  }
}
