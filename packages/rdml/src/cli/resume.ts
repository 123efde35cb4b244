import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '@renyi/tensor';
import { readCheckpoint } from '../node.js';
import { preparing } from './exit-codes.js';
import { digestOf } from './digest.js';
import { RunRecord } from './run-record.js';
import { isSweep, resumeSweep } from './sweep.js';
import { finish, loadData, newTraining, type OutputOptions, type Surroundings } from './train.js';

/**
 * `rdml resume`: goes on with a run that was stopped, as if it had not been, and prints the result.
 * @throws UsageError when there is nothing whole to go on from, or the data is not what it was
 */
export async function resume(folder: string, options: OutputOptions, around: Surroundings): Promise<void> {
  if (isSweep(folder)) return resumeSweep(folder, { ...options, jobs: undefined }, around);
  const { dataset, training } = await preparing(async () => {
    const checkpoint = await readCheckpoint(join(folder, 'last.safetensors'));
    const file = await dataFileOf(folder);
    const data = await loadData(file, around.stop);
    if (digestOf(data) !== checkpoint.data) {
      throw new FormatError('rdml resume', {
        expected: `the data that the run in ${folder} began with`,
        got: `other rows in ${file ?? 'the embedded digits'}`,
        remedy: 'Put the file back as it was, or train anew',
      });
    }
    const restored = newTraining(checkpoint.config, data, file);
    restored.restore(checkpoint.state);
    return { dataset: data, training: restored };
  });
  around.stop.throwIfAborted();
  const record = await RunRecord.resume(training, folder, dataset);
  await finish(training, record, dataset, options, around);
}

/** The file that a run learned from; undefined for the embedded digits. */
async function dataFileOf(folder: string): Promise<string | undefined> {
  const path = join(folder, 'env.json');
  let file: unknown;
  try {
    file = (JSON.parse(await readFile(path, 'utf8')) as { data?: { file?: unknown } }).data?.file;
  } catch (cause) {
    throw new FormatError(
      'rdml resume',
      { expected: `a run folder with ${path}`, got: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
  return typeof file === 'string' ? file : undefined;
}
