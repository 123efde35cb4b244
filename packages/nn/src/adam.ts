import { add, div, greater, mul, neg, sqrt, sub, type Tensor, where } from '@renyi/tensor';
import type { OptimizedParameters } from './parameter-groups.js';
import { RuleOptimizer, type Rules, type SettingsAt, type Slots, type Update } from './rule-optimizer.js';
import { regularized, runningMean } from './update-parts.js';
import { betas, flag, nonNegative, optionsOf, rate } from './optimizer-rules.js';
import type { Schedule } from './schedules.js';

export interface AdamOptions {
  /** Step size, above 0; 0.001 by default. */
  readonly learningRate?: number | Schedule;
  /** How much of the running means of the gradient and of its square is kept, each in [0, 1); [0.9, 0.999] by default. */
  readonly betas?: readonly [number, number];
  /** Added to the root of the mean square; 1e-8 by default. */
  readonly epsilon?: number;
  /** 0 by default for Adam, 0.01 for AdamW. */
  readonly weightDecay?: number;
  /** Divides by the largest mean square so far instead of the current one. */
  readonly amsgrad?: boolean;
  /** Climbs instead of descending. */
  readonly maximize?: boolean;
}

type Settings = Required<AdamOptions>;

const rules: Rules<Settings> = {
  learningRate: rate,
  betas,
  epsilon: nonNegative,
  weightDecay: nonNegative,
  amsgrad: flag,
  maximize: flag,
};

/** What Adam and AdamW share: all but where the weight decay goes. */
abstract class AdamFamily extends RuleOptimizer<Settings> {
  constructor(name: string, parameters: OptimizedParameters<AdamOptions>, settings: AdamOptions) {
    const defaults = {
      learningRate: 1e-3,
      betas: [0.9, 0.999],
      epsilon: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
    } as const;
    super(name, parameters, { ...defaults, ...settings }, rules);
  }

  protected override slotNames({ amsgrad }: Settings): readonly string[] {
    return amsgrad ? ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'] : ['exp_avg', 'exp_avg_sq'];
  }

  /** w - learningRate m̂ / (sqrt(v̂) + epsilon), with the running means of g and their bias taken out. */
  protected moved(w: Tensor, g: Tensor, slots: Slots, settings: SettingsAt<Settings>, step: number): Update {
    const { learningRate, betas, epsilon, amsgrad } = settings;
    const [beta1, beta2] = betas;
    const mean = runningMean(slots['exp_avg'], g, beta1);
    const square = runningMean(slots['exp_avg_sq'], mul(g, g), beta2);
    const largest = amsgrad ? larger(slots['max_exp_avg_sq'], square) : square;
    const root = div(sqrt(largest), Math.sqrt(1 - beta2 ** step));
    const rate = learningRate / (1 - beta1 ** step);
    return {
      value: sub(w, mul(div(mean, add(root, epsilon)), rate)),
      slots: { exp_avg: mean, exp_avg_sq: square, max_exp_avg_sq: largest },
    };
  }
}

/**
 * Adam: steps of about the learning rate for every element, whatever the scale of its gradients. In step t
 *
 *     d = g + weightDecay w         (-g with maximize)
 *     m = β1 m + (1 - β1) d,    v = β2 v + (1 - β2) d²
 *     w = w - learningRate m / (1 - β1^t) / (sqrt(v) / sqrt(1 - β2^t) + epsilon)
 *
 * Source: D. P. Kingma, J. Ba, "Adam: A method for stochastic optimization", ICLR 2015; amsgrad by S. J. Reddi et al.,
 * "On the convergence of Adam and beyond", ICLR 2018. In the form of torch.optim.Adam.
 *
 * @example
 * import { Parameter } from '@renyi/autodiff';
 * import { tensor } from '@renyi/tensor';
 * import { Adam } from '@renyi/nn';
 * const w = new Parameter(tensor([1, 1]));
 * new Adam([w], { learningRate: 0.25 }).step([tensor([1000, -0.5])]);
 * console.log(w.value.toArray()); // => [ 0.75, 1.25 ]
 */
export class Adam extends AdamFamily {
  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  constructor(parameters: OptimizedParameters<AdamOptions>, options: AdamOptions = {}) {
    super('Adam', parameters, optionsOf('Adam', options));
  }

  protected override update(
    w: Tensor,
    g: Tensor,
    slots: Slots,
    settings: SettingsAt<Settings>,
    step: number,
  ): Update {
    const { weightDecay, maximize } = settings;
    const d = regularized(maximize ? neg(g) : g, w, weightDecay);
    return this.moved(w, d, slots, settings, step);
  }
}

/**
 * Adam with decoupled weight decay: every step first takes learningRate · weightDecay of each parameter away, and
 * the running means see the gradient alone.
 *
 * Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019, in the form of torch.optim.AdamW.
 *
 * @example
 * import { Parameter } from '@renyi/autodiff';
 * import { tensor } from '@renyi/tensor';
 * import { AdamW } from '@renyi/nn';
 * const w = new Parameter(tensor([8]));
 * new AdamW([w], { learningRate: 0.5, weightDecay: 0.5 }).step([tensor([0])]);
 * console.log(w.value.item()); // => 6
 */
export class AdamW extends AdamFamily {
  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  constructor(parameters: OptimizedParameters<AdamOptions>, options: AdamOptions = {}) {
    super('AdamW', parameters, { weightDecay: 0.01, ...optionsOf('AdamW', options) });
  }

  protected override update(
    w: Tensor,
    g: Tensor,
    slots: Slots,
    settings: SettingsAt<Settings>,
    step: number,
  ): Update {
    const { learningRate, weightDecay, maximize } = settings;
    const shrunk = weightDecay === 0 ? w : mul(w, 1 - learningRate * weightDecay);
    return this.moved(shrunk, maximize ? neg(g) : g, slots, settings, step);
  }
}

/** The larger of both, element by element; NaN where the new one is. */
function larger(last: Tensor | undefined, x: Tensor): Tensor {
  return last === undefined ? x : where(greater(last, x), last, x);
}
