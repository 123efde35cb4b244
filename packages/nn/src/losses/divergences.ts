import {
  add,
  ConfigError,
  div,
  equal,
  exp,
  logaddexp,
  logSoftmax,
  mul,
  sub,
  sum,
  type Tensor,
  where,
  xlogy,
} from '@renyi/tensor';
import { checkLoss, reduced } from './reduction.js';

export interface KlDivLossOptions {
  /**
   * `batchmean`, the sum over the first extent, by default: the mean divergence of the rows of [batch, classes]; or the
   * `mean` over all elements, `sum`, or `none`.
   */
  readonly reduction?: 'batchmean' | 'mean' | 'sum' | 'none';
  /** Whether the targets are logarithms; false by default. */
  readonly logTarget?: boolean;
}

/**
 * The Kullback-Leibler divergence of the targets y from the log-probabilities x, y (log y - x) element by element, in nats;
 * 0 where y is. Derivative: -y for x, log y + 1 - x for y.
 * @param logProbs [batch, ...]
 * @param targets probabilities, or their logarithms, of the same shape
 * @throws ShapeError unless both have one shape
 * @throws ConfigError for a batchmean of a scalar @see torch.nn.functional.kl_div (whose default is the mean over all elements)
 *
 * @example
 * import { klDivLoss } from '@renyi/nn';
 * import { tensor } from '@renyi/tensor';
 * const uniform = tensor([[Math.log(1 / 2), Math.log(1 / 2)]], { dtype: 'float64' });
 * console.log(klDivLoss(uniform, tensor([[1, 0]], { dtype: 'float64' })).sub(Math.LN2).abs().item() < 1e-15); // => true
 */
export function klDivLoss(logProbs: Tensor, targets: Tensor, options: KlDivLossOptions = {}): Tensor {
  checkLoss('klDivLoss', logProbs, targets, options);
  const { reduction = 'batchmean', logTarget = false } = options;
  const losses = logTarget
    ? mul(exp(targets), sub(targets, logProbs))
    : sub(xlogy(targets, targets), mul(targets, logProbs));
  if (reduction !== 'batchmean') return reduced('klDivLoss', losses, { reduction });
  if (losses.rank === 0) {
    throw new ConfigError('klDivLoss', {
      expected: 'a batch to take the mean over',
      got: 'scalars',
      remedy: `Give reduction 'sum'`,
    });
  }
  return div(sum(losses), losses.shape[0] as number);
}

/**
 * The Jensen-Shannon divergence of the softmax of two rows, (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2 (Lin, 1991),
 * by default the mean over the rows, in nats: symmetric, and at most log 2. A class that is masked in a row adds nothing there.
 * Derivative: p (log(p / m) - KL(p || m)) / 2 for the logits of p, and the same of q.
 * @param logitsP [..., classes]
 * @param logitsQ of the same shape
 * @throws ShapeError unless both have one shape
 * @throws DomainError for no classes @throws ConfigError
 *
 * @example
 * import { jensenShannon } from '@renyi/nn';
 * import { tensor } from '@renyi/tensor';
 * const [p, q] = [tensor([0, -Infinity]), tensor([-Infinity, 0])];
 * console.log(jensenShannon(p, q).item() === Math.fround(Math.LN2)); // => true
 */
export function jensenShannon(
  logitsP: Tensor,
  logitsQ: Tensor,
  options: { readonly reduction?: 'mean' | 'sum' | 'none' } = {},
): Tensor {
  checkLoss('jensenShannon', logitsP, logitsQ, options);
  const [logP, logQ] = [logSoftmax(logitsP), logSoftmax(logitsQ)];
  const logM = sub(logaddexp(logP, logQ), Math.LN2);
  const terms = mul(add(weightedRatio(logP, logM), weightedRatio(logQ, logM)), 0.5);
  return reduced('jensenShannon', sum(terms, { axis: -1 }), options);
}

/** p log(p / m), and 0 where p is. */
function weightedRatio(logP: Tensor, logM: Tensor): Tensor {
  const isZero = equal(logP, Number.NEGATIVE_INFINITY);
  return mul(exp(logP), sub(where(isZero, 0, logP), where(isZero, 0, logM)));
}
