import type { Backend } from '../backend.js';
import { ArrayBackend } from './array-backend.js';
import { type ReferenceKernels, referenceKernels } from './kernels.js';

/**
 * Plain loops over typed arrays: the definition of every primitive, against which the faster backends are
 * held, and the one that works where WebAssembly does not. Arithmetic is float64 and each result is rounded
 * once, when it is stored; sums run in row-major order, so results are the same bits on every run and machine
 * (as far as its `Math` functions agree).
 */
class ReferenceBackend extends ArrayBackend {
  override readonly name = 'reference';
  override readonly kernels: ReferenceKernels = referenceKernels(this.allocator);
}

export const referenceBackend: Backend = new ReferenceBackend();
