import { checkLive, DTypeError, formatShape, isFloat, ShapeError, Tensor } from '@renyi/tensor';

/** @throws DTypeError unless every tensor is float: integers have no derivative. */
export function checkVariables(operation: string, variables: readonly Tensor[]): void {
  for (const [i, variable] of variables.entries()) {
    const { dtype, shape } = variable;
    checkLive(operation, variable, `tensor ${i} of ${variables.length}`);
    if (isFloat(dtype)) continue;
    throw new DTypeError(operation, {
      expected: 'float32 or float64 tensors to differentiate by',
      got: `${dtype} of shape ${formatShape(shape)}`,
      difference: `tensor ${i} of ${variables.length}`,
      remedy: 'Cast it to float32, or pass it as a further argument',
    });
  }
}

/** @throws DTypeError unless what a function returned is a float tensor. */
export function checkResult(operation: string, result: Tensor): void {
  if (!(result instanceof Tensor)) {
    throw new DTypeError(operation, {
      expected: 'a function whose result is a tensor',
      got: (result as unknown) instanceof Promise ? 'a promise' : typeof result,
      remedy: 'Return the tensor itself, neither item() nor a promise of it',
    });
  }
  checkLive(operation, result);
  if (!isFloat(result.dtype)) {
    throw new DTypeError(operation, { expected: 'a function whose result is float', got: result.dtype });
  }
}

/** @throws ShapeError, DTypeError unless the loss is one float. */
export function checkLoss(operation: string, loss: Tensor): void {
  checkResult(operation, loss);
  if (loss.rank !== 0) {
    throw new ShapeError(operation, {
      expected: 'a function whose result is a scalar, shape []',
      got: `shape ${formatShape(loss.shape)}`,
      remedy: 'Reduce it with sum() or mean(), or give a cotangent to vjp',
    });
  }
}
