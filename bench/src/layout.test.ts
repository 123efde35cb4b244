import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchHeadless } from './browser/headless.js';
import { formatPage } from './page.js';
import type { RunRecord } from './record.js';

const time = { median: 2, lower: 1, upper: 3, best: 1 };
const names = [
  'renyi wasm',
  'renyi wasm-2',
  'renyi wasm in a scope',
  'gpu.js-webasm',
  'js-pytorch',
  'torch-2',
];

/** With levels and curves as close together as those of a real run are at times. */
const run: RunRecord = {
  command: 'pnpm bench',
  date: '2026-11-24T00:00:00.000Z',
  machine: { cpu: 'A processor', cores: 2, memory: 4, system: 'linux x64', node: '20', v8: '11', load: 0 },
  limits: {
    fused: true,
    byThreads: [1, 2].map((threads) => ({
      threads,
      gflops: 40 + threads,
      copies: [2 ** 15, 2 ** 30].map((bytes) => ({ bytes, gigabytesPerSecond: 2 ** 40 / bytes })),
      sgemm: 40.5 + threads,
    })),
  },
  loadAtEnd: 1,
  records: [1, 8].map((extent) => ({
    suite: 'growth',
    group: `512 x 512 times 512 x 512, float32, batch ${extent}`,
    unit: 'ms',
    tolerance: 1e-6,
    flops: 2e6,
    bytes: 1e5,
    growth: { of: 'batch', extent },
    results: [
      ...names.map((contender, i) => ({
        contender,
        status: i === 3 ? ('wrong' as const) : ('ok' as const),
        time: { ...time, median: 2 + i / 100 },
        ratio: 4 ** i,
        gflops: 40,
        ofLimit: 0.9,
        error: 1e-8,
        samples: [2],
      })),
      {
        contender: 'tfjs-cpu',
        status: 'not-offered',
        message: 'no such kernel in any of them '.repeat(4),
        samples: [],
      },
    ],
  })),
};

/** What is cut off at the right, and which labels of charts lie on each other. */
async function faultsOf(page: Page, width: number): Promise<{ cut: string[]; overlapping: string[] }> {
  await page.setViewportSize({ width, height: 800 });
  await page.setContent(formatPage(run));
  const boxes = async (selector: string): Promise<Measured[]> => {
    const all = await page.locator(selector).evaluateAll((elements) =>
      (elements as unknown as Element[]).map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return { text: element.textContent, box: { x, y, width, height } };
      }),
    );
    return all.filter(({ box }) => box.width > 0);
  };
  const labels = await boxes('svg text');
  return {
    cut: (await boxes('body *'))
      .filter(({ box }) => box.x < 0 || box.x + box.width > width)
      .map(({ text }) => text),
    overlapping: labels.flatMap(({ text, box }, i) =>
      labels.slice(0, i).flatMap((other) => (meet(box, other.box) ? [`${other.text} / ${text}`] : [])),
    ),
  };
}

/** What is used here of an element. */
interface Element {
  readonly textContent: string;
  getBoundingClientRect(): Box;
}

interface Measured {
  readonly text: string;
  readonly box: Box;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe.skipIf(chromiumPath() === undefined)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchHeadless(false);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
  });

  test.each([1280, 390, 320])(
    'on a page %d wide nothing is cut off, and no labels lie on each other',
    async (width) => {
      const page = await browser.newPage();
      expect(await faultsOf(page, width)).toEqual({ cut: [], overlapping: [] });
      await page.close();
    },
    60_000,
  );
});
