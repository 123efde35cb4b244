import { bind } from '../bind.js';
import { checkTensor } from '../checks.js';
import { ConfigError } from '../errors.js';
import * as primitives from '../primitives/fused.js';
import { noAttributes } from '../primitives/signatures.js';
import { checkRows } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { exp } from './functions.js';
import { mean, sum } from './reduce.js';

/**
 * log(softmax(x)) = x - log(sum(exp(x))) along the last axis, [..., classes].
 * The largest class is left out of the sum (log1p of the rest), so log-probabilities down to -1e-300 survive.
 * A class at -Infinity is masked. A row with a NaN or +Infinity, or masked throughout, is no distribution: it is NaN.
 * Derivative: g - softmax(x) sum(g).
 * @throws ShapeError for a scalar
 * @throws DomainError for no classes @see torch.nn.functional.log_softmax
 */
export function logSoftmax(x: Tensor): Tensor {
  return bind(primitives.logSoftmax, [x], noAttributes);
}

/**
 * exp(x) / sum(exp(x)) along the last axis, [..., classes], as exp(logSoftmax(x)). Derivative: p (g - sum(p g)).
 * @throws ShapeError for a scalar
 * @throws DomainError for no classes @see torch.softmax
 */
export function softmax(x: Tensor): Tensor {
  checkTensor('softmax', x);
  checkRows('softmax', x.shape);
  return exp(logSoftmax(x));
}

export interface CrossEntropyOptions {
  /** `mean` over the rows (the default), `sum`, or `none` for one loss a row. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/**
 * -log softmax(logits)[label], by default the mean over the rows, in nats.
 * @param logits [..., classes]
 * @param labels int32 [...], each from 0 to classes - 1
 * Derivative with respect to the logits: softmax(logits) - oneHot(labels), over the number of rows.
 * @throws ShapeError, DTypeError when labels and logits do not belong together
 * @throws DomainError for a label out of range
 * @see torch.nn.functional.cross_entropy
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkTensor('crossEntropy', logits);
  checkTensor('crossEntropy', labels);
  const losses = bind(primitives.softmaxCrossEntropy, [logits, labels], noAttributes);
  const { reduction = 'mean' } = options;
  switch (reduction) {
    case 'mean':
      return mean(losses);
    case 'sum':
      return sum(losses);
    case 'none':
      return losses;
    default:
      throw new ConfigError('crossEntropy', {
        expected: `reduction 'mean', 'sum' or 'none'`,
        got: String(reduction),
      });
  }
}
