import { bind } from '../bind.js';
import { checkOptions, checkSetting, checkTensor } from '../checks.js';
import { isFloat } from '../dtype.js';
import { ConfigError, ShapeError } from '../errors.js';
import * as primitives from '../primitives/fused.js';
import { noAttributes } from '../primitives/signatures.js';
import { checkRows, formatShape, sameShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { add, div, mul, neg } from './arithmetic.js';
import { equal, where } from './compare.js';
import { gather } from './indexing.js';
import { logicalAnd, logicalNot } from './logic.js';
import { reshape } from './rearrange.js';
import { mean, sum } from './reduce.js';
import { logSoftmax } from './softmax.js';
import { take } from './take.js';

export interface NllLossOptions {
  /**
   * `mean` over the rows (the default), `sum`, or `none` for one loss a row. The mean over labels divides by the sum of the
   * weights of all labels that are not ignored; over no labels at all it is NaN.
   */
  readonly reduction?: 'mean' | 'sum' | 'none';
  /** [classes]: what the loss of a row is multiplied by, according to its label. Ones by default. */
  readonly weight?: Tensor;
  /** The label of rows that do not count: their loss is 0. It need not be a class. None by default. */
  readonly ignoreIndex?: number;
}

export interface CrossEntropyOptions extends NllLossOptions {
  /** The part s of each target that is spread evenly over all classes, (1 - s) target + s / classes; 0 by default. */
  readonly labelSmoothing?: number;
}

/**
 * -sum over the classes k of weight_k target_k log softmax(logits)_k, by default the mean over the rows, in nats.
 * A label is the target that is 1 for that class and 0 for the others. A class of probability 0 adds nothing, even where
 * its logit is -Infinity.
 *
 * Derivative with respect to the logits, with ones for weights: softmax(logits) - target, over the number of rows. There
 * is one with respect to probabilities and weights too.
 * @param logits [..., classes]
 * @param targets labels, int32 [...], each from 0 to classes - 1; or probabilities, float [..., classes]
 * @throws ShapeError, DTypeError when targets, weight and logits do not belong together
 * @throws DomainError for a label out of range
 * @throws ConfigError for settings that make no sense, and for an ignored label among probabilities
 * @see torch.nn.functional.cross_entropy (where classes are axis 1, and -100 is ignored unless told otherwise)
 *
 * @example
 * import { crossEntropy, tensor } from '@renyi/tensor';
 * const logits = tensor([[0, Math.log(3)], [5, 5]], { dtype: 'float64' });
 * const labels = tensor([1, 0], { dtype: 'int32' });
 * console.log(crossEntropy(logits, labels, { ignoreIndex: 0 }).sub(Math.log(4 / 3)).abs().item() < 1e-15); // => true
 */
export function crossEntropy(logits: Tensor, targets: Tensor, options: CrossEntropyOptions = {}): Tensor {
  checkOptions('crossEntropy', options);
  checkOperands('crossEntropy', logits, targets, options);
  const { labelSmoothing: smoothing = 0 } = options;
  checkSetting('crossEntropy', 'labelSmoothing', smoothing, {
    is: 'a number from 0 to 1 as',
    holds: (part) => part >= 0 && part <= 1,
  });
  return isFloat(targets.dtype) && sameShape(targets.shape, logits.shape)
    ? ofProbabilities(logits, targets, smoothing, options)
    : ofLabels(logits, targets, smoothing, options);
}

/**
 * -weight_k logProbs_k for the label k of each row, by default the mean over the rows: `crossEntropy` of what has been
 * through `logSoftmax` already. Derivative: -weight_k at the label, over the sum of the weights.
 * @param logProbs [..., classes]
 * @param labels int32 [...]
 * @throws ShapeError, DTypeError, DomainError, ConfigError as `crossEntropy` @see torch.nn.functional.nll_loss
 *
 * @example
 * import { nllLoss, tensor } from '@renyi/tensor';
 * console.log(nllLoss(tensor([[-1, -3], [-2, -4]]), tensor([0, 1], { dtype: 'int32' })).item()); // => 2.5
 */
export function nllLoss(logProbs: Tensor, labels: Tensor, options: NllLossOptions = {}): Tensor {
  checkOptions('nllLoss', options);
  checkOperands('nllLoss', logProbs, labels, options);
  if (!sameShape(logProbs.shape.slice(0, -1), labels.shape)) {
    throw new ShapeError('nllLoss', {
      expected: `labels of shape ${formatShape(logProbs.shape.slice(0, -1))}, one for each row of ${formatShape(logProbs.shape)}`,
      got: formatShape(labels.shape),
    });
  }
  const { ignored, counted } = withoutIgnored(labels, options);
  const ofLabel = gather(logProbs, reshape(counted, [...labels.shape, 1]), -1);
  const losses = neg(reshape(ofLabel, labels.shape));
  const weights = options.weight && take(options.weight, counted);
  return reduced(weights ? mul(losses, weights) : losses, weights, ignored, options);
}

function ofLabels(logits: Tensor, labels: Tensor, smoothing: number, options: CrossEntropyOptions): Tensor {
  const { weight } = options;
  const { ignored, counted } = withoutIgnored(labels, options);
  const losses = bind(primitives.softmaxCrossEntropy, [logits, counted], noAttributes);
  const weights = weight && take(weight, counted);
  const weighted = weights ? mul(losses, weights) : losses;
  if (smoothing === 0) return reduced(weighted, weights, ignored, options);
  const logProbs = logSoftmax(logits);
  const spread = mean(weight ? mul(logProbs, weight) : logProbs, { axis: -1 });
  const smoothed = add(mul(weighted, 1 - smoothing), mul(spread, -smoothing));
  return reduced(smoothed, weights, ignored, options);
}

function ofProbabilities(
  logits: Tensor,
  probs: Tensor,
  smoothing: number,
  options: CrossEntropyOptions,
): Tensor {
  if (options.ignoreIndex !== undefined) {
    throw new ConfigError('crossEntropy', {
      expected: 'no ignoreIndex beside probabilities',
      got: String(options.ignoreIndex),
      remedy: 'Give a row of zeros the probabilities that are not to count',
    });
  }
  const classes = logits.shape[logits.rank - 1] as number;
  const targets = smoothing === 0 ? probs : add(mul(probs, 1 - smoothing), smoothing / classes);
  const logProbs = logSoftmax(logits);
  const addsNothing = logicalAnd(equal(targets, 0), equal(logProbs, Number.NEGATIVE_INFINITY));
  const terms = mul(targets, where(addsNothing, 0, logProbs));
  const weighted = options.weight ? mul(terms, options.weight) : terms;
  return reduced(neg(sum(weighted, { axis: -1 })), undefined, undefined, options);
}

function checkOperands(operation: string, rows: Tensor, targets: Tensor, options: NllLossOptions): void {
  checkTensor(operation, rows);
  checkTensor(operation, targets);
  checkRows(operation, rows.shape);
  const { weight, ignoreIndex = 0, reduction = 'mean' } = options;
  if (weight !== undefined) {
    checkTensor(operation, weight);
    const classes = rows.shape[rows.rank - 1] as number;
    if (weight.rank !== 1 || weight.shape[0] !== classes) {
      throw new ShapeError(operation, {
        expected: `a weight of shape [${classes}], one for each class`,
        got: formatShape(weight.shape),
      });
    }
  }
  if (!Number.isInteger(ignoreIndex)) {
    throw new ConfigError(operation, { expected: 'a whole number to ignore', got: String(ignoreIndex) });
  }
  if (!['mean', 'sum', 'none'].includes(reduction)) {
    throw new ConfigError(operation, {
      expected: `reduction 'mean', 'sum' or 'none'`,
      got: String(reduction),
    });
  }
}

/** Which rows are ignored, and labels of which all are classes. Other dtypes than int32 are left to be refused. */
function withoutIgnored(
  labels: Tensor,
  { ignoreIndex }: NllLossOptions,
): { ignored: Tensor | undefined; counted: Tensor } {
  if (ignoreIndex === undefined || labels.dtype !== 'int32') return { ignored: undefined, counted: labels };
  const ignored = equal(labels, ignoreIndex);
  return { ignored, counted: where(ignored, 0, labels) };
}

/** `losses` are weighted already; `weights` are those of the rows, all 1 if there are none. */
function reduced(
  losses: Tensor,
  weights: Tensor | undefined,
  ignored: Tensor | undefined,
  { reduction = 'mean' }: NllLossOptions,
): Tensor {
  const counted = ignored ? where(ignored, 0, losses) : losses;
  if (reduction === 'none') return counted;
  if (reduction === 'sum') return sum(counted);
  if (weights) return div(sum(counted), sum(ignored ? where(ignored, 0, weights) : weights));
  return ignored ? div(sum(counted), sum(logicalNot(ignored))) : mean(counted);
}
