import type { Backend } from '@renyi/tensor';
import { collectYoungGarbage } from './garbage.js';
import type { Sampler } from './sampler.js';

/** What is asked of the linear memory of a wasm backend. */
interface LinearMemory {
  readonly usedBytes: number;
  allocate(operation: string, bytes: number): number;
}

/** What a run takes of linear memory, in bytes. */
export interface LinearUse {
  /** All blocks, whether they were freed meanwhile or not. */
  readonly allocated: number;
  /** The most that was in use at once. */
  readonly peak: number;
}

/**
 * A sample is how many bytes one run leaves on the heap of JavaScript and in array buffers before anybody collects them. A run
 * during which a collection took more than the run made is counted anew.
 */
export function heapSampler(run: () => void): Sampler {
  const used = (): number => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const sample = (): number => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      collectYoungGarbage();
      const before = used();
      run();
      const bytes = used() - before;
      if (bytes >= 0) return bytes;
    }
    throw new Error(`${attempts} runs in a row set off a collection`);
  };
  // The first times, code is compiled and kept.
  for (let i = 0; i < 3; i++) run();
  return { sample, runs: 1 };
}

const attempts = 20;

/** A sample is one of the two figures of `LinearUse`. @throws Error for a backend without linear memory */
export function linearSampler(backend: Backend, run: () => void, figure: keyof LinearUse): Sampler {
  const { linearMemory } = backend as { readonly linearMemory?: LinearMemory };
  if (linearMemory === undefined) throw new Error('no linear memory');
  run();
  return { sample: () => metered(linearMemory, run)[figure], runs: 1 };
}

/** Runs while every block that is handed out is counted. */
function metered(memory: LinearMemory, run: () => void): LinearUse {
  let [allocated, peak] = [0, memory.usedBytes];
  const allocate = memory.allocate.bind(memory);
  memory.allocate = (operation, bytes) => {
    const before = memory.usedBytes;
    const address = allocate(operation, bytes);
    allocated += memory.usedBytes - before;
    peak = Math.max(peak, memory.usedBytes);
    return address;
  };
  try {
    run();
  } finally {
    // The method of its class shows again.
    Reflect.deleteProperty(memory, 'allocate');
  }
  return { allocated, peak };
}
