import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readImageFolder } from '@renyi/nn/data';
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
  const { stdout, stderr } = await browse(path, [`--window-size=${width},900`, '--dump-dom']);
  const said = stderr.split('\n').filter((line) => /CONSOLE/.test(line));
  return { dom: stdout, console: said.join('\n') };
}

/** A picture of a page: how often each color occurs (as #rrggbb), as a whole and in its rightmost column. */
export interface Photograph {
  readonly colors: ReadonlyMap<string, number>;
  readonly right: ReadonlyMap<string, number>;
}

/** Photographs a page, of as many pixels, for a reader whose system is light or dark. */
export async function photograph(
  path: string,
  [width, height]: readonly [number, number],
  scheme: 'light' | 'dark',
): Promise<Photograph> {
  const folder = mkdtempSync(join(tmpdir(), 'rdml-photograph-'));
  try {
    const file = join(folder, 'page.png');
    await browse(path, [
      ...[`--window-size=${width},${height}`, '--hide-scrollbars', `--screenshot=${file}`],
      `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`,
    ]);
    const { parts, shape } = await readImageFolder([{ name: 'page/page.png', bytes: readFileSync(file) }]);
    const inputs = parts.train?.inputs ?? new Float32Array();
    const [, rows = 0, columns = 0] = shape;
    const colors = new Map<string, number>();
    const right = new Map<string, number>();
    for (let i = 0; i < rows * columns; i++) {
      const color = `#${[0, 1, 2].map((channel) => hex(inputs[channel * rows * columns + i] as number)).join('')}`;
      colors.set(color, (colors.get(color) ?? 0) + 1);
      if (i % columns === columns - 1) right.set(color, (right.get(color) ?? 0) + 1);
    }
    return { colors, right };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hex(value: number): string {
  return Math.round(value * 255)
    .toString(16)
    .padStart(2, '0');
}

async function browse(path: string, words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const profile = mkdtempSync(join(tmpdir(), 'rdml-chromium-'));
  try {
    return await runProgram(chromium as string, [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
      ...['--disable-quic', '--disable-background-networking', '--disable-component-update'],
      ...['--enable-logging=stderr', `--user-data-dir=${profile}`],
      // Time passes as fast as there is nothing to do: scripts come to their end before the page is looked at.
      ...['--virtual-time-budget=30000', ...words, `file://${path}`],
    ]);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}
