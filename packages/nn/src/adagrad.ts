import { add, div, fullLike, mul, neg, sqrt, sub, type Tensor } from '@renyi/tensor';
import type { OptimizedParameters } from './parameter-groups.js';
import { RuleOptimizer, type Rules, type SettingsAt, type Slots, type Update } from './rule-optimizer.js';
import { regularized } from './update-parts.js';
import { flag, nonNegative, optionsOf, rate } from './optimizer-rules.js';
import type { Schedule } from './schedules.js';

export interface AdagradOptions {
  /** Step size, above 0; 0.01 by default. */
  readonly learningRate?: number | Schedule;
  /** Step t uses learningRate / (1 + (t - 1) learningRateDecay); 0 by default. */
  readonly learningRateDecay?: number;
  /** Multiple of each parameter that is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
  /** What the sum of squares starts from; 0 by default. */
  readonly initialSum?: number;
  /** Added to the root of the sum of squares; 1e-10 by default. */
  readonly epsilon?: number;
  /** Climbs instead of descending. */
  readonly maximize?: boolean;
}

type Settings = Required<AdagradOptions>;

const rules: Rules<Settings> = {
  learningRate: rate,
  learningRateDecay: nonNegative,
  weightDecay: nonNegative,
  initialSum: nonNegative,
  epsilon: nonNegative,
  maximize: flag,
};

/**
 * Gradients over the root of the sum of all their squares, so that rare features keep large steps:
 *
 *     d = g + weightDecay w         (-g with maximize)
 *     s = s + d²,    w = w - learningRate / (1 + (t - 1) learningRateDecay) · d / (sqrt(s) + epsilon)
 *
 * Source: J. Duchi et al., "Adaptive subgradient methods for online learning", JMLR 12, 2011, in the form of torch.optim.Adagrad.
 */
export class Adagrad extends RuleOptimizer<Settings> {
  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  constructor(parameters: OptimizedParameters<AdagradOptions>, options: AdagradOptions = {}) {
    const defaults = {
      learningRate: 0.01,
      learningRateDecay: 0,
      weightDecay: 0,
      initialSum: 0,
      epsilon: 1e-10,
      maximize: false,
    };
    super('Adagrad', parameters, { ...defaults, ...optionsOf('Adagrad', options) }, rules);
  }

  protected override slotNames(): readonly string[] {
    return ['sum'];
  }

  protected override update(
    w: Tensor,
    g: Tensor,
    slots: Slots,
    settings: SettingsAt<Settings>,
    step: number,
  ): Update {
    const { learningRate, learningRateDecay, weightDecay, initialSum, epsilon, maximize } = settings;
    const d = regularized(maximize ? neg(g) : g, w, weightDecay);
    const squares = add(slots['sum'] ?? fullLike(w, initialSum), mul(d, d));
    const rate = learningRate / (1 + (step - 1) * learningRateDecay);
    return { value: sub(w, mul(div(d, add(sqrt(squares), epsilon)), rate)), slots: { sum: squares } };
  }
}
