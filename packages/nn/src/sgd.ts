import type { Parameter } from '@renyi/autodiff';
import {
  add,
  ConfigError,
  DTypeError,
  formatShape,
  mul,
  neg,
  sameShape,
  ShapeError,
  sub,
  type Tensor,
} from '@renyi/tensor';
import { Optimizer, type PreparedStep } from './optimizer.js';

export interface SGDOptions {
  /** Step size, above 0. */
  readonly learningRate: number;
  /** How much of the last step's direction is kept, in [0, 1); 0 by default. */
  readonly momentum?: number;
  /** How much of a gradient momentum leaves out after the first step, in [0, 1]; 0 by default. */
  readonly dampening?: number;
  /** Nesterov's look-ahead; needs momentum, and no dampening. */
  readonly nesterov?: boolean;
  /** Multiple of each parameter that is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
  /** Climbs instead of descending. */
  readonly maximize?: boolean;
}

/** What one parameter becomes in a step. */
interface Update {
  readonly value: Tensor;
  readonly velocity: Tensor | undefined;
}

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
export class SGD extends Optimizer {
  override readonly parameters: readonly Parameter[];
  readonly #options: Required<SGDOptions>;
  #velocities: readonly (Tensor | undefined)[];

  /** @throws ConfigError for settings that make no sense, and unless there are parameters, each of them once */
  constructor(parameters: readonly Parameter[], options: SGDOptions) {
    super();
    const {
      learningRate,
      momentum = 0,
      dampening = 0,
      nesterov = false,
      weightDecay = 0,
      maximize = false,
    } = options;
    requireRange(
      'learningRate',
      learningRate,
      learningRate > 0 && learningRate < Number.POSITIVE_INFINITY,
      'above 0',
    );
    requireRange('momentum', momentum, momentum >= 0 && momentum < 1, 'in [0, 1)');
    requireRange('dampening', dampening, dampening >= 0 && dampening <= 1, 'in [0, 1]');
    requireRange(
      'weightDecay',
      weightDecay,
      weightDecay >= 0 && weightDecay < Number.POSITIVE_INFINITY,
      'of at least 0',
    );
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new ConfigError('SGD', {
        expected: 'momentum above 0 and no dampening with nesterov',
        got: `momentum ${momentum}, dampening ${dampening}`,
      });
    }
    requireDistinct(parameters);
    this.parameters = [...parameters];
    this.#options = { learningRate, momentum, dampening, nesterov, weightDecay, maximize };
    this.#velocities = parameters.map(() => undefined);
  }

  /**
   * The update that a step makes.
   * @throws ShapeError unless there is a gradient for each parameter, of its shape
   * @throws DTypeError unless it has its dtype
   */
  override prepare(gradients: readonly Tensor[]): PreparedStep {
    this.#check(gradients);
    const updates = this.parameters.map(({ value }, i) =>
      this.#update(value, gradients[i] as Tensor, this.#velocities[i]),
    );
    return {
      values: updates.map(({ value }) => value),
      commit: () => {
        this.#velocities = updates.map(({ velocity }) => velocity);
        for (const [i, { value }] of updates.entries()) (this.parameters[i] as Parameter).value = value;
      },
    };
  }

  #check(gradients: readonly Tensor[]): void {
    const { length } = this.parameters;
    if (gradients.length !== length) {
      throw new ShapeError('SGD.step', {
        expected: `${length} gradients, one for each parameter`,
        got: String(gradients.length),
      });
    }
    for (const [i, { value }] of this.parameters.entries()) {
      const { shape, dtype } = gradients[i] as Tensor;
      const difference = `gradient ${i} of ${length}`;
      if (!sameShape(shape, value.shape)) {
        const expected = `its parameter's shape ${formatShape(value.shape)}`;
        throw new ShapeError('SGD.step', { expected, got: formatShape(shape), difference });
      }
      if (dtype !== value.dtype) {
        throw new DTypeError('SGD.step', {
          expected: `its parameter's dtype ${value.dtype}`,
          got: dtype,
          difference,
        });
      }
    }
  }

  #update(w: Tensor, g: Tensor, last: Tensor | undefined): Update {
    const { learningRate, momentum, dampening, nesterov, weightDecay, maximize } = this.#options;
    const downhill = maximize ? neg(g) : g;
    const d = weightDecay === 0 ? downhill : add(downhill, mul(w, weightDecay));
    if (momentum === 0) return { value: sub(w, mul(d, learningRate)), velocity: undefined };
    const kept = dampening === 0 ? d : mul(d, 1 - dampening);
    const velocity = last === undefined ? d : add(mul(last, momentum), kept);
    const direction = nesterov ? add(d, mul(velocity, momentum)) : velocity;
    return { value: sub(w, mul(direction, learningRate)), velocity };
  }
}

function requireRange(name: string, value: number, isValid: boolean, range: string): void {
  if (!isValid) throw new ConfigError('SGD', { expected: `${name} ${range}`, got: String(value) });
}

function requireDistinct(parameters: readonly Parameter[]): void {
  if (parameters.length === 0) {
    throw new ConfigError('SGD', {
      expected: 'parameters to update',
      got: 'none',
      remedy: 'A module finds what lies in its fields, in arrays and records too, but not in #private ones',
    });
  }
  const repeated = parameters.findIndex((parameter, i) => parameters.indexOf(parameter) < i);
  if (repeated < 0) return;
  throw new ConfigError('SGD', {
    expected: 'each parameter once',
    got: `parameter ${parameters.indexOf(parameters[repeated] as Parameter)} again at ${repeated}`,
    remedy: 'It would be moved twice in each step',
  });
}
