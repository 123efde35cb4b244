import { add, div, mul, sqrt, sub, type Tensor } from '@renyi/tensor';
import type { OptimizedParameters } from './parameter-groups.js';
import { RuleOptimizer, type Rules, type SettingsAt, type Slots, type Update } from './rule-optimizer.js';
import { regularized, runningMean } from './update-parts.js';
import { betas, flag, nonNegative, optionsOf, rate } from './optimizer-rules.js';
import type { Schedule } from './schedules.js';

export interface NAdamOptions {
  /** Step size, above 0; 0.002 by default. */
  readonly learningRate?: number | Schedule;
  /** How much of the running means of the gradient and of its square is kept; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square; 1e-8 by default. */
  readonly epsilon?: number;
  /** Multiple of each parameter that is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
  /** How fast momentum comes to its full strength; 0.004 by default. */
  readonly momentumDecay?: number;
  /** Counts μ_t twice in the bias correction of the look-ahead, as PyTorch did up to 1.13, to repeat its runs. */
  readonly countTwice?: boolean;
}

type Settings = Required<NAdamOptions>;

const rules: Rules<Settings> = {
  learningRate: rate,
  betas,
  epsilon: nonNegative,
  weightDecay: nonNegative,
  momentumDecay: nonNegative,
  countTwice: flag,
};

/**
 * Adam with Nesterov's look-ahead, and a momentum that warms up: with μ_t = β1 (1 - 0.96^(t · momentumDecay) / 2)
 * and M_t = μ_1 ... μ_t, step t is
 *
 *     w = w - learningRate ((1 - μ_t) / (1 - M_t) g + μ_(t+1) / (1 - M_(t+1)) m) / (sqrt(v / (1 - β2^t)) + epsilon)
 *
 * Source: T. Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016, in the form of torch.optim.NAdam.
 */
export class NAdam extends RuleOptimizer<Settings> {
  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  constructor(parameters: OptimizedParameters<NAdamOptions>, options: NAdamOptions = {}) {
    const defaults = {
      learningRate: 2e-3,
      betas: [0.9, 0.999],
      epsilon: 1e-8,
      weightDecay: 0,
      momentumDecay: 4e-3,
      countTwice: false,
    } as const;
    super('NAdam', parameters, { ...defaults, ...optionsOf('NAdam', options) }, rules);
  }

  protected override slotNames(): readonly string[] {
    return ['exp_avg', 'exp_avg_sq'];
  }

  protected override update(
    w: Tensor,
    g: Tensor,
    slots: Slots,
    settings: SettingsAt<Settings>,
    step: number,
  ): Update {
    const { learningRate, betas, epsilon, weightDecay, momentumDecay, countTwice } = settings;
    const [beta1, beta2] = betas;
    const momentum = (t: number): number => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const d = regularized(g, w, weightDecay);
    const mean = runningMean(slots['exp_avg'], d, beta1);
    const square = runningMean(slots['exp_avg_sq'], mul(d, d), beta2);
    const root = add(sqrt(div(square, 1 - beta2 ** step)), epsilon);
    // Multiplied anew each time, so that no number but the step has to be saved; 1e5 steps cost a millisecond.
    let product = 1;
    for (let t = 1; t <= step; t++) product *= momentum(t);
    const now = momentum(step);
    const next = momentum(step + 1);
    const ofGradient = mul(d, (learningRate * (1 - now)) / (1 - product));
    const ofMean = mul(mean, (learningRate * next) / (1 - product * next * (countTwice ? now : 1)));
    return {
      value: sub(w, div(add(ofGradient, ofMean), root)),
      slots: { exp_avg: mean, exp_avg_sq: square },
    };
  }
}
