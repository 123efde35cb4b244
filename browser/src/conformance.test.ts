import type { PrimitiveName } from '@renyi/tensor';
import { gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openPage, type OpenPage } from './chromium.js';
import type { api } from './conformance.page.js';

type Api = typeof api;

const path = chromiumPath();
/** Each mode has the same kernels. */
const names = Object.keys((await gpuBackend({ mode: 'webasm' })).kernels) as PrimitiveName[];

describe.skipIf(path === undefined)('in Chromium', () => {
  let open: OpenPage;
  beforeAll(async () => {
    open = await openPage('./conformance.page.ts', path as string);
  });
  afterAll(() => open.close());

  describe.each(['webgl2', 'webgpu'] as const)(
    'a kernel of the gpu backend in mode %s agrees with the naive definition:',
    (mode: GpuMode) => {
      it('runs in that mode', async () => {
        const device = await open.page.evaluate(
          (m) => (globalThis as unknown as { api: Api }).api.device(m),
          mode,
        );
        expect(device.mode).toBe(mode);
      });

      it('knows NaN, the infinities and both zeros', async () => {
        const deviations = await open.page.evaluate(
          (m) => (globalThis as unknown as { api: Api }).api.special(m),
          mode,
        );
        expect(deviations).toEqual([]);
      });

      it.each(names)('%s', async (name) => {
        const failure = await open.page.evaluate(
          ([m, n]) => (globalThis as unknown as { api: Api }).api.check(m, n, 5),
          [mode, name] as const,
        );
        if (failure !== null) throw new Error(failure);
      });
    },
  );
});
