import { logSoftmax, ShapeError, formatShape, type Tensor } from '@renyi/tensor';

/** How well predictions agree with labels. */
export interface Score {
  /** Fraction of rows whose largest prediction is the label; the first of several largest counts. */
  readonly accuracy: number;
  /** Mean of -log p(label), in nats; infinite where a label got probability 0. */
  readonly nll: number;
}

/** The score of logits [rows, classes] for labels [rows]. @throws ShapeError */
export function score(logits: Tensor, labels: Tensor): Score {
  return scoreLogProbs(logSoftmax(logits).dataSync(), labels.dataSync(), checkedClasses(logits, labels));
}

/**
 * The score of the ensemble that averages the members' probabilities.
 * log((1/K) sum_k p_k) is taken relative to the largest member, so that it neither overflows nor vanishes.
 * @param members logits [rows, classes] of each member @throws ShapeError
 */
export function ensembleScore(members: readonly Tensor[], labels: Tensor): Score {
  const [first] = members;
  if (first === undefined) throw new ShapeError('ensembleScore', { expected: 'at least one member', got: 'none' });
  const classes = checkedClasses(first, labels);
  const all = members.map((logits) => {
    checkedClasses(logits, labels);
    return logSoftmax(logits).dataSync();
  });
  const mean = new Float64Array(first.size);
  for (let i = 0; i < mean.length; i++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (const logProbs of all) largest = Math.max(largest, logProbs[i] as number);
    let total = 0;
    for (const logProbs of all) total += Math.exp((logProbs[i] as number) - largest);
    mean[i] = largest === Number.NEGATIVE_INFINITY ? largest : largest + Math.log(total / all.length);
  }
  return scoreLogProbs(mean, labels.dataSync(), classes);
}

function scoreLogProbs(logProbs: ArrayLike<number>, labels: ArrayLike<number>, classes: number): Score {
  let correct = 0;
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if ((logProbs[row * classes + c] as number) > (logProbs[row * classes + best] as number)) best = c;
    }
    if (best === label) correct += 1;
    loss -= logProbs[row * classes + label] as number;
  }
  return { accuracy: correct / labels.length, nll: loss / labels.length };
}

function checkedClasses(logits: Tensor, labels: Tensor): number {
  const [rows, classes] = logits.shape;
  if (logits.rank !== 2 || classes === undefined || labels.rank !== 1 || labels.size !== rows || rows === 0) {
    throw new ShapeError('score', {
      expected: 'logits [rows, classes] and labels [rows], with at least one row',
      got: `${formatShape(logits.shape)} and ${formatShape(labels.shape)}`,
    });
  }
  return classes;
}
