import { join } from 'node:path';
import { writeFileAtomic } from '../../node.js';
import { type PageAssets, pageHtml } from './html.js';
import { runPage } from './run-page.js';
import { readRun } from './run-source.js';

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
