import type { Parameter } from '@renyi/autodiff';
import { DTypeError, formatShape, sameShape, ShapeError, type Tensor } from '@renyi/tensor';

/**
 * @throws ShapeError unless there is a gradient for each parameter, of its shape
 * @throws DTypeError unless it has its dtype
 */
export function checkFit(
  operation: string,
  parameters: readonly Parameter[],
  gradients: readonly Tensor[],
): void {
  const { length } = parameters;
  if (gradients.length !== length) {
    throw new ShapeError(operation, {
      expected: `${length} gradients, one for each parameter`,
      got: String(gradients.length),
    });
  }
  for (const [i, { value }] of parameters.entries()) {
    const { shape, dtype } = gradients[i] as Tensor;
    const difference = `gradient ${i} of ${length}`;
    if (!sameShape(shape, value.shape)) {
      const expected = `its parameter's shape ${formatShape(value.shape)}`;
      throw new ShapeError(operation, { expected, got: formatShape(shape), difference });
    }
    if (dtype !== value.dtype) {
      const expected = `its parameter's dtype ${value.dtype}`;
      throw new DTypeError(operation, { expected, got: dtype, difference });
    }
  }
}
