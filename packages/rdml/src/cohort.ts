import { valueAndGrad, vjpParameters } from '@renyi/autodiff';
import { clipGradientNorm, gradientNorm, type Module, type Optimizer, type PreparedStep } from '@renyi/nn';
import { add, ConfigError, crossEntropy, div, mean, mul, sum, type Tensor, TensorError } from '@renyi/tensor';
import { renyiDivergence } from './divergence.js';

/** One network of a cohort with what updates it. */
export interface Student {
  readonly module: Module;
  readonly optimizer: Optimizer;
}

export interface CohortOptions {
  /** The Rényi order, in [0, Infinity]; 1 is the Kullback-Leibler divergence of deep mutual learning. */
  readonly alpha: number;
  /** The weight of the mutual part; 1 by default, as in the paper. */
  readonly lambda?: number;
  /**
   * `jacobi` (the default): all students predict once, then all learn from those predictions.
   * `gaussSeidel`: before each student learns, all predict anew with their newest weights: K times the forward passes.
   */
  readonly order?: 'jacobi' | 'gaussSeidel';
  /** The largest L2 norm of a student's gradient; larger ones are scaled down. No limit by default. */
  readonly maxGradientNorm?: number;
}

/** What one step was for one student, before its weights moved. */
export interface StudentStep {
  /** Mean cross-entropy with the labels, in nats. */
  readonly baseLoss: number;
  /** Mean divergence from its peers, in nats; not measured, and 0, where nothing couples it to them (lambda or alpha 0). */
  readonly mutualLoss: number;
  /** baseLoss + lambda mutualLoss. */
  readonly loss: number;
  /** L2 norm of the gradient of the loss over all its parameters, before clipping. */
  readonly gradientNorm: number;
}

/** A student's loss, gradient or new weights are not finite: its weights, and everybody's, are as they were before the step. */
export class DivergedError extends TensorError {
  override readonly name = 'DivergedError';

  constructor(
    /** Which student, from 0. */
    readonly student: number,
    /** What its step was. */
    readonly report: StudentStep,
    /** Whether it is one that trains independently, for comparison. */
    readonly isIndependent: boolean = false,
  ) {
    super('training', {
      expected: 'a finite loss and gradient, and finite weights after the step',
      got: `${whatIsNot(report)} of ${isIndependent ? 'independent ' : ''}student ${student}`,
      remedy: 'Lower the learning rate, lambda or alpha, or limit the gradient norm',
    });
  }
}

function whatIsNot({ loss, gradientNorm }: StudentStep): string {
  const measured = `loss ${loss} and gradient norm ${gradientNorm}`;
  const isMeasured = Number.isFinite(loss) && Number.isFinite(gradientNorm);
  return isMeasured ? `weights beyond the range of their dtype after ${measured}` : measured;
}

/**
 * Students that learn from the labels and from each other. The loss of student k of K on a batch is
 *
 *     L_k = CE(z_k, y) + lambda / (K - 1) sum over j != k of mean_n D_alpha(softmax(z_j) || softmax(z_k)),
 *
 * where the predictions of the peers j are constants: each student moves towards its peers, none is moved by
 * another's loss. At alpha = 1 this is deep mutual learning (Zhang et al., CVPR 2018).
 *
 * Source: W. Huang et al., "Rényi Divergence Deep Mutual Learning", ECML PKDD 2023, arXiv 2209.05732.
 */
export class Cohort {
  readonly students: readonly Student[];
  readonly #options: Required<CohortOptions>;

  /** @throws ConfigError for an impossible setting or no students */
  constructor(students: readonly Student[], options: CohortOptions) {
    const { alpha, lambda = 1, order = 'jacobi', maxGradientNorm = Number.POSITIVE_INFINITY } = options;
    if (students.length === 0)
      throw new ConfigError('Cohort', { expected: 'at least one student', got: 'none' });
    if (!(alpha >= 0))
      throw new ConfigError('Cohort', { expected: 'alpha in [0, Infinity]', got: String(alpha) });
    if (!(lambda >= 0 && lambda < Number.POSITIVE_INFINITY)) {
      throw new ConfigError('Cohort', { expected: 'a finite lambda of at least 0', got: String(lambda) });
    }
    if (order !== 'jacobi' && order !== 'gaussSeidel') {
      throw new ConfigError('Cohort', { expected: `order 'jacobi' or 'gaussSeidel'`, got: String(order) });
    }
    if (!(maxGradientNorm > 0)) {
      throw new ConfigError('Cohort', { expected: 'maxGradientNorm above 0', got: String(maxGradientNorm) });
    }
    this.students = students;
    this.#options = { alpha, lambda, order, maxGradientNorm };
  }

  /** K, the number of students. */
  get size(): number {
    return this.students.length;
  }

  /**
   * One update of every student on one batch, the same for all.
   * @param inputs what the students' modules take, usually [batch, features]
   * @param labels int32 [batch]
   * @throws DivergedError before anything has moved (with gaussSeidel, before that student has moved)
   */
  step(inputs: Tensor, labels: Tensor): StudentStep[] {
    if (this.#options.order === 'gaussSeidel') {
      return this.students.map((student, k) => {
        const logits = this.students.map((peer) => peer.module.forward(inputs));
        const update = this.#differentiate(k, forward(student, inputs), logits, labels);
        this.#prepare(k, update).commit();
        return update.report;
      });
    }
    const passes = this.students.map((student) => forward(student, inputs));
    const logits = passes.map((pass) => pass.output);
    const updates = passes.map((pass, k) => this.#differentiate(k, pass, logits, labels));
    // All updates are computed and looked at before the first is made.
    const steps = updates.map((update, k) => this.#prepare(k, update));
    for (const step of steps) step.commit();
    return updates.map((update) => update.report);
  }

  /** @throws DivergedError when the update would leave a weight that is not finite: a step can overflow where its gradient did not */
  #prepare(k: number, { report, gradients }: StudentUpdate): PreparedStep {
    const step = (this.students[k] as Student).optimizer.prepare(gradients);
    if (!step.values.every((value) => Number.isFinite(sum(value).item()))) throw new DivergedError(k, report);
    return step;
  }

  /**
   * Loss and gradients of student k. The loss is differentiated with respect to the student's logits, and that
   * cotangent is pulled back through its network; the peers' logits are plain values.
   */
  #differentiate(k: number, pass: ForwardPass, logits: readonly Tensor[], labels: Tensor): StudentUpdate {
    const { alpha, lambda, maxGradientNorm } = this.#options;
    const peers = logits.filter((_, j) => j !== k);
    // Uncoupled students pay nothing for each other. (At order 0 the divergence of two softmaxes is 0 everywhere.)
    const isMutual = peers.length > 0 && lambda > 0 && alpha > 0;
    let baseLoss = 0;
    let mutualLoss = 0;
    const loss = (own: Tensor): Tensor => {
      const base = crossEntropy(own, labels);
      baseLoss = base.item();
      if (!isMutual) return base;
      const mutual = meanDivergence(peers, own, alpha);
      mutualLoss = mutual.item();
      return add(base, mul(mutual, lambda));
    };
    const { gradients: cotangent } = valueAndGrad(loss)(pass.output);
    const raw = pass.pullback(cotangent);
    const report = {
      baseLoss,
      mutualLoss,
      loss: baseLoss + lambda * mutualLoss,
      gradientNorm: gradientNorm(raw),
    };
    if (!Number.isFinite(report.loss) || !Number.isFinite(report.gradientNorm))
      throw new DivergedError(k, report);
    const gradients =
      report.gradientNorm > maxGradientNorm ? clipGradientNorm(raw, maxGradientNorm).gradients : raw;
    return { report, gradients };
  }
}

interface StudentUpdate {
  readonly report: StudentStep;
  readonly gradients: readonly Tensor[];
}

interface ForwardPass {
  readonly output: Tensor;
  readonly pullback: (cotangent: Tensor) => Tensor[];
}

function forward({ module, optimizer }: Student, inputs: Tensor): ForwardPass {
  return vjpParameters(() => module.forward(inputs), optimizer.parameters);
}

/** The mean over peers and rows of D_alpha(peer || own). */
function meanDivergence(peers: readonly Tensor[], own: Tensor, alpha: number): Tensor {
  const total = peers.map((peer) => mean(renyiDivergence(peer, own, alpha))).reduce((a, b) => add(a, b));
  return div(total, peers.length);
}
