import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openPage, type OpenPage } from './chromium.js';
import type { api } from './device.page.js';

type Api = typeof api;

const path = chromiumPath();

describe.skipIf(path === undefined)('a device in Chromium', () => {
  let open: OpenPage;
  beforeAll(async () => {
    open = await openPage('./device.page.ts', path as string);
  });
  afterAll(() => open.close());

  describe.each(['webgl2', 'webgpu'] as const)('in mode %s', (mode) => {
    it('has as many textures or buffers after one scope as after twenty', async () => {
      const uses = await open.page.evaluate(
        ([m, n]) => (globalThis as unknown as { api: Api }).api.scopes(m, n),
        [mode, 20] as const,
      );
      expect(uses[0]!.lent).toBeLessThanOrEqual(2);
      expect(uses.slice(1).every((use) => JSON.stringify(use) === JSON.stringify(uses[1]))).toBe(true);
    });

    it('trains in the same textures or buffers, is named when it is lost, and what was copied trains on with another', async () => {
      const { uses, read, step, compute, given, loss } = await open.page.evaluate(
        (m) => (globalThis as unknown as { api: Api }).api.lose(m),
        mode,
      );
      // A step leaves the old weights and momenta to the garbage collector: 2 students with 4 of each.
      const totals = uses.map(({ lent, idle }) => lent + idle);
      expect(totals.at(-1)! - totals[9]!).toBeLessThanOrEqual(10 * 16);
      for (const said of [read, step, compute])
        expect(said).toMatch(/^BackendError: .*got a context that was lost\. What was on the GPU is gone/);
      expect(given).toBe('1,2,3');
      expect(loss).toBeGreaterThan(0);
      expect(loss).toBeLessThan(2.5);
    });
  });
});
