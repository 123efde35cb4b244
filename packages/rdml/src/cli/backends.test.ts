import { defaultBackend, setDefaultBackend, wasmBackend } from '@renyi/tensor';
import { afterEach, expect, test } from 'vitest';
import { threadsInUse, useBackend, useThreads } from './backends.js';

afterEach(async () => {
  await useThreads('1');
  setDefaultBackend(wasmBackend);
});

test('threads have one pool of workers, however often the backend is named', async () => {
  await useThreads('2');
  const pool = defaultBackend();
  expect(threadsInUse()).toBe(2);
  await useBackend('wasm');
  await useThreads('2');
  expect(defaultBackend()).toBe(pool);
  await useThreads('1');
  expect(defaultBackend()).toBe(wasmBackend);
});

test('an engine that has WebGPU keeps its navigator', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const own = { gpu: { requestAdapter: () => Promise.resolve({}) }, language: 'la' };
  Object.defineProperty(globalThis, 'navigator', { value: own, configurable: true });
  try {
    // Its adapter gives no device.
    await expect(useBackend('webgpu')).rejects.toThrow();
    expect(Reflect.get(globalThis, 'navigator')).toBe(own);
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
});
