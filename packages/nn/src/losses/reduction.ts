import {
  checkOptions,
  checkTensor,
  ConfigError,
  formatShape,
  mean,
  sameShape,
  ShapeError,
  sum,
  type Tensor,
} from '@renyi/tensor';

export interface LossOptions {
  /** `mean` over all elements (the default), `sum`, or `none` for one loss an element. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/** @throws ConfigError for a reduction that there is not */
export function reduced(operation: string, losses: Tensor, { reduction = 'mean' }: LossOptions): Tensor {
  switch (reduction) {
    case 'mean':
      return mean(losses);
    case 'sum':
      return sum(losses);
    case 'none':
      return losses;
    default:
      throw new ConfigError(operation, {
        expected: `reduction 'mean', 'sum' or 'none'`,
        got: String(reduction),
      });
  }
}

/**
 * Losses do not broadcast: [n] beside [n, 1] would be n² pairs.
 * @throws DTypeError, DisposedError for what is no tensor @throws ConfigError for what are no options
 * @throws ShapeError unless the shapes are the same
 */
export function checkLoss(operation: string, x: Tensor, targets: Tensor, options: object): void {
  checkTensor(operation, x);
  checkTensor(operation, targets);
  checkOptions(operation, options);
  if (sameShape(x.shape, targets.shape)) return;
  throw new ShapeError(operation, {
    expected: 'two tensors of one shape',
    got: `${formatShape(x.shape)} and ${formatShape(targets.shape)}`,
    remedy: 'Losses do not broadcast: reshape or expand one of them',
  });
}
