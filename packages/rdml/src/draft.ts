import { vjp, vjpParameters } from '@renyi/autodiff';
import { type Optimizer, type PreparedStep, scaleGradients, squareSums } from '@renyi/nn';
import { crossEntropy, fullLike, sum, type Tensor } from '@renyi/tensor';
import { DivergedError, nonFiniteRows } from './diverged-error.js';
import type { Coupling } from './links.js';
import { numbersOf, type Reading } from './reading.js';
import type { StudentStep } from './student-step.js';

/** A student's predictions, and the way back to its weights. */
export interface ForwardPass {
  readonly output: Tensor;
  readonly pullback: (cotangent: Tensor) => Tensor[];
}

/** What one student would learn from a batch, all of it still where its backend computes. */
export interface Draft {
  readonly student: number;
  readonly pass: ForwardPass;
  readonly optimizer: Optimizer;
  readonly labels: Tensor;
  readonly lambda: number;
  /** Who it learns from. */
  readonly links: readonly Coupling[];
  /** The weighted divergence from a link's peer, row by row. */
  readonly divergence: (link: Coupling, own: Tensor) => Tensor;
  /** The sum over links of the mean of that. */
  readonly mutual: (links: readonly Coupling[], own: Tensor) => Tensor;
  /** The largest norm that its gradient may have. */
  readonly maxGradientNorm: number;
}

/** A draft with its losses, [base] or [base, mutual], and the gradients of base + lambda mutual. */
export interface Differentiated extends Draft {
  readonly losses: readonly Tensor[];
  readonly gradients: readonly Tensor[];
}

export function forwardPass(
  module: { forward(x: Tensor): Tensor },
  { parameters }: Optimizer,
  inputs: Tensor,
): ForwardPass {
  return vjpParameters(() => module.forward(inputs), parameters);
}

/**
 * One update for each draft, none of them made before all were looked at.
 *
 * What must be known of losses, gradients and new weights is read in one go, so that a backend that lies on a device is waited for once; where
 * gradients may be limited twice, as the limit depends on their norm.
 * @returns what each step was
 * @throws DivergedError when the loss, the gradient or the new weights of one are not finite
 */
export function* learn(all: readonly Differentiated[]): Reading<StudentStep[]> {
  const early = all.map((draft) =>
    draft.maxGradientNorm === Number.POSITIVE_INFINITY ? prepared(draft) : null,
  );
  const known = yield* numbersOf([
    ...all.map(({ losses }) => losses),
    ...all.map(({ gradients }) => squareSums(gradients)),
    ...early.map((step) => step?.sums ?? []),
  ]);
  const reports = all.map((draft, k) =>
    reportOf(draft, known[k] as number[], known[all.length + k] as number[]),
  );
  for (const [k, report] of reports.entries()) {
    if (Number.isFinite(report.loss) && Number.isFinite(report.gradientNorm)) continue;
    throw yield* divergedError(all[k] as Differentiated, report);
  }
  const late = all.map((draft, k) => early[k] ?? prepared(limited(draft, reports[k] as StudentStep)));
  const missing = late.map((step, k) => (early[k] === step ? [] : step.sums));
  const lateSums = missing.every(({ length }) => length === 0) ? missing : yield* numbersOf(missing);
  for (const [k, report] of reports.entries()) {
    const sums = [...(known[2 * all.length + k] as number[]), ...(lateSums[k] as number[])];
    if (!sums.every(Number.isFinite)) throw new DivergedError((all[k] as Draft).student, report);
  }
  for (const { step } of late) step.commit();
  return reports;
}

/**
 * The losses are differentiated with respect to the student's logits, and that cotangent is pulled back through its network; the
 * peers' logits are plain values.
 */
export function differentiated(draft: Draft): Differentiated {
  const { pass, labels, lambda, links, mutual } = draft;
  const { output: losses, pullback } = vjp(
    (own: Tensor): Tensor[] => {
      const base = crossEntropy(own, labels);
      if (links.length === 0) return [base];
      return [base, mutual(links, own)];
    },
    [pass.output],
  );
  const [cotangent] = pullback(losses.map((loss, k) => fullLike(loss, k === 0 ? 1 : lambda)));
  return { ...draft, losses, gradients: pass.pullback(cotangent) };
}

function reportOf(
  { lambda }: Draft,
  [baseLoss = 0, mutualLoss = 0]: readonly number[],
  squares: readonly number[],
): StudentStep {
  const gradientNorm = Math.sqrt(squares.reduce((total, square) => total + square, 0));
  return { baseLoss, mutualLoss, loss: baseLoss + lambda * mutualLoss, gradientNorm };
}

/** With its gradients scaled down to the largest norm, if theirs is larger. */
function limited(draft: Differentiated, { gradientNorm }: StudentStep): Differentiated {
  const { gradients, maxGradientNorm } = draft;
  if (gradientNorm <= maxGradientNorm) return draft;
  return { ...draft, gradients: scaleGradients(gradients, maxGradientNorm / (gradientNorm + 1e-6)) };
}

/** The step of its optimizer, and sums that are finite if and only if the new weights are: a step can overflow where its gradient did not. */
function prepared({ optimizer, gradients }: Differentiated): {
  readonly step: PreparedStep;
  readonly sums: readonly Tensor[];
} {
  const step = optimizer.prepare(gradients);
  return { step, sums: step.values.map((value) => sum(value)) };
}

function* divergedError(draft: Differentiated, report: StudentStep): Reading<DivergedError> {
  const { student, pass, labels, links, divergence } = draft;
  const baseRows = yield* nonFiniteRows(crossEntropy(pass.output, labels, { reduction: 'none' }));
  if (baseRows.length > 0) return new DivergedError(student, report, { rows: baseRows });
  for (const link of links) {
    const rows = yield* nonFiniteRows(divergence(link, pass.output));
    if (rows.length > 0) return new DivergedError(student, report, { link, rows });
  }
  return new DivergedError(student, report);
}
