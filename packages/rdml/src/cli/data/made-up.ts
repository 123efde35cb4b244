import { join } from 'node:path';
import { presetOf, type Settings } from '../settings.js';
import type { DataSource } from './load.js';
import { writeMadeUp } from './made-up-files/write.js';

/**
 * Where the data come from: for an experiment in its small size, unless there are any, from files that are made up for it.
 * @throws FileSystemError
 */
export async function madeUpWhereNone(
  options: {
    readonly settings: Settings;
    readonly data: DataSource;
    readonly out: string;
    readonly quiet: boolean;
  },
  stderr: { write(text: string): unknown },
): Promise<DataSource> {
  const { settings, data, out, quiet } = options;
  const preset = presetOf(settings);
  if (preset === undefined || !settings.isSmoke || data.file !== undefined) return data;
  const { file, test } = await writeMadeUp(preset.data, join(out, 'made-up'));
  if (!quiet) stderr.write(`made-up data in the format of the experiment: ${file}\n`);
  return { ...data, file, test };
}
