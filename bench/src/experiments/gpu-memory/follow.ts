import type { Browser, CDPSession } from 'playwright-core';
import type { GpuMode } from '@renyi/tensor/gpu';
import { buildPage } from '../../browser/build.js';
import { launchHeadless } from '../../browser/headless.js';
import { serve } from '../../browser/serve.js';
import { collectAllGarbage } from '../../garbage.js';
import type { api } from './page.js';
import { residentBytes } from './process-memory.js';
import { collectorOf, type Heap, type Sample, SteadyTraining } from './steady.js';

/** The process of a browser that has the GPU's textures. */
export const gpuProcess = 'GPU process';

/** A sample, and the resident bytes of the processes that take part, by what they are. */
export interface Followed extends Sample {
  readonly processes: Readonly<Record<string, number>>;
}

export interface Run {
  readonly where: string;
  readonly samples: readonly Followed[];
}

export interface Plan {
  readonly steps: number;
  /** Steps between two samples. */
  readonly every: number;
}

/** Trains in this process, in gpu.js's WebAssembly or in headless GL. @param gpujs a gpu.js that finds headless GL */
export async function followHere(
  mode: 'webasm' | 'headlessgl',
  { steps, every }: Plan,
  gpujs?: unknown,
): Promise<Run> {
  const heap = (): Heap => {
    const { heapUsed, heapTotal } = process.memoryUsage();
    return { used: heapUsed, total: heapTotal };
  };
  const training = await SteadyTraining.open(mode, { collect: collectorOf(collectAllGarbage), heap }, gpujs);
  const samples: Followed[] = [];
  while ((samples.at(-1)?.step ?? 0) < steps)
    samples.push({ ...(await training.advance(every)), processes: { node: process.memoryUsage.rss() } });
  await training.close();
  return { where: training.renderer, samples };
}

/**
 * Trains in a Chromium without a window.
 * @param script the compiled page
 * @param folder where it is bundled to
 */
export async function followInChromium(
  mode: GpuMode,
  { steps, every }: Plan,
  script: string,
  folder: string,
): Promise<Run> {
  await buildPage(script, folder);
  const { url, close } = await serve(folder, 0);
  let browser: Browser | undefined;
  try {
    browser = await launchHeadless(false, ['--js-flags=--expose-gc', '--enable-precise-memory-info']);
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(url, { waitUntil: 'load' });
    await page.waitForFunction(() => 'renyiSteady' in globalThis);
    const where = await page.evaluate(
      (asked) => (globalThis as unknown as { renyiSteady: typeof api }).renyiSteady.open(asked),
      mode,
    );
    const session = await browser.newBrowserCDPSession();
    const samples: Followed[] = [];
    while ((samples.at(-1)?.step ?? 0) < steps) {
      const sample = await page.evaluate(
        (count) => (globalThis as unknown as { renyiSteady: typeof api }).renyiSteady.advance(count),
        every,
      );
      samples.push({ ...sample, processes: await processesOf(session) });
    }
    return { where: `${where}, ${browser.version()}`, samples };
  } finally {
    await browser?.close();
    await close();
  }
}

/** The page's own process and that of the GPU, which has its textures. */
async function processesOf(session: CDPSession): Promise<Record<string, number>> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const totals: Record<string, number> = {};
  for (const { type, id } of processInfo) {
    const bytes = residentBytes(id);
    const name = { renderer: 'page', GPU: gpuProcess }[type];
    if (name !== undefined && bytes !== undefined) totals[name] = (totals[name] ?? 0) + bytes;
  }
  return totals;
}
