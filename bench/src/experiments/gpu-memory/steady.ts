import { loadDigits } from '@renyi/nn/digits';
import { type Dataset, mlp, SGD } from '@renyi/nn';
import { Cohort } from '@renyi/rdml';
import { Generator, memory, setDefaultBackend } from '@renyi/tensor';
import { type GpuBackend, gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import { library } from '../../peers/gpujs-kernels.js';

/** What a training holds at one moment. */
export interface Sample {
  readonly step: number;
  readonly loss: number;
  /** Textures or buffers that tensors had after the collector's turn, and what waited in the pool. */
  readonly lent: number;
  readonly idle: number;
  readonly idleBytes: number;
  /** The most textures or buffers that there were after any step since the sample before, those that wait included. */
  readonly most: number;
  /** Tensors of the backend after the collector's turn, and their bytes. */
  readonly tensors: number;
  readonly bytes: number;
  /** JavaScript's heap where the platform tells: what is in use after the collector's turn, and what it takes with what it keeps in reserve. */
  readonly heap?: Heap;
  /** Kernels compiled, numbers brought there and read back, since the training began. */
  readonly compiled: number;
  readonly uploads: number;
  readonly readbacks: number;
}

/** In bytes. */
export interface Heap {
  readonly used: number;
  readonly total: number;
}

/** Calls the garbage collector; resolved when what it has found is freed. */
export type Collect = () => Promise<void>;

/**
 * Where the garbage collector can be called: what it finds is freed by finalizers, which wait for a turn of their own, and hand over what
 * frees more.
 */
export function collectorOf(gc: () => void): Collect {
  return async () => {
    for (let turn = 0; turn < 3; turn++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
}

/** What a training asks of where it runs. */
export interface Surroundings {
  readonly collect: Collect;
  readonly heap: () => Heap | undefined;
}

const batch = 32;

/** A perceptron 64-16-10 that learns digits by SGD with momentum, on the gpu backend in one mode, by as many steps as are asked for. */
export class SteadyTraining {
  readonly #gpu: GpuBackend;
  readonly #digits: Dataset;
  readonly #cohort: Cohort;
  readonly #collect: Collect;
  readonly #heap: () => Heap | undefined;
  #step = 0;

  private constructor(gpu: GpuBackend, digits: Dataset, { collect, heap }: Surroundings) {
    this.#gpu = gpu;
    this.#digits = digits;
    this.#collect = collect;
    this.#heap = heap;
    const module = mlp([64, 16, 10], { generator: new Generator(1) });
    const optimizer = new SGD(module.parameters(), { learningRate: 0.01, momentum: 0.9 });
    this.#cohort = new Cohort([{ module, optimizer }], { alpha: 1 });
  }

  /** @param gpujs gpu.js, if it is another than that of the benchmarks */
  static async open(
    mode: GpuMode,
    surroundings: Surroundings,
    gpujs: unknown = library,
  ): Promise<SteadyTraining> {
    const gpu = await gpuBackend({ mode, library: gpujs });
    setDefaultBackend(gpu);
    return new SteadyTraining(gpu, await loadDigits(), surroundings);
  }

  /** What computes. */
  get renderer(): string {
    const { kernelClass, renderer } = this.#gpu.device;
    return `${kernelClass} on ${renderer}`;
  }

  async advance(steps: number): Promise<Sample> {
    const rows = this.#digits.size;
    let loss = Number.NaN;
    let most = 0;
    for (let k = 0; k < steps; k++) {
      const first = this.#step * batch;
      const { inputs, labels } = this.#digits.batch(
        Array.from({ length: batch }, (_, i) => (first + i) % rows),
      );
      [loss] = (await this.#cohort.stepAsync(inputs, labels)).map((step) => step.loss) as [number];
      inputs.dispose();
      labels.dispose();
      this.#step += 1;
      most = Math.max(most, this.#gpu.pool.lent + this.#gpu.pool.idle);
    }
    await this.#collect();
    const { compiled, uploads, readbacks } = this.#gpu.counts;
    const heap = this.#heap();
    const { tensors, bytes } = memory().backends['gpu'] ?? { tensors: 0, bytes: 0 };
    return {
      step: this.#step,
      loss,
      most,
      tensors,
      bytes,
      compiled,
      uploads,
      readbacks,
      ...(heap === undefined ? {} : { heap }),
      ...this.#gpu.pool,
    };
  }

  close(): Promise<void> {
    return this.#gpu.destroy();
  }
}
