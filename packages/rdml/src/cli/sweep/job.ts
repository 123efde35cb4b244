import { existsSync } from 'node:fs';
import { rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DivergedError, type Training } from '../../index.js';
import { codeOf, fromJson, readCheckpoint, RunFolder, writeFileAtomic } from '../../node.js';
import type { DataSource } from '../data/load.js';
import type { LoadedData } from '../data/loaded-data.js';
import { StoppedError } from '../exit-codes.js';
import { readInitialWeights } from '../initial-weights.js';
import { runReport, type RunReport } from '../result.js';
import { RunRecord } from '../run-record.js';
import { newTraining, runToEnd } from '../train.js';
import type { Outcome } from './cells.js';
import type { SweepJob } from './plan.js';

/** What the runs of a sweep share. */
export interface JobSurroundings {
  /** The folder in which each has its own. */
  readonly folder: string;
  readonly version: string;
  readonly loaded: LoadedData;
  readonly data: DataSource;
  readonly stop: AbortSignal;
}

const silent = { step() {}, epoch() {}, stop() {} };

/**
 * One run of a sweep, from where an earlier process left it, if one did. Its folder is that of any run.
 * @throws StoppedError after saving, when asked to stop
 */
export async function runJob(job: SweepJob, around: JobSurroundings): Promise<Outcome> {
  const path = join(around.folder, job.id);
  const done = await readOutcome(path);
  if (done !== undefined) return done;
  const weights = await readInitialWeights(around.data.init, job.config);
  const training = newTraining(job.config, around.loaded, around.data, weights);
  const record = await openRecord(path, training, around);
  try {
    const result = await runToEnd(training, record, silent, around);
    const report = runReport(result, { folder: path, seconds: record.seconds, version: around.version });
    await record.result(report);
    return { result: report };
  } catch (error) {
    if (!(error instanceof StoppedError && error.cause instanceof DivergedError)) throw error;
    await writeFileAtomic(join(path, divergedName), `${error.cause.message}\n`);
    return { diverged: error.cause.message };
  } finally {
    await record.close();
  }
}

const divergedName = 'diverged.txt';

/** What became of a run in an earlier process; undefined for one that is not over. */
export async function readOutcome(path: string): Promise<Outcome | undefined> {
  const result = await readIfThere(join(path, 'result.json'));
  if (result !== undefined) return { result: fromJson(result) as RunReport };
  const diverged = await readIfThere(join(path, divergedName));
  return diverged === undefined ? undefined : { diverged: diverged.trimEnd() };
}

async function openRecord(
  path: string,
  training: Training,
  { version, loaded, data }: JobSurroundings,
): Promise<RunRecord> {
  const checkpoint = join(path, 'last.safetensors');
  if (existsSync(checkpoint) || existsSync(join(path, 'previous.safetensors'))) {
    const { state, data: digest } = await readCheckpoint(checkpoint);
    training.restore(state);
    return RunRecord.resume(training, path, digest);
  }
  // Killed before its first checkpoint: nothing is lost with it.
  await rm(path, { recursive: true, force: true });
  const folder = await RunFolder.make(path);
  return RunRecord.start(training, folder, { version, words: ['sweep'], loaded, data });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
