import { add, div, mul, neg, sqrt, sub, type Tensor } from '@renyi/tensor';
import type { OptimizedParameters } from './parameter-groups.js';
import { RuleOptimizer, type Rules, type SettingsAt, type Slots, type Update } from './rule-optimizer.js';
import { regularized, runningMean } from './update-parts.js';
import { belowOne, flag, nonNegative, optionsOf, rate } from './optimizer-rules.js';
import type { Schedule } from './schedules.js';

export interface RMSpropOptions {
  /** Step size, above 0; 0.01 by default. */
  readonly learningRate?: number | Schedule;
  /** How much of the running mean of squares is kept, in [0, 1); 0.99 by default. (PyTorch's `alpha`.) */
  readonly decay?: number;
  /** Added to the root of the mean square; 1e-8 by default. */
  readonly epsilon?: number;
  /** Multiple of each parameter that is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
  /** How much of the last step is kept, in [0, 1); 0 by default. */
  readonly momentum?: number | Schedule;
  /** Divides by the deviation of the gradients, not by their root mean square. */
  readonly centered?: boolean;
  /** Climbs instead of descending. */
  readonly maximize?: boolean;
}

type Settings = Required<RMSpropOptions>;

const rules: Rules<Settings> = {
  learningRate: rate,
  decay: belowOne,
  epsilon: nonNegative,
  weightDecay: nonNegative,
  momentum: belowOne,
  centered: flag,
  maximize: flag,
};

/**
 * Gradients over their own running size:
 *
 *     d = g + weightDecay w         (-g with maximize)
 *     v = decay v + (1 - decay) d²  (less the square of d's running mean if centered)
 *     b = momentum b + d / (sqrt(v) + epsilon),    w = w - learningRate b
 *
 * Source: G. Hinton, lecture 6 of "Neural networks for machine learning", 2012; centered as in A. Graves, "Generating
 * sequences with recurrent neural networks", 2013. In the form of torch.optim.RMSprop.
 */
export class RMSprop extends RuleOptimizer<Settings> {
  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  constructor(parameters: OptimizedParameters<RMSpropOptions>, options: RMSpropOptions = {}) {
    const defaults = {
      learningRate: 0.01,
      decay: 0.99,
      epsilon: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
    };
    super('RMSprop', parameters, { ...defaults, ...optionsOf('RMSprop', options) }, rules);
  }

  protected override slotNames({ momentum, centered }: Settings): readonly string[] {
    return ['square_avg', ...(centered ? ['grad_avg'] : []), ...(momentum === 0 ? [] : ['momentum_buffer'])];
  }

  protected override update(w: Tensor, g: Tensor, slots: Slots, settings: SettingsAt<Settings>): Update {
    const { learningRate, decay, epsilon, weightDecay, momentum, centered, maximize } = settings;
    const d = regularized(maximize ? neg(g) : g, w, weightDecay);
    const square = runningMean(slots['square_avg'], mul(d, d), decay);
    const mean = centered ? runningMean(slots['grad_avg'], d, decay) : undefined;
    const size = sqrt(mean === undefined ? square : sub(square, mul(mean, mean)));
    const scaled = div(d, add(size, epsilon));
    const { momentum_buffer: last } = slots;
    const move = last === undefined ? scaled : add(mul(last, momentum), scaled);
    return {
      value: sub(w, mul(move, learningRate)),
      slots: { square_avg: square, momentum_buffer: move, ...(mean !== undefined && { grad_avg: mean }) },
    };
  }
}
