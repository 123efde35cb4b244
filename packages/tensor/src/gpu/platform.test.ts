import { describe as group, expect, it } from 'vitest';
import { describe, isLost, longestSideOf, type Platform, turnsOutLost } from './platform.js';

const gl = (renderer: string, largestTexture: number): Platform => ({
  RENDERER: 1,
  MAX_TEXTURE_SIZE: 2,
  getParameter: (name) => (name === 2 ? largestTexture : renderer),
  getExtension: () => null,
});

const webGpu = (lost: Promise<unknown>, bytes = 2 ** 27, isKnownLost = false): Platform => ({
  isLost: isKnownLost,
  adapter: { info: { vendor: 'a vendor', architecture: '', device: 'a card' } },
  device: { limits: { maxStorageBufferBindingSize: bytes }, lost },
});

const never = new Promise<unknown>(() => undefined);

group('what is told of a device', () => {
  it('is how many elements a tensor may have: what a texture or buffer holds, and no more than float32 counts', () => {
    expect(describe(gl('a card', 16384), 'webgl2', 'WebGL2Kernel').largestSize).toBe(2 ** 24);
    expect(describe(gl('a card', 2048), 'webgl2', 'WebGL2Kernel').largestSize).toBe(2 ** 22);
    expect(describe(webGpu(never, 2 ** 20), 'webgpu', 'WebGPUKernel').largestSize).toBe(2 ** 18);
    expect(describe(undefined, 'webasm', 'WebAssemblyKernel').largestSize).toBe(2 ** 24);
  });

  it('is how long the side of a texture may be: as the context says, up to where coordinates are exact enough', () => {
    const sides = [gl('a card', 2048), gl('a card', 16384), webGpu(never), undefined].map(longestSideOf);
    expect(sides).toEqual([2048, 8192, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it.each<[string, boolean]>([
    ['NVIDIA GeForce RTX 3080', true],
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device))', false],
    ['llvmpipe (LLVM 15.0.6, 256 bits)', false],
    ['Microsoft Basic Render Driver', false],
  ])('is whether it is a GPU: %s', (renderer, isHardware) => {
    const device = describe(gl(renderer, 4096), 'webgl2', 'WebGL2Kernel');
    expect(device).toMatchObject({ renderer, isHardware });
  });

  it('is what WebGPU tells of its adapter, and that nothing is known where nothing is told', () => {
    expect(describe(webGpu(never), 'webgpu', 'WebGPUKernel').renderer).toBe('a vendor a card');
    expect(describe({}, 'webgl2', 'WebGL2Kernel')).toMatchObject({ renderer: 'unknown', isHardware: false });
  });
});

group('a device', () => {
  it('is lost when its context says so', () => {
    expect([undefined, {}, gl('a card', 1)].map(isLost)).toEqual([false, false, false]);
    expect(isLost({ isContextLost: () => true })).toBe(true);
    expect(isLost(webGpu(never, 1, true))).toBe(true);
  });

  it('turns out lost when WebGPU says so a little after a read has failed, and not for other failures', async () => {
    expect(await turnsOutLost(webGpu(new Promise((resolve) => setTimeout(resolve, 1))))).toBe(true);
    expect(await turnsOutLost(webGpu(never))).toBe(false);
    expect(await turnsOutLost(gl('a card', 1))).toBe(false);
    expect(await turnsOutLost({ isContextLost: () => true })).toBe(true);
  });
});
