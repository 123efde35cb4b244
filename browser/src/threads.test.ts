import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openPage, type OpenPage } from './chromium.js';
import type { api } from './threads.page.js';

type Api = typeof api;

const path = chromiumPath();

describe.skipIf(path === undefined)('the wasm backend with Web Workers', () => {
  let open: OpenPage;
  beforeAll(async () => {
    open = await openPage(
      './threads.page.ts',
      path as string,
      '../../packages/tensor/src/wasm/threads/worker.ts',
    );
  });
  afterAll(() => open.close());

  const start = (threads: number): Promise<void> =>
    open.page.evaluate((n) => (globalThis as unknown as { api: Api }).api.start(n), threads);
  const compare = (): Promise<ReturnType<Api['compare']>> =>
    open.page.evaluate(() => (globalThis as unknown as { api: Api }).api.compare());

  it('gives the bits of one thread in a page that is cross-origin isolated, before and after its workers have come', async () => {
    const isIsolated = await open.page.evaluate(() =>
      (globalThis as unknown as { api: Api }).api.isIsolated(),
    );
    expect(isIsolated).toBe(true);
    await start(2);
    expect((await compare()).differing).toBe(0);
    // A worker comes when it comes; until then, the page computes alone.
    let helped = 0;
    for (let attempt = 0; attempt < 200 && helped === 0; attempt++) {
      const result = await compare();
      expect(result.differing).toBe(0);
      helped = result.helped;
    }
    expect(helped).toBeGreaterThan(0);
    await open.page.evaluate(() => (globalThis as unknown as { api: Api }).api.close());
    expect((await compare()).differing).toBe(0);
  });
});
