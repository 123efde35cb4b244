import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from './run-cli.js';

/** The browser of this machine, or undefined where there is none. */
export const chromium: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** What a page is after its scripts ran, and what the browser had to say about it. */
export async function openPage(
  path: string,
  width: number,
): Promise<{ readonly dom: string; readonly console: string }> {
  const profile = mkdtempSync(join(tmpdir(), 'rdml-chromium-'));
  try {
    const { stdout, stderr } = await runProgram(chromium as string, [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
      ...['--disable-quic', '--disable-background-networking', '--disable-component-update'],
      ...['--enable-logging=stderr', `--user-data-dir=${profile}`, `--window-size=${width},900`],
      // Time passes as fast as there is nothing to do: scripts come to their end before the page is looked at.
      ...['--virtual-time-budget=30000', '--dump-dom', `file://${path}`],
    ]);
    return {
      dom: stdout,
      console: stderr
        .split('\n')
        .filter((line) => /CONSOLE/.test(line))
        .join('\n'),
    };
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
