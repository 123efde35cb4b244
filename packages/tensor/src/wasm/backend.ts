import type { Backend, Kernel } from '../backend.js';
import { isExplaining, noteKernel } from '../explain.js';
import type { Fusion } from '../fusion.js';
import type { Layout } from '../layout.js';
import type { MemoryUse } from '../memory/memory.js';
import type { PrimitiveName } from '../primitive.js';
import { ArrayBackend } from '../reference/array-backend.js';
import { referenceKernels } from '../reference/kernels.js';
import { largestFromSlab } from '../reference/storage.js';
import type { Tensor } from '../tensor.js';
import { Context } from './context.js';
import type { FastKernel, FastKernels } from './fast-kernel.js';
import { convolutionKernels } from './kernels/convolution.js';
import { elementwiseKernels } from './kernels/elementwise.js';
import { fusion } from './kernels/fused.js';
import { indexingKernels } from './kernels/indexing.js';
import { linearKernel } from './kernels/linear.js';
import { matmulKernel } from './kernels/matmul.js';
import { normalizeKernel } from './kernels/normalize.js';
import { rearrangementKernels } from './kernels/rearrangements.js';
import { reductionKernels, sumOfSquares } from './kernels/reductions.js';
import { renyiKernels } from './kernels/renyi.js';
import { softmaxKernels } from './kernels/softmax.js';
import { LinearMemory, type LinearMemoryOptions } from './linear-memory.js';
import type { Tile } from './modules/matmul-tile.js';
import { Stage } from './stage.js';
import { wasmSupport } from './support.js';
import type { Pool } from './threads/pool.js';

export interface WasmBackendOptions extends LinearMemoryOptions {
  /** Results of fewer elements are computed by the reference loops, which start faster, and so are cheap functions of fewer than 5 times as many; 400 by default. */
  readonly smallest?: number;
  /** The register tile of matrix products; by default the one that suits the engine. */
  readonly tile?: Tile;
  /** What its kernels compute in; by default a memory of its own. */
  readonly linearMemory?: LinearMemory;
}

/**
 * Kernels for float32 in WebAssembly with SIMD, from bytes that this package writes itself. What they do not take (other dtypes, a few elements,
 * primitives without a fast kernel) the reference loops compute, in place: a tensor of this backend can always be seen as a typed array.
 */
export class WasmBackend extends ArrayBackend implements Backend {
  override readonly name: string;
  override readonly kernels: { readonly [N in PrimitiveName]: Kernel<N> };

  /** Elementwise float32 expressions in one pass. */
  readonly fusion: Fusion;

  /** Its linear memory, in which nothing is in use outside of scopes. */
  readonly linearMemory: LinearMemory;

  readonly #context: Context;

  /** @param start starts the threads that share its memory, if any */
  constructor(options: WasmBackendOptions = {}, start?: (memory: LinearMemory) => Pool) {
    super();
    this.name = start === undefined ? 'wasm' : 'wasm-threads';
    this.linearMemory = options.linearMemory ?? new LinearMemory({ ...options, shared: start !== undefined });
    const { smallest = 400, tile } = options;
    const stage = new Stage(this, this.linearMemory, this.allocator);
    const context = new Context(stage, smallest, tile, start?.(this.linearMemory));
    this.#context = context;
    this.fusion = fusion(context);
    const fast: FastKernels = {
      ...elementwiseKernels(context),
      ...reductionKernels(context),
      ...rearrangementKernels(context),
      ...indexingKernels(context),
      matmul: matmulKernel(context),
      linear: linearKernel(context),
      ...convolutionKernels(context),
      normalize: normalizeKernel(context),
      ...softmaxKernels(context),
      ...renyiKernels(context),
    };
    const reference = referenceKernels(this.allocator);
    const names = Object.keys(reference) as PrimitiveName[];
    this.kernels = Object.fromEntries(
      names.map((name) => [name, firstOf(name, fast[name] as AnyFast, reference[name] as AnyKernel)]),
    ) as unknown as typeof this.kernels;
  }

  /** Of float32 in any order. */
  sumOfSquares(x: Tensor): Tensor | undefined {
    const total = sumOfSquares(this.#context, x);
    return total === undefined ? undefined : this.scalar(total, 'float64');
  }

  /** What scopes hold in linear memory; the rest belongs to the garbage collector. */
  memory(): MemoryUse {
    const { tensors, usedBytes: bytes } = this.linearMemory;
    return { tensors, bytes };
  }
}

type AnyKernel = Kernel<'where'>;
type AnyFast = FastKernel<'where'> | undefined;

/** The fast kernel where it takes the call, else the reference loop. */
function firstOf(name: PrimitiveName, fast: AnyFast, loop: AnyKernel): AnyKernel {
  return (inputs, attributes, layout, dtype) => {
    const answer = fast?.(inputs, attributes, layout, dtype);
    const result = answer ?? loop(inputs, attributes, layout, dtype);
    if (isExplaining()) {
      const isView =
        inputs.some(({ storage }) => storage === result.storage) && result.size > largestFromSlab;
      noteKernel(
        answer !== undefined
          ? `${dtype === 'float64' ? dtype : 'float32'} SIMD`
          : isView
            ? 'view'
            : `loop: ${reason(name, fast, inputs, layout)}`,
      );
    }
    return result;
  };
}

/** Operands that are no numbers to compute with, or that are read in their own precision: indices, conditions, orders. */
const otherwise: { readonly [N in PrimitiveName]?: number } = {
  gather: 1,
  scatterAdd: 1,
  softmaxCrossEntropy: 1,
  softmaxCrossEntropyGradient: 1,
  where: 0,
  renyi: 2,
  renyiGradientQ: 2,
};

/** Why a call is left to the reference loop. */
function reason(name: PrimitiveName, fast: AnyFast, inputs: readonly Tensor[], layout: Layout): string {
  const support = wasmSupport();
  if (!support.available) return support.reason;
  if (fast === undefined) return 'this primitive has no other kernel';
  const other = inputs.find(({ dtype }, i) => dtype !== 'float32' && i !== otherwise[name]);
  if (other !== undefined) return `an operand is ${other.dtype}`;
  return layout.size < 2000 ? 'too few elements' : 'these strides or axes have no other kernel';
}

/** Made without touching WebAssembly: memory and modules come when they are first needed. */
export const wasmBackend: Backend = new WasmBackend();
