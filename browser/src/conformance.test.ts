import type { PrimitiveName } from '@renyi/tensor';
import { gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tiledPrimitives } from '../../packages/tensor/src/gpu/bounds.testing.js';
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

  const agree = async (mode: GpuMode, name: PrimitiveName, runs: number, isTiled: boolean): Promise<void> => {
    const failure = await open.page.evaluate(
      ([m, n, k, t]) => (globalThis as unknown as { api: Api }).api.check(m, n, k, t),
      [mode, name, runs, isTiled] as const,
    );
    if (failure !== null) throw new Error(failure);
  };

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
        await agree(mode, name, 5, false);
      });

      it.each(tiledPrimitives)('%s in tiles', async (name) => {
        await agree(mode, name, 15, true);
      });
    },
  );

  it.each(['webgl2', 'webgl', 'webgpu'] as const)(
    'large products and convolutions agree with the reference in mode %s',
    async (mode: GpuMode) => {
      const deviations = await open.page.evaluate(
        (m) => (globalThis as unknown as { api: Api }).api.large(m),
        mode,
      );
      expect(deviations).toEqual([]);
    },
  );

  it.each(tiledPrimitives)('in mode webgl %s agrees with it in tiles', async (name) => {
    await agree('webgl', name, 5, true);
  });
});
