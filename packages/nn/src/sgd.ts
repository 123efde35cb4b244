import { add, ConfigError, mul, neg, sub, type Tensor } from '@renyi/tensor';
import type { OptimizedParameters } from './parameter-groups.js';
import { RuleOptimizer, type Rules, type SettingsAt, type Slots, type Update } from './rule-optimizer.js';
import { regularized } from './update-parts.js';
import { belowOne, flag, nonNegative, optionsOf, rate, unit } from './optimizer-rules.js';
import type { Schedule } from './schedules.js';

export interface SGDOptions {
  /** Step size, above 0. */
  readonly learningRate: number | Schedule;
  /** How much of the last step's direction is kept, in [0, 1); 0 by default. */
  readonly momentum?: number | Schedule;
  /** How much of a gradient momentum leaves out after the first step, in [0, 1]; 0 by default. */
  readonly dampening?: number;
  /** Nesterov's look-ahead; needs momentum, and no dampening. */
  readonly nesterov?: boolean;
  /** Multiple of each parameter that is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Climbs instead of descending. */
  readonly maximize?: boolean;
}

type Settings = Required<SGDOptions>;

const rules: Rules<Settings> = {
  learningRate: rate,
  momentum: belowOne,
  dampening: unit,
  nesterov: flag,
  weightDecay: nonNegative,
  maximize: flag,
};

/**
 * Stochastic gradient descent, with PyTorch's conventions: for a parameter w with gradient g
 *
 *     d = g + weightDecay w         (-g with maximize)
 *     v = momentum v + (1 - dampening) d        (the first step starts with v = d)
 *     w = w - learningRate (nesterov ? d + momentum v : v)
 *
 * Source: I. Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013,
 * in the form of torch.optim.SGD.
 *
 * @example
 * import { Parameter, valueAndGrad } from '@renyi/autodiff';
 * import { tensor } from '@renyi/tensor';
 * import { SGD } from '@renyi/nn';
 * const w = new Parameter(tensor([4, -2]));
 * const optimizer = new SGD([w], { learningRate: 0.25 });
 * const { gradients } = valueAndGrad(() => w.value.mul(w.value).sum(), [w]);
 * optimizer.step(gradients);
 * console.log(w.value.toArray()); // => [ 2, -1 ]
 */
export class SGD extends RuleOptimizer<Settings> {
  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  constructor(parameters: OptimizedParameters<SGDOptions>, options: SGDOptions) {
    super(
      'SGD',
      parameters,
      {
        momentum: 0,
        dampening: 0,
        nesterov: false,
        weightDecay: 0,
        maximize: false,
        ...optionsOf('SGD', options),
      },
      rules,
    );
  }

  protected override checkSettings({ nesterov, momentum, dampening }: Settings): void {
    if (!nesterov || (momentum !== 0 && dampening === 0)) return;
    throw new ConfigError('SGD', {
      expected: 'momentum above 0 and no dampening with nesterov',
      got: `momentum ${String(momentum)}, dampening ${dampening}`,
    });
  }

  protected override slotNames({ momentum }: Settings): readonly string[] {
    return momentum === 0 ? [] : ['momentum_buffer'];
  }

  protected override update(w: Tensor, g: Tensor, slots: Slots, settings: SettingsAt<Settings>): Update {
    const { learningRate, momentum, dampening, nesterov, weightDecay, maximize } = settings;
    const d = regularized(maximize ? neg(g) : g, w, weightDecay);
    const { momentum_buffer: last } = slots;
    const kept = dampening === 0 ? d : mul(d, 1 - dampening);
    const velocity = last === undefined ? d : add(mul(last, momentum), kept);
    const direction = nesterov ? add(d, mul(velocity, momentum)) : velocity;
    return { value: sub(w, mul(direction, learningRate)), slots: { momentum_buffer: velocity } };
  }
}
