import {
  cast,
  checkTensor,
  DomainError,
  DTypeError,
  formatShape,
  logSoftmax,
  ShapeError,
  type Tensor,
  type TypedArray,
  referenceBackend,
} from '@renyi/tensor';

/** How well predictions agree with labels. */
export interface Score {
  /** Fraction of rows whose largest prediction is the label; the first of several largest counts, none where one is NaN. */
  readonly accuracy: number;
  /** Mean of -log p(label), in nats; infinite where a label got probability 0. */
  readonly nll: number;
}

/**
 * The score of logits [rows, classes] for labels int32 [rows], computed in float64.
 * @throws ShapeError unless there is a row of logits for each label, and at least one
 * @throws DTypeError unless the labels are int32
 * @throws DomainError for a label that is no class
 * @throws BackendError where they cannot be read at once, as on WebGPU: give those of `tensor(await x.data(), { shape: x.shape, backend: referenceBackend })`
 * @see torch.nn.functional.cross_entropy (nll), torchmetrics.classification.MulticlassAccuracy
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { score } from '@renyi/nn';
 * const logits = tensor([[0, Math.log(3)], [0, 0]]);
 * const { accuracy, nll } = score(logits, tensor([1, 1], { dtype: 'int32' }));
 * console.log(accuracy, Math.exp(-2 * nll).toFixed(6)); // => 0.5 0.375000
 */
export function score(logits: Tensor, labels: Tensor): Score {
  checkScored('score', logits, labels);
  return scoreLogProbs(logProbsOf(logits), labels);
}

/**
 * The score of the ensemble that averages the members' probabilities.
 * log((1/K) sum_k p_k) is taken relative to the largest member, so that it neither overflows nor vanishes.
 * Its nll is at most the mean of the members' (-log is convex).
 * @param members logits [rows, classes] of each member
 * @param labels int32 [rows]
 * @throws ShapeError unless there are members, of one shape, and a label for each row, and at least one
 * @throws DTypeError unless the labels are int32
 * @throws DomainError for a label that is no class
 * @throws BackendError where they cannot be read at once, as on WebGPU: give those of `tensor(await x.data(), { shape: x.shape, backend: referenceBackend })`
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { ensembleScore } from '@renyi/nn';
 * const members = [tensor([[0, Math.log(3)]]), tensor([[0, 0]])];
 * const { accuracy, nll } = ensembleScore(members, tensor([1], { dtype: 'int32' }));
 * console.log(accuracy, Math.exp(-nll).toFixed(6)); // => 1 0.625000
 */
export function ensembleScore(members: readonly Tensor[], labels: Tensor): Score {
  const [first] = members;
  if (first === undefined)
    throw new ShapeError('ensembleScore', { expected: 'at least one member', got: 'none' });
  for (const logits of members) {
    checkScored('ensembleScore', logits, labels);
    if (logits.shape[1] === first.shape[1]) continue;
    const [expected, got] = [`members of one shape, ${formatShape(first.shape)}`, formatShape(logits.shape)];
    throw new ShapeError('ensembleScore', { expected, got });
  }
  const all = members.map(logProbsOf);
  const mean = new Float64Array(first.size);
  for (let i = 0; i < mean.length; i++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (const logProbs of all) largest = Math.max(largest, logProbs[i] as number);
    let total = 0;
    for (const logProbs of all) total += Math.exp((logProbs[i] as number) - largest);
    mean[i] = largest === Number.NEGATIVE_INFINITY ? largest : largest + Math.log(total / all.length);
  }
  return scoreLogProbs(mean, labels);
}

/** In float64, where logits that differ in float32 still differ. */
function logProbsOf(logits: Tensor): TypedArray {
  const { backend } = logits.storage;
  const near = backend.hasFloat64 === false ? logits.to(referenceBackend) : logits;
  return logSoftmax(cast(near, 'float64')).dataSync();
}

/** Log-probabilities [rows, classes], flat; whatever a NaN is compared with, it is not the smaller one. */
function scoreLogProbs(logProbs: ArrayLike<number>, labels: Tensor): Score {
  const classes = logProbs.length / labels.size;
  let correct = 0;
  let loss = 0;
  for (const [row, label] of labels.dataSync().entries()) {
    const start = row * classes;
    const own = logProbs[start + label] as number;
    let isFirstLargest = true;
    for (let c = 0; c < classes; c++) {
      const other = logProbs[start + c] as number;
      if (!(c < label ? other < own : other <= own)) isFirstLargest = false;
    }
    if (isFirstLargest) correct += 1;
    loss -= own;
  }
  return { accuracy: correct / labels.size, nll: loss / labels.size };
}

/** @throws ShapeError, DTypeError, DomainError unless there is a label for each row */
export function checkScored(operation: string, logits: Tensor, labels: Tensor): void {
  checkTensor(operation, logits);
  checkTensor(operation, labels);
  const [rows, classes = 0] = logits.shape;
  if (logits.rank !== 2 || classes === 0 || labels.rank !== 1 || labels.size !== rows || rows === 0) {
    throw new ShapeError(operation, {
      expected: 'logits [rows, classes] and labels [rows], with at least one row',
      got: `${formatShape(logits.shape)} and ${formatShape(labels.shape)}`,
    });
  }
  if (labels.dtype !== 'int32') {
    const remedy = `Make them with tensor(labels, { dtype: 'int32' })`;
    throw new DTypeError(operation, {
      expected: 'labels of dtype int32 (class indices)',
      got: labels.dtype,
      remedy,
    });
  }
  const impossible = labels.dataSync().find((label) => label < 0 || label >= classes);
  if (impossible === undefined) return;
  throw new DomainError(operation, { expected: `labels from 0 to ${classes - 1}`, got: String(impossible) });
}
