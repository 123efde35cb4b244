import { preparing } from './exit-codes.js';
import { writeRunReport, writeSweepReport } from './report/write-report.js';
import { isSweep } from './sweep.js';
import type { OutputOptions, Surroundings } from './train.js';

/**
 * `rdml report`: writes the report of a run, finished or not, or of a sweep, into its folder, and tells where it is.
 * @throws UsageError for a folder that is no run's
 */
export async function report(
  folder: string,
  { json }: OutputOptions,
  { stdout, pageAssets }: Surroundings,
): Promise<void> {
  const path = await preparing(() =>
    isSweep(folder) ? writeSweepReport(folder, pageAssets()) : writeRunReport(folder, pageAssets()),
  );
  stdout.write(json ? `${JSON.stringify({ report: path })}\n` : `${path}\n`);
}
