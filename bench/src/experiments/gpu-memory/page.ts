import type { GpuMode } from '@renyi/tensor/gpu';
import { collectorOf, type Heap, type Sample, SteadyTraining } from './steady.js';

/** Chromium alone tells, and exactly only when it is asked to at its start. */
function heapOfPage(): Heap | undefined {
  const { memory } = performance as unknown as {
    readonly memory?: { readonly usedJSHeapSize: number; readonly totalJSHeapSize: number };
  };
  return memory && { used: memory.usedJSHeapSize, total: memory.totalJSHeapSize };
}

let training: SteadyTraining | undefined;

/** For who drives the page from outside. */
export const api = {
  async open(mode: GpuMode): Promise<string> {
    const { gc } = globalThis as unknown as { readonly gc?: () => void };
    if (gc === undefined) throw new Error('the browser was started without --js-flags=--expose-gc');
    training = await SteadyTraining.open(mode, { collect: collectorOf(gc), heap: heapOfPage });
    return training.renderer;
  },
  async advance(steps: number): Promise<Sample> {
    if (training === undefined) throw new Error('nothing is open');
    return training.advance(steps);
  },
};

Object.assign(globalThis, { renyiSteady: api });
