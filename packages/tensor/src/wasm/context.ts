import { type Exports, instantiate } from './engine.js';
import { currentScope } from '../memory/registry.js';
import type { ImportedMemory } from './emitter/module.js';
import { hostFunctions } from './host-functions.js';
import type { LinearMemory } from './linear-memory.js';
import { type ConvolutionFunctions, convolutionModule } from './modules/convolution.js';
import { copyModule, type CopyFunction } from './modules/copy.js';
import { elementwiseModule, type ElementwiseName } from './modules/elementwise.js';
import { type IndexingFunctions, indexingModule } from './modules/indexing.js';
import { type MatmulFunctions, matmulModule } from './modules/matmul.js';
import type { Tile } from './modules/matmul-tile.js';
import { type NormalizeFunction, normalizeModule } from './modules/normalize.js';
import { type ReductionFunctions, reductionModule } from './modules/reductions.js';
import { type RenyiFunctions, renyiModule } from './modules/renyi.js';
import { type SlidingFunctions, slidingModule } from './modules/sliding.js';
import { type SoftmaxFunctions, softmaxModule } from './modules/softmax.js';
import type { Stage } from './stage.js';
import { tileFor, wasmSupport } from './support.js';
import { atOnce, type Part } from './threads/calls.js';
import type { Pool } from './threads/pool.js';

/** What the drivers of the kernels share: memory, and the compiled modules, each made when it is first needed. */
export class Context {
  readonly stage: Stage;
  /** Results of fewer elements are left to the reference loops, which start faster. */
  readonly #smallest: number;
  readonly #memory: LinearMemory;
  readonly #pool: Pool | undefined;
  #tile: Tile | undefined;
  readonly #elementwise = new Map<ElementwiseName, Exports>();
  #convolution: ConvolutionFunctions | undefined;
  #copy: CopyFunction | undefined;
  #indexing: IndexingFunctions | undefined;
  #matmul: MatmulFunctions | undefined;
  #normalize: NormalizeFunction | undefined;
  #reductions: ReductionFunctions | undefined;
  #renyi: RenyiFunctions | undefined;
  #sliding: SlidingFunctions | undefined;
  #softmax: SoftmaxFunctions | undefined;

  constructor(stage: Stage, smallest: number, tile?: Tile, pool?: Pool) {
    this.#pool = pool;
    this.stage = stage;
    this.#smallest = smallest;
    this.#tile = tile;
    this.#memory = stage.memory;
  }

  /** Whether a result of this many elements is worth a call; never one of none. No scope has a say: it must not change a digit. */
  takes(size: number): boolean {
    return size >= this.#smallest && size > 0 && wasmSupport().available;
  }

  /**
   * The same for functions that cost a loop about a nanosecond an element, and give the same bits there. In a scope the
   * result stays in linear memory, which is cheaper.
   */
  takesCheap(size: number): boolean {
    const least = (currentScope() === null ? 5 : 1 / 3) * this.#smallest;
    return size >= least && size > 0 && wasmSupport().available;
  }

  /** The register tile of matrix products. */
  get tile(): Tile {
    this.#tile ??= tileFor();
    return this.#tile;
  }

  /** One elementwise function in all of its variants. */
  elementwise(name: ElementwiseName): Exports {
    const known = this.#elementwise.get(name);
    if (known !== undefined) return known;
    const exports = this.instantiate((memory) => elementwiseModule(memory, name));
    this.#elementwise.set(name, exports);
    return exports;
  }

  get convolution(): ConvolutionFunctions {
    this.#convolution ??= this.instantiate(convolutionModule) as unknown as ConvolutionFunctions;
    return this.#convolution;
  }

  get copy(): CopyFunction {
    this.#copy ??= this.instantiate(copyModule).copy as CopyFunction;
    return this.#copy;
  }

  get indexing(): IndexingFunctions {
    this.#indexing ??= this.instantiate(indexingModule) as unknown as IndexingFunctions;
    return this.#indexing;
  }

  get matmul(): MatmulFunctions {
    this.#matmul ??= this.instantiate((memory) =>
      matmulModule(memory, this.tile),
    ) as unknown as MatmulFunctions;
    return this.#matmul;
  }

  get normalize(): NormalizeFunction {
    this.#normalize ??= this.instantiate(normalizeModule).normalize as NormalizeFunction;
    return this.#normalize;
  }

  get reductions(): ReductionFunctions {
    this.#reductions ??= this.instantiate(reductionModule) as unknown as ReductionFunctions;
    return this.#reductions;
  }

  get renyi(): RenyiFunctions {
    this.#renyi ??= this.instantiate(renyiModule) as unknown as RenyiFunctions;
    return this.#renyi;
  }

  get sliding(): SlidingFunctions {
    this.#sliding ??= this.instantiate((memory) =>
      slidingModule(memory, this.tile),
    ) as unknown as SlidingFunctions;
    return this.#sliding;
  }

  get softmax(): SoftmaxFunctions {
    this.#softmax ??= this.instantiate(softmaxModule) as unknown as SoftmaxFunctions;
    return this.#softmax;
  }

  /** The exports of a module on this memory. */
  instantiate(emit: (memory: ImportedMemory) => Uint8Array<ArrayBuffer>): Exports {
    const { memory, maximumPages: maximum, isShared: shared } = this.#memory;
    const bytes = emit({ initial: 0, maximum, shared });
    const exports = instantiate(bytes, { memory, ...hostFunctions });
    this.#pool?.publish(bytes, exports);
    return exports;
  }

  /** How many threads take part at most. */
  get threads(): number {
    return this.#pool?.threads ?? 1;
  }

  /** Makes the calls of all parts, each in order; together, where there are threads. No part may read or write what another one writes. */
  together(parts: readonly Part[]): void {
    if (this.#pool === undefined || parts.length === 1) for (const part of parts) part(atOnce);
    else this.#pool.run(parts);
  }
}
