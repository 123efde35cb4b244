import { join } from 'node:path';
import { writeFileAtomic } from '../../node.js';
import type { Environment } from '../environment.js';
import type { SweepReport } from '../sweep/sweep-report.js';
import { type PageAssets, pageHtml } from './html.js';
import { runPage } from './run-page.js';
import { readJson, readRun } from './run-source.js';
import { sweepPage } from './sweep-page.js';

/** The name of the report in a run's folder. */
const reportName = 'report.html';

/**
 * Writes the report of a run into its folder.
 * @returns its path
 * @throws FormatError for a folder that is no run's
 * @throws FileSystemError
 */
export async function writeRunReport(folder: string, assets: PageAssets): Promise<string> {
  const path = join(folder, reportName);
  await writeFileAtomic(path, pageHtml(runPage(await readRun(folder)), assets));
  return path;
}

/**
 * Writes the report of a finished sweep into its folder.
 * @returns its path
 * @throws FormatError for a folder that is no sweep's
 * @throws FileSystemError
 */
export async function writeSweepReport(folder: string, assets: PageAssets): Promise<string> {
  const path = join(folder, reportName);
  const report = (await readJson(folder, 'result.json')) as SweepReport;
  const environment = (await readJson(folder, 'env.json')) as Environment;
  await writeFileAtomic(path, pageHtml(sweepPage(report, environment, folder), assets));
  return path;
}
