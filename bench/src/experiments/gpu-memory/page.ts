import type { GpuMode } from '@renyi/tensor/gpu';
import { collectorOf, type Sample, SteadyTraining } from './steady.js';

let training: SteadyTraining | undefined;

/** For who drives the page from outside. */
export const api = {
  async open(mode: GpuMode): Promise<string> {
    const { gc } = globalThis as unknown as { readonly gc?: () => void };
    if (gc === undefined) throw new Error('the browser was started without --js-flags=--expose-gc');
    training = await SteadyTraining.open(mode, collectorOf(gc));
    return training.renderer;
  },
  async advance(steps: number): Promise<Sample> {
    if (training === undefined) throw new Error('nothing is open');
    return training.advance(steps);
  },
};

Object.assign(globalThis, { renyiSteady: api });
