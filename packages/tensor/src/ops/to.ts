import type { Backend } from '../backend.js';
import { checkTensor } from '../checks.js';
import { BackendError } from '../errors.js';
import { Layout } from '../layout.js';
import type { Tensor } from '../tensor.js';

/**
 * A copy of the tensor on another backend, or itself where it lives there already.
 * @throws BackendError inside a derivative, whose operations all stay on one backend, and where the elements cannot be read at once
 * @see torch.Tensor.to
 */
export function to(x: Tensor, backend: Backend): Tensor {
  checkTensor('to', x);
  if (x.storage.backend === backend) return x;
  if (x.trace !== null) {
    throw new BackendError('to', {
      expected: 'a plain tensor',
      got: 'one of a function that is being differentiated',
      remedy: 'Move its arguments before the derivative is taken',
    });
  }
  return backend.upload(x.dataSync(), Layout.contiguous(x.shape), x.dtype);
}
