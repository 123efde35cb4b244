import { checkTensor, ConfigError, DomainError, formatShape, ShapeError, type Tensor } from '@renyi/tensor';
import { predictionOf } from './calibration.js';
import { checkScored } from './metrics.js';

/** The class with the largest value of each row [rows, classes]: the first of several, or the first NaN. @throws ShapeError, BackendError as `score` @see torch.argmax */
export function predictions(logits: Tensor): Int32Array {
  checkTensor('predictions', logits);
  const [rows = 0, classes = 0] = logits.shape;
  if (logits.rank !== 2 || classes === 0) {
    throw new ShapeError('predictions', { expected: '[rows, classes]', got: formatShape(logits.shape) });
  }
  const values = logits.dataSync();
  return Int32Array.from({ length: rows }, (_, row) => predictionOf(values, row, classes));
}

/**
 * The fraction of rows whose label is among the k classes with the largest logits; of equal ones the first count. A row with a NaN is wrong.
 * @throws ShapeError, DTypeError, DomainError, BackendError as `score` @throws ConfigError unless k is from 1 to the number of classes
 * @see torchmetrics.classification.MulticlassAccuracy(top_k=k)
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { topKAccuracy } from '@renyi/nn';
 * const logits = tensor([[3, 2, 1], [1, 2, 3]]);
 * console.log(topKAccuracy(logits, tensor([1, 0], { dtype: 'int32' }), 2)); // => 0.5
 */
export function topKAccuracy(logits: Tensor, labels: Tensor, k: number): number {
  checkScored('topKAccuracy', logits, labels);
  const classes = logits.shape[1] as number;
  if (!(Number.isInteger(k) && k >= 1 && k <= classes)) {
    const expected = `a whole number k from 1 to ${classes}`;
    throw new ConfigError('topKAccuracy', { expected, got: String(k) });
  }
  const values = logits.dataSync();
  let correct = 0;
  for (const [row, label] of labels.dataSync().entries()) {
    const own = values[row * classes + label] as number;
    let before = 0;
    for (let c = 0; c < classes; c++) {
      const other = values[row * classes + c] as number;
      if (Number.isNaN(other)) before = classes;
      else if (other > own || (other === own && c < label)) before += 1;
    }
    if (before < k) correct += 1;
  }
  return correct / labels.size;
}

/**
 * The mean over rows of sum_c (p_c - [c = label])^2: 0 for sure and right, 2 for sure and wrong; proper, as the likelihood is.
 * @param probs [rows, classes]
 * @throws ShapeError, DTypeError, DomainError, BackendError as `score`
 * Source: G. W. Brier, "Verification of Forecasts Expressed in Terms of Probability", Monthly Weather Review 78, 1950.
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { brierScore } from '@renyi/nn';
 * console.log(brierScore(tensor([[0.5, 0.5], [0, 1]]), tensor([0, 0], { dtype: 'int32' }))); // => 1.25
 */
export function brierScore(probs: Tensor, labels: Tensor): number {
  checkScored('brierScore', probs, labels);
  const classes = probs.shape[1] as number;
  const given = labels.dataSync();
  let total = 0;
  for (const [i, p] of probs.dataSync().entries()) {
    const isLabel = i % classes === given[Math.floor(i / classes)];
    total += (p - Number(isLabel)) ** 2;
  }
  return total / labels.size;
}

/**
 * How many rows of class i (first index) were predicted as class j (second index).
 * @throws ShapeError unless there is a prediction for each label @throws DomainError for a class that there is not
 * @see sklearn.metrics.confusion_matrix
 *
 * @example
 * import { confusionMatrix, f1Score } from '@renyi/nn';
 * const matrix = confusionMatrix([0, 1, 1, 1], [0, 0, 1, 1], 2);
 * console.log(matrix, f1Score(matrix, 'micro')); // => [ [ 1, 1 ], [ 0, 2 ] ] 0.75
 */
export function confusionMatrix(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number[][] {
  checkPaired('confusionMatrix', predicted, labels);
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new ConfigError('confusionMatrix', { expected: 'at least one class', got: String(classes) });
  }
  const matrix = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let row = 0; row < labels.length; row++) {
    const [label, guess] = [labels[row] as number, predicted[row] as number];
    const counts = matrix[label];
    if (counts?.[guess] === undefined) {
      const expected = `classes from 0 to ${classes - 1}`;
      throw new DomainError('confusionMatrix', {
        expected,
        got: `${label} predicted as ${guess} in row ${row}`,
      });
    }
    counts[guess] += 1;
  }
  return matrix;
}

/** The mean of the classes' scores, each class as much; or that of all rows. */
export type Average = 'macro' | 'micro';

/**
 * F1 = 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall; a class that neither occurs nor is predicted has 0. Of a
 * single label per row, `micro` is the accuracy.
 * @throws ConfigError for another average @see sklearn.metrics.f1_score
 */
export function f1Score(matrix: readonly (readonly number[])[], average: Average = 'macro'): number {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const hits = matrix.map((counts, k) => counts[k] as number);
  if (average === 'micro') return total(hits) / total(matrix.map(total));
  if (average !== 'macro') {
    throw new ConfigError('f1Score', { expected: 'macro or micro', got: String(average) });
  }
  const scores = matrix.map((counts, k) => {
    // Rows of the class and rows predicted as it: TP is in both.
    const both = total(counts) + total(matrix.map((other) => other[k] as number));
    return both === 0 ? 0 : (2 * (hits[k] as number)) / both;
  });
  return total(scores) / matrix.length;
}

/** The fraction of rows for which two models predict the same class. @throws ShapeError unless there are rows, and as many of both */
export function agreement(predicted: ArrayLike<number>, others: ArrayLike<number>): number {
  checkPaired('agreement', predicted, others);
  let same = 0;
  for (let row = 0; row < predicted.length; row++) if (predicted[row] === others[row]) same += 1;
  return same / predicted.length;
}

function checkPaired(operation: string, predicted: ArrayLike<number>, others: ArrayLike<number>): void {
  if (predicted.length === others.length && predicted.length > 0) return;
  const got = `${predicted.length} and ${others.length}`;
  throw new ShapeError(operation, { expected: 'as many of both, and at least one', got });
}
