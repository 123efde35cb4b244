import { TensorError } from '@renyi/tensor';

/** The error that `f` throws, one of the library's own. */
export function thrown(f: () => unknown): TensorError {
  try {
    f();
  } catch (error) {
    if (error instanceof TensorError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
