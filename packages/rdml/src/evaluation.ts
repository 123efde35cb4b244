import {
  type CalibrationBin,
  calibration,
  calibrationError,
  type Dataset,
  ensembleScore,
  type Module,
  predictionOf,
  type Score,
  score,
} from '@renyi/nn';
import {
  add,
  cast,
  concat,
  div,
  mean,
  referenceBackend,
  scope,
  slice,
  softmax,
  type Tensor,
  tensor,
  type TypedArray,
} from '@renyi/tensor';
import { renyiDivergence } from './divergence.js';
import { atOnce, elementsOf, later, type Reading } from './reading.js';

/** How well predictions agree with labels, and how well they know it. */
export interface Assessment extends Score {
  /** Expected calibration error over 15 bins. */
  readonly calibrationError: number;
}

/** How networks do on one part of the data, alone and together. */
export interface Evaluation {
  readonly students: readonly Assessment[];
  /** The mean of their probabilities as one prediction. */
  readonly ensemble: Assessment;
  /** Accuracy of the ensemble minus the mean accuracy of its members. */
  readonly ensembleGain: number;
  /** The fraction of rows on which two students predict the same class, a mean over pairs; 1 for one student. */
  readonly agreement: number;
  /** The mean divergence over ordered pairs of students and rows, in nats; 0 for one student. */
  readonly divergence: number;
  /** The mean over rows of the divergence D(peer || student), at [peer][student]; 0 at [k][k]. */
  readonly divergences: readonly (readonly number[])[];
}

/**
 * Evaluates networks in evaluation mode, and leaves them, and each module in them, in the mode in which they were.
 * @throws BackendError where reads have to be awaited: see `evaluateAsync`
 */
export function evaluate(modules: readonly Module[], part: Dataset, alpha: number): Evaluation {
  return atOnce(evaluation(modules, part, alpha));
}

/** The same on any backend: WebGPU answers later. */
export async function evaluateAsync(
  modules: readonly Module[],
  part: Dataset,
  alpha: number,
): Promise<Evaluation> {
  return later(evaluation(modules, part, alpha));
}

/** `evaluate`, whose reads are answered by who runs it. */
export function* evaluation(modules: readonly Module[], part: Dataset, alpha: number): Reading<Evaluation> {
  const logits = yield* predict(modules, part.tensors().inputs);
  const labels = tensor(part.labels, { backend: referenceBackend });
  const divergences = logits.map((p, j) =>
    logits.map((q, k) => (j === k ? 0 : mean(renyiDivergence(p, q, alpha)).item())),
  );
  const pairs = logits.length * (logits.length - 1);
  const students = logits.map((own) => assess(score(own, labels), probabilities([own]), part));
  const ensemble = assess(ensembleScore(logits, labels), probabilities(logits), part);
  const meanAccuracy = students.reduce((total, { accuracy }) => total + accuracy, 0) / students.length;
  return {
    students,
    ensemble,
    ensembleGain: ensemble.accuracy - meanAccuracy,
    agreement: agreementOf(logits),
    divergence: pairs === 0 ? 0 : divergences.flat().reduce((a, b) => a + b, 0) / pairs,
    divergences,
  };
}

/** What each row of a part is worth: 1 or 0 for a right or wrong prediction, and -log p(label). */
export interface RowScores {
  readonly accuracy: Float64Array;
  readonly nll: Float64Array;
}

/** The scores of networks: a mean over them, and those of their ensemble. */
export interface GroupRowScores {
  readonly mean: RowScores;
  readonly ensemble: RowScores;
}

/** Accuracy and NLL of each row, a mean over the networks and as their ensemble: what is compared row by row. */
export function rowScores(modules: readonly Module[], part: Dataset): GroupRowScores {
  return atOnce(scoringOfRows(modules, part));
}

/** `rowScores`, whose reads are answered by who runs it. */
export function* scoringOfRows(modules: readonly Module[], part: Dataset): Reading<GroupRowScores> {
  const logits = yield* predict(modules, part.tensors().inputs);
  const each = logits.map((own) => scoresOf(probabilities([own]), part));
  const meanOf = (key: keyof RowScores): Float64Array =>
    Float64Array.from(
      part.labels,
      (_, row) => each.reduce((sum, own) => sum + (own[key][row] as number), 0) / each.length,
    );
  return {
    mean: { accuracy: meanOf('accuracy'), nll: meanOf('nll') },
    ensemble: scoresOf(probabilities(logits), part),
  };
}

function scoresOf(probs: Float64Array, { labels, classes }: Dataset): RowScores {
  return {
    accuracy: Float64Array.from(labels, (label, row) =>
      predictionOf(probs, row, classes) === label ? 1 : 0,
    ),
    nll: Float64Array.from(labels, (label, row) => -Math.log(probs[row * classes + label] as number)),
  };
}

/** The bins of a reliability diagram of networks as one ensemble. */
export function reliability(modules: readonly Module[], part: Dataset): readonly CalibrationBin[] {
  return atOnce(reliabilities(modules, part));
}

/** The same on any backend: WebGPU answers later. */
export async function reliabilityAsync(
  modules: readonly Module[],
  part: Dataset,
): Promise<readonly CalibrationBin[]> {
  return later(reliabilities(modules, part));
}

/** `reliability`, whose reads are answered by who runs it. */
export function* reliabilities(
  modules: readonly Module[],
  part: Dataset,
): Reading<readonly CalibrationBin[]> {
  return calibration(probabilities(yield* predict(modules, part.tensors().inputs)), part.labels);
}

/** The mean probabilities of an ensemble for each row of inputs, flat, in float64; of one network, its own. */
export function ensembleProbabilities(modules: readonly Module[], inputs: Tensor): Float64Array {
  return probabilities(atOnce(predict(modules, inputs)));
}

/** The same on any backend: WebGPU answers later. */
export async function ensembleProbabilitiesAsync(
  modules: readonly Module[],
  inputs: Tensor,
): Promise<Float64Array> {
  return probabilities(await later(predict(modules, inputs)));
}

function probabilities(logits: readonly Tensor[]): Float64Array {
  const total = logits.map((own) => softmax(cast(own, 'float64'))).reduce((a, b) => add(a, b));
  return Float64Array.from((logits.length === 1 ? total : div(total, logits.length)).dataSync());
}

function assess({ accuracy, nll }: Score, probs: Float64Array, { labels }: Dataset): Assessment {
  return { accuracy, nll, calibrationError: calibrationError(calibration(probs, labels)) };
}

function agreementOf(logits: readonly Tensor[]): number {
  const [first] = logits;
  if (first === undefined || logits.length === 1) return 1;
  const [rows = 0, classes = 0] = first.shape;
  const predictions = logits.map((own) => {
    const values = own.dataSync();
    return Array.from({ length: rows }, (_, row) => predictionOf(values, row, classes));
  });
  let same = 0;
  for (const [j, a] of predictions.entries()) {
    for (const b of predictions.slice(j + 1)) {
      for (const [row, c] of a.entries()) if (c === b[row]) same += 1;
    }
  }
  return same / (rows * ((logits.length * (logits.length - 1)) / 2));
}

/** How many numbers a network is given at once: networks for images make many more of each. */
const largestChunk = 2 ** 20;

/**
 * The logits of each network. From a device, or where a backend computes in float32 at most, they are brought to the reference backend:
 * what is made of them here wants float64, and is read number by number.
 */
function* predict(modules: readonly Module[], inputs: Tensor): Reading<Tensor[]> {
  const logits = modules.map((module) => forwardInEvaluation(module, inputs));
  const isNear = ({ storage: { backend } }: Tensor): boolean =>
    backend.isRemote !== true && backend.hasFloat64 !== false;
  if (logits.every(isNear)) return logits;
  const elements = yield* elementsOf(logits);
  return logits.map(({ shape }, k) =>
    tensor(elements[k] as TypedArray, { shape, backend: referenceBackend }),
  );
}

function forwardInEvaluation(module: Module, inputs: Tensor): Tensor {
  const modes = module.modules().map((part) => [part, part.training] as const);
  const [rows = 0, ...row] = inputs.shape;
  const size = row.reduce((product, extent) => product * extent, 1);
  const chunk = Math.max(1, Math.floor(largestChunk / Math.max(1, size)));
  // What modules hold in their fields outlives the pass.
  const forward = (some: Tensor): Tensor => scope(() => ({ output: module.forward(some), module })).output;
  try {
    module.eval();
    if (rows <= chunk) return forward(inputs);
    const starts = Array.from({ length: Math.ceil(rows / chunk) }, (_, i) => i * chunk);
    return concat(
      starts.map((start) => forward(slice(inputs, { axis: 0, start, stop: Math.min(rows, start + chunk) }))),
      { axis: 0 },
    );
  } finally {
    for (const [part, training] of modes) part.training = training;
  }
}
