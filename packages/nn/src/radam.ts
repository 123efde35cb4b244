import { add, div, mul, sqrt, sub, type Tensor } from '@renyi/tensor';
import type { OptimizedParameters } from './parameter-groups.js';
import { RuleOptimizer, type Rules, type SettingsAt, type Slots, type Update } from './rule-optimizer.js';
import { regularized, runningMean } from './update-parts.js';
import { betas, nonNegative, optionsOf, rate } from './optimizer-rules.js';
import type { Schedule } from './schedules.js';

export interface RAdamOptions {
  /** Step size, above 0; 0.001 by default. */
  readonly learningRate?: number | Schedule;
  /** How much of the running means of the gradient and of its square is kept; [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square; 1e-8 by default. */
  readonly epsilon?: number;
  /** Multiple of each parameter that is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
}

type Settings = Required<RAdamOptions>;

const rules: Rules<Settings> = {
  learningRate: rate,
  betas,
  epsilon: nonNegative,
  weightDecay: nonNegative,
};

/**
 * Adam that divides by the mean square only once enough gradients went into it. With ρ_∞ = 2 / (1 - β2) - 1 and
 * ρ_t = ρ_∞ - 2 t β2^t / (1 - β2^t), step t is w - learningRate m̂ while ρ_t <= 5, and after that
 *
 *     w = w - learningRate m̂ r_t / (sqrt(v) + epsilon) · sqrt(1 - β2^t),
 *     r_t² = (ρ_t - 4) (ρ_t - 2) ρ_∞ / ((ρ_∞ - 4) (ρ_∞ - 2) ρ_t)
 *
 * Source: L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, in the form of torch.optim.RAdam.
 */
export class RAdam extends RuleOptimizer<Settings> {
  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  constructor(parameters: OptimizedParameters<RAdamOptions>, options: RAdamOptions = {}) {
    const defaults = { learningRate: 1e-3, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 } as const;
    super('RAdam', parameters, { ...defaults, ...optionsOf('RAdam', options) }, rules);
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
    const { learningRate, betas, epsilon, weightDecay } = settings;
    const [beta1, beta2] = betas;
    const d = regularized(g, w, weightDecay);
    const mean = runningMean(slots['exp_avg'], d, beta1);
    const square = runningMean(slots['exp_avg_sq'], mul(d, d), beta2);
    const unbiased = mul(mean, learningRate / (1 - beta1 ** step));
    const rectification = rectificationAt(step, beta2);
    const move =
      rectification === undefined
        ? unbiased
        : mul(div(unbiased, add(sqrt(square), epsilon)), rectification * Math.sqrt(1 - beta2 ** step));
    return { value: sub(w, move), slots: { exp_avg: mean, exp_avg_sq: square } };
  }
}

/** r_t, or nothing while the variance of the adaptive rate is not finite. */
function rectificationAt(step: number, beta2: number): number | undefined {
  const limit = 2 / (1 - beta2) - 1;
  const length = limit - (2 * step * beta2 ** step) / (1 - beta2 ** step);
  if (!(length > 5)) return undefined;
  return Math.sqrt(((length - 4) * (length - 2) * limit) / ((limit - 4) * (limit - 2) * length));
}
