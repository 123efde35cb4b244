import type { Backend, Kernel } from './backend.js';
import { notTensor } from './checks.js';
import { BackendError, KernelMissingError } from './errors.js';
import { isExplaining, recordCall } from './explain.js';
import type { Interpreter } from './interpreter.js';
import { Layout } from './layout.js';
import { noBackend, refuseFreed } from './memory/disposed.js';
import type { Attributes, Inputs, Primitive, PrimitiveName } from './primitive.js';
import { checkSize, type Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/**
 * The single point through which every operation goes: the innermost interpreter among the operands takes
 * the call, and where there is none the operands' backend runs its kernel.
 * @throws DTypeError for an operand that is no tensor
 * @throws ShapeError, DTypeError from the primitive's rules
 * @throws ShapeError for a result of more elements than a tensor may have
 * @throws BackendError when operands live on different backends
 * @throws DisposedError for an operand that has been freed
 * @throws KernelMissingError when the backend lacks the primitive
 */
export function bind<N extends PrimitiveName>(
  primitive: Primitive<N>,
  inputs: Inputs<N>,
  attributes: Attributes<N>,
): Tensor {
  const operands: readonly Tensor[] = inputs;
  let innermost: Interpreter | null = null;
  for (let i = 0; i < operands.length; i++) {
    const trace = (operands[i] as Tensor | null | undefined)?.trace;
    if (trace === null) continue; // a plain value, as most are
    if (trace === undefined) throw notTensor(primitive.name, operands[i]);
    if (innermost === null || trace.interpreter.level > innermost.level) innermost = trace.interpreter;
  }
  return innermost === null
    ? execute(primitive, inputs, attributes)
    : innermost.process(primitive, inputs, attributes);
}

function execute<N extends PrimitiveName>(
  primitive: Primitive<N>,
  inputs: Inputs<N>,
  attributes: Attributes<N>,
): Tensor {
  const backend = commonBackend(primitive.name, inputs);
  const shape = primitive.shape(inputs, attributes);
  const dtype = primitive.dtype(inputs, attributes);
  const kernel: Kernel<N> | undefined = backend.kernels[primitive.name];
  if (kernel === undefined) {
    throw new KernelMissingError(primitive.name, {
      expected: 'a kernel for this primitive',
      got: `backend '${backend.name}', which has none`,
      remedy: 'Move the operands to a backend that has one, such as the reference backend',
    });
  }
  const result = kernel(inputs, attributes, layoutFor(primitive.name, shape, inputs), dtype);
  if (isExplaining()) recordCall({ primitive: primitive.name, shape, dtype, backend: backend.name });
  return result;
}

/** The shape rule returns an operand's own shape array where it can; then its layout serves the result too. */
function layoutFor(operation: string, shape: Shape, operands: readonly Tensor[]): Layout {
  for (let i = 0; i < operands.length; i++) {
    const layout = (operands[i] as Tensor).layout;
    if (layout.shape === shape && layout.isContiguous) return layout;
  }
  checkSize(operation, shape);
  return Layout.contiguous(shape);
}

function commonBackend(operation: string, operands: readonly Tensor[]): Backend {
  const backend = (operands[0] as Tensor).storage.backend;
  if (backend === noBackend) refuseFreed(operation, operands);
  for (let i = 1; i < operands.length; i++) {
    const other = (operands[i] as Tensor).storage.backend;
    if (other !== backend) {
      refuseFreed(operation, operands);
      throw new BackendError(operation, {
        expected: 'operands on one backend',
        got: `'${backend.name}' and '${other.name}'`,
        remedy: 'Move one of them first: nothing is copied between backends without a call that says so',
      });
    }
  }
  return backend;
}
