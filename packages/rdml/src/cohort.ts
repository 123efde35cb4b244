import type { Module, Optimizer } from '@renyi/nn';
import { ConfigError, scope, type Tensor } from '@renyi/tensor';
import { coupledDivergence, type LambdaMode, lambdaModes, sumOfDivergences } from './coupled-divergence.js';
import {
  differentiated,
  type Differentiated,
  type Draft,
  type ForwardPass,
  forwardPass,
  learn,
} from './draft.js';
import {
  areConstant,
  type CompleteLink,
  completeLinks,
  type Coupling,
  couplingsAt,
  ranges,
  type Topology,
} from './links.js';
import { atOnce, later, type Reading, scoped } from './reading.js';
import { checkSchedule, isConstant, type Position, type Schedule, valueAt } from './schedule.js';
import type { StudentStep } from './student-step.js';

/** One network of a cohort with what updates it. */
export interface Student {
  readonly module: Module;
  readonly optimizer: Optimizer;
  /** The largest L2 norm of its gradient; that of the cohort by default. */
  readonly maxGradientNorm?: number;
}

export interface CohortOptions {
  /** The Rényi order, in [0, Infinity]; 1 is the Kullback-Leibler divergence of deep mutual learning. */
  readonly alpha: Schedule;
  /** The weight of the mutual part; 1 by default, as in the paper. */
  readonly lambda?: Schedule;
  /**
   * `plain` (the default): lambda is the weight. `overAlpha`: lambda / alpha is, on each link by its order. Near
   * agreement D_alpha is alpha times the Kullback-Leibler divergence, so that this mode compares orders at equal
   * strength; its limit at alpha = 0 is KL(student || peer).
   */
  readonly lambdaMode?: LambdaMode;
  /** What both sides' logits are divided by; 1 by default. A divergence at temperature T counts T^2 times. */
  readonly temperature?: Schedule;
  /** Who learns from whom: everybody from everybody else by default. */
  readonly links?: Topology;
  /**
   * `jacobi` (the default): all students predict once, then all learn from those predictions.
   * `gaussSeidel`: before each student learns, its peers predict anew with their newest weights: up to K times the
   * forward passes.
   */
  readonly order?: (typeof updateOrders)[number];
  /** The largest L2 norm of a student's gradient; larger ones are scaled down. No limit by default. */
  readonly maxGradientNorm?: number;
}

export const updateOrders = ['jacobi', 'gaussSeidel'] as const;

/** A position for what depends on none. */
const anywhere: Position = { step: 0, stepsPerEpoch: 1, epochs: 1 };

/**
 * Students that learn from the labels and from each other. The loss of student k on a batch is
 *
 *     L_k = CE(z_k, y) + lambda sum over links j -> k of w_jk T_jk^2 mean_n D_alpha_jk(softmax(z_j / T_jk) || softmax(z_k / T_jk)),
 *
 * where the predictions of the peers j are constants: each student moves towards its peers, none is moved by
 * another's loss. By default there is a link between each two of K students, with weight 1 / (K - 1), temperature 1 and
 * one order for all; at alpha = 1 this is deep mutual learning (Zhang et al., CVPR 2018). T^2 keeps the size of the
 * gradient, which falls as 1 / T^2 (Hinton et al., arXiv 1503.02531, section 2).
 *
 * Source: W. Huang et al., "Rényi Divergence Deep Mutual Learning", ECML PKDD 2023, arXiv 2209.05732.
 */
export class Cohort {
  readonly students: readonly Student[];
  /** Who learns from whom, with nothing left to default. */
  readonly links: readonly CompleteLink[];
  readonly #lambda: Schedule;
  readonly #lambdaMode: LambdaMode;
  readonly #order: (typeof updateOrders)[number];
  readonly #maxGradientNorm: number;
  #isLearning = false;

  /** @throws ConfigError for an impossible setting or no students */
  constructor(students: readonly Student[], options: CohortOptions) {
    const { alpha, lambda = 1, temperature = 1, links = 'mesh' } = options;
    if (students.length === 0)
      throw new ConfigError('Cohort', { expected: 'at least one student', got: 'none' });
    checkSchedule('Cohort', 'alpha', alpha, ranges.alpha);
    checkSchedule('Cohort', 'lambda', lambda, ranges.weight);
    checkSchedule('Cohort', 'temperature', temperature, ranges.temperature);
    this.#lambdaMode = oneOf('lambdaMode', lambdaModes, options.lambdaMode ?? 'plain');
    this.#order = oneOf('order', updateOrders, options.order ?? 'jacobi');
    this.#maxGradientNorm = checkNorm(options.maxGradientNorm ?? Number.POSITIVE_INFINITY);
    for (const { maxGradientNorm = 1 } of students) checkNorm(maxGradientNorm);
    this.students = students;
    this.links = completeLinks('Cohort', links, students.length, { alpha, temperature });
    this.#lambda = lambda;
    if (
      this.#lambdaMode === 'overAlpha' &&
      this.links.some((link) => link.alpha === Number.POSITIVE_INFINITY)
    ) {
      throw new ConfigError('Cohort', {
        expected: 'a finite alpha with lambdaMode overAlpha',
        got: 'Infinity',
        remedy: 'Its weight would be 0: leave the link out',
      });
    }
  }

  /** K, the number of students. */
  get size(): number {
    return this.students.length;
  }

  /**
   * One update of every student on one batch, the same for all.
   * @param inputs what the students' modules take, usually [batch, features]
   * @param labels int32 [batch]
   * @param position where the run is, for what is scheduled
   * @throws DivergedError before anything has moved (with gaussSeidel, before that student has moved)
   * @throws ConfigError for a schedule without a position
   * @throws BackendError where reads have to be awaited: see `stepAsync`
   */
  step(inputs: Tensor, labels: Tensor, position?: Position): StudentStep[] {
    return atOnce(this.learning(inputs, labels, position));
  }

  /**
   * The same on any backend: WebGPU answers later. What it must know is read together, once a step (twice with maxGradientNorm).
   * @throws what `step` throws, as a rejection
   */
  async stepAsync(inputs: Tensor, labels: Tensor, position?: Position): Promise<StudentStep[]> {
    return later(this.learning(inputs, labels, position));
  }

  /** @internal One update, whose reads are answered by who runs it. @throws ConfigError while another one waits */
  *learning(inputs: Tensor, labels: Tensor, position?: Position): Reading<StudentStep[]> {
    if (this.#isLearning) {
      throw new ConfigError('Cohort.step', {
        expected: 'one step after the other',
        got: 'a step while another one waits',
        remedy: 'Await stepAsync before the next step',
      });
    }
    this.#isLearning = true;
    try {
      // What modules hold in their fields, such as running means, outlives the step; optimizers keep what they learn.
      const modules = this.students.map(({ module }) => module);
      return yield* scoped(() => this.#learning(inputs, labels, position), modules);
    } finally {
      this.#isLearning = false;
    }
  }

  *#learning(inputs: Tensor, labels: Tensor, position?: Position): Reading<StudentStep[]> {
    const batch = { labels, lambda: this.#lambdaAt(position), couplings: this.#couplingsAt(position) };
    if (this.#order === 'jacobi') return yield* learn(this.#differentiate(0, [], inputs, batch));
    const reports: StudentStep[] = [];
    for (const [k, student] of this.students.entries()) {
      const peers = new Map(
        incoming(batch, k).map(({ peer }) => [peer, predicted(this.students[peer] as Student, inputs)]),
      );
      const own = freeing([student], () => [
        differentiated(this.#draft(k, forward(student, inputs), (peer) => peers.get(peer), batch)),
      ]);
      reports.push(...(yield* learn(own)));
    }
    return reports;
  }

  /**
   * The students from k on, given the logits of those before. Each is differentiated once all have predicted, the last one first, in a scope
   * that began with its prediction and ends with its gradient: what a backward pass reads is large, and free before the next one.
   */
  #differentiate(k: number, logits: Tensor[], inputs: Tensor, batch: Batch): Differentiated[] {
    if (k === this.size) return [];
    const rest = this.students.slice(k);
    return freeing(rest, () => {
      const pass = forward(rest[0] as Student, inputs);
      logits.push(pass.output);
      const others = this.#differentiate(k + 1, logits, inputs, batch);
      return [differentiated(this.#draft(k, pass, (peer) => logits[peer], batch)), ...others];
    });
  }

  #lambdaAt(position: Position | undefined): number {
    if (position !== undefined) return valueAt(this.#lambda, position);
    if (!isConstant(this.#lambda) || !areConstant(this.links)) {
      throw new ConfigError('Cohort.step', {
        expected: 'a position in the run for schedules to be evaluated at',
        got: 'none',
        remedy: 'Pass { step, stepsPerEpoch, epochs } as third argument',
      });
    }
    return this.#lambda;
  }

  /** The links that move somebody: those that don't are not evaluated, so that uncoupled students pay nothing for each other. */
  #couplingsAt(position: Position | undefined): readonly Coupling[] {
    const couplings = couplingsAt(this.links, position ?? anywhere);
    // At order 0 the divergence of two softmaxes is 0 everywhere; divided by the order it is not.
    if (this.#lambdaMode === 'plain') return couplings.filter(({ weight, alpha }) => weight > 0 && alpha > 0);
    return couplings.filter(({ weight }) => weight > 0);
  }

  #draft(k: number, pass: ForwardPass, logitsOf: (peer: number) => Tensor | undefined, batch: Batch): Draft {
    const { optimizer, maxGradientNorm = this.#maxGradientNorm } = this.students[k] as Student;
    return {
      student: k,
      pass,
      optimizer,
      labels: batch.labels,
      lambda: batch.lambda,
      links: batch.lambda === 0 ? [] : incoming(batch, k),
      divergence: (link, own) =>
        coupledDivergence(logitsOf(link.peer) as Tensor, own, link, this.#lambdaMode),
      mutual: (links, own) =>
        sumOfDivergences(links, (peer) => logitsOf(peer) as Tensor, own, this.#lambdaMode),
      maxGradientNorm,
    };
  }
}

/** What all students share in a step. */
interface Batch {
  readonly labels: Tensor;
  readonly lambda: number;
  readonly couplings: readonly Coupling[];
}

function forward({ module, optimizer }: Student, inputs: Tensor): ForwardPass {
  return forwardPass(module, optimizer, inputs);
}

/** What a student says of a batch, and nothing that it made on the way. */
function predicted({ module }: Student, inputs: Tensor): Tensor {
  return scope(() => ({ output: module.forward(inputs), module })).output;
}

/** Runs `f` as a scope that leaves what it says of losses, gradients and logits, and what the students' modules hold in their fields. */
function freeing(students: readonly Student[], f: () => Differentiated[]): Differentiated[] {
  let drafts: Differentiated[] = [];
  scope(() => {
    drafts = f();
    const results = drafts.map(({ losses, gradients, pass }) => [losses, gradients, pass.output]);
    return [results, students.map(({ module }) => module)];
  });
  return drafts;
}

function incoming({ couplings }: Batch, k: number): readonly Coupling[] {
  return couplings.filter(({ student }) => student === k);
}

function oneOf<T extends string>(name: string, choices: readonly T[], value: T): T {
  if (choices.includes(value)) return value;
  const expected = `${name} to be one of ${choices.join(', ')}`;
  throw new ConfigError('Cohort', { expected, got: String(value) });
}

function checkNorm(norm: number): number {
  if (norm > 0) return norm;
  throw new ConfigError('Cohort', { expected: 'maxGradientNorm above 0', got: String(norm) });
}
