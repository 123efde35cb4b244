import { join } from 'node:path';
import { FormatError } from '@renyi/tensor';
import { readCheckpoint } from '../node.js';
import { useBackend } from './backends.js';
import { loadData } from './data/load.js';
import { type Environment, sourceOf } from './environment.js';
import { preparing } from './exit-codes.js';
import { digestOf } from './digest.js';
import { readJson } from './report/run-source.js';
import { RunRecord } from './run-record.js';
import { isSweep, resumeSweep } from './sweep.js';
import { finish, newTraining, type OutputOptions, type Surroundings } from './train.js';

/**
 * `rdml resume`: goes on with a run that was stopped, as if it had not been, and prints the result.
 * @throws UsageError when there is nothing whole to go on from, or the data is not what it was
 */
export async function resume(folder: string, options: OutputOptions, around: Surroundings): Promise<void> {
  if (isSweep(folder)) return resumeSweep(folder, { ...options, jobs: undefined }, around);
  const { loaded, training, digest } = await preparing(async () => {
    const known = (await readJson(folder, 'env.json', true)) as Environment | undefined;
    // The bits of another backend may be others.
    if (known !== undefined) await useBackend(known.backend);
    const checkpoint = await readCheckpoint(join(folder, 'last.safetensors'));
    const environment = known ?? ((await readJson(folder, 'env.json')) as Environment);
    const source = sourceOf(environment);
    const loaded = await loadData(source, checkpoint.config, around.stop);
    if (digestOf(loaded.dataset, loaded.test) !== checkpoint.data) {
      throw new FormatError('rdml resume', {
        expected: `the data that the run in ${folder} began with`,
        got: `other rows in ${source.file ?? 'the embedded digits'}`,
        remedy: 'Put the file back as it was, or train anew',
      });
    }
    const restored = newTraining(checkpoint.config, loaded, source);
    restored.restore(checkpoint.state);
    return { loaded, training: restored, digest: checkpoint.data };
  });
  around.stop.throwIfAborted();
  const record = await RunRecord.resume(training, folder, digest);
  await finish(training, record, loaded.dataset, options, around);
}
