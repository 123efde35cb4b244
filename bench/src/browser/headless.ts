import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import type { api } from './page.js';
import type { BrowserRun, PageOptions } from './run.js';

/** Where distributions put it; the variable CHROMIUM comes first. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser's program, if there is one on this machine. */
export function chromiumPath(): string | undefined {
  const { CHROMIUM } = process.env;
  return [...(CHROMIUM === undefined ? [] : [CHROMIUM]), ...places].find((file) => existsSync(file));
}

/** Without a window; what is left out of the browser would ask the network for things that the page does not need. */
const common = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** WebGL2 and WebGPU in software: the page says so of its results. */
const software = [
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--use-webgpu-adapter=swiftshader',
];

export interface HeadlessOptions extends PageOptions {
  /** Whether a GPU of this machine computes, and not software. */
  readonly isHardware: boolean;
  /** The file to write a picture of the whole page to. */
  readonly screenshot?: string;
}

/**
 * A Chromium without a window.
 * @param isHardware whether a GPU of this machine computes, and not software
 * @throws Error where there is none
 */
export async function launchHeadless(isHardware: boolean, more: readonly string[] = []): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined)
    throw new Error('no Chromium on this machine; the variable CHROMIUM says where one is');
  return await chromium.launch({
    executablePath,
    args: [...common, ...(isHardware ? [] : software), ...more],
  });
}

/** Runs the page at `url` in a Chromium without a window. @throws Error where there is none, and for what the page throws */
export async function runHeadless(
  url: string,
  { isHardware, screenshot, ...options }: HeadlessOptions,
): Promise<BrowserRun> {
  const browser = await launchHeadless(isHardware);
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(url, { waitUntil: 'load' });
    const run = await page.evaluate(
      (given) => (globalThis as unknown as { renyiBench: typeof api }).renyiBench.run(given),
      options,
    );
    if (screenshot !== undefined) await page.screenshot({ path: screenshot, fullPage: true });
    return run;
  } finally {
    await browser.close();
  }
}
