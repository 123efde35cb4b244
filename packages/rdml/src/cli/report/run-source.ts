import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '@renyi/tensor';
import { type EpochReport, parseConfig, type TrainingConfig, type TrainingOverrides } from '../../index.js';
import { codeOf, fromJson } from '../../node.js';
import type { Environment } from '../environment.js';
import type { RunReport } from '../result.js';

/** What is known of a run from the files in its folder. */
export interface RunSource {
  readonly folder: string;
  readonly config: TrainingConfig;
  readonly environment: Environment;
  readonly epochs: readonly EpochRecord[];
  /** There is none before the run is finished. */
  readonly result: RunReport | undefined;
}

/** A line of metrics.jsonl. */
export interface EpochRecord extends EpochReport {
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** Resident memory of the process, in bytes. */
  readonly memory: number;
}

/** @throws FormatError for a folder that is no run's */
export async function readRun(folder: string): Promise<RunSource> {
  const config = parseConfig((await readJson(folder, 'config.json')) as TrainingOverrides);
  const environment = (await readJson(folder, 'env.json')) as Environment;
  const lines = (await readText(folder, 'metrics.jsonl')).split('\n').filter((line) => line !== '');
  const epochs = lines.map((line, i) => parsed(line, `line ${i + 1} of ${folder}/metrics.jsonl`));
  return {
    folder,
    config,
    environment,
    epochs: epochs as EpochRecord[],
    result: (await readJson(folder, 'result.json', true)) as RunReport | undefined,
  };
}

/** @throws FormatError for a file that is missing, unless it may be, or no JSON */
export async function readJson(folder: string, name: string, isOptional = false): Promise<unknown> {
  try {
    return parsed(await readText(folder, name), join(folder, name));
  } catch (error) {
    if (isOptional && error instanceof FormatError && error.got === missing) return undefined;
    throw error;
  }
}

const missing = 'no such file';

async function readText(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = codeOf(cause);
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    throw new FormatError(
      'rdml report',
      {
        expected: `a run folder with ${path}`,
        got: isMissing ? missing : (code ?? String(cause)),
        remedy: 'Give the folder that rdml train names at its end',
      },
      { cause },
    );
  }
}

function parsed(text: string, place: string): unknown {
  try {
    return fromJson(text);
  } catch (cause) {
    throw new FormatError(
      'rdml report',
      { expected: `JSON in ${place}`, got: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
}
