import type { Parameter } from '@renyi/autodiff';
import { add, ConfigError, mul, ShapeError, sub, type Tensor } from '@renyi/tensor';

export interface SGDOptions {
  /** Step size, above 0. */
  readonly learningRate: number;
  /** How much of the last step's direction is kept, in [0, 1); 0 by default. */
  readonly momentum?: number;
  /** Nesterov's look-ahead; needs momentum. */
  readonly nesterov?: boolean;
  /** Multiple of each parameter that is added to its gradient; 0 by default. */
  readonly weightDecay?: number;
}

/** Updates parameters from their gradients. */
export interface Optimizer {
  readonly parameters: readonly Parameter[];
  /** One update; gradients in the order of the parameters. */
  step(gradients: readonly Tensor[]): void;
}

/**
 * Stochastic gradient descent, with PyTorch's conventions: for a parameter w with gradient g
 *
 *     d = g + weightDecay w
 *     v = momentum v + d            (the first step starts with v = d)
 *     w = w - learningRate (nesterov ? d + momentum v : v)
 *
 * Source: I. Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013,
 * in the form of torch.optim.SGD.
 */
export class SGD implements Optimizer {
  readonly parameters: readonly Parameter[];
  readonly #options: Required<SGDOptions>;
  readonly #velocities: (Tensor | undefined)[];

  /** @throws ConfigError for settings that make no sense */
  constructor(parameters: readonly Parameter[], options: SGDOptions) {
    const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options;
    requireRange('learningRate', learningRate, learningRate > 0 && learningRate < Infinity, 'above 0');
    requireRange('momentum', momentum, momentum >= 0 && momentum < 1, 'in [0, 1)');
    requireRange('weightDecay', weightDecay, weightDecay >= 0 && weightDecay < Infinity, 'of at least 0');
    if (nesterov && momentum === 0) {
      throw new ConfigError('SGD', { expected: 'momentum above 0 with nesterov', got: 'momentum 0' });
    }
    this.parameters = parameters;
    this.#options = { learningRate, momentum, nesterov, weightDecay };
    this.#velocities = parameters.map(() => undefined);
  }

  step(gradients: readonly Tensor[]): void {
    if (gradients.length !== this.parameters.length) {
      throw new ShapeError('SGD.step', {
        expected: `${this.parameters.length} gradients, one for each parameter`,
        got: String(gradients.length),
      });
    }
    const { learningRate, momentum, nesterov, weightDecay } = this.#options;
    for (const [i, parameter] of this.parameters.entries()) {
      const w = parameter.value;
      const g = gradients[i] as Tensor;
      const d = weightDecay === 0 ? g : add(g, mul(w, weightDecay));
      const direction = momentum === 0 ? d : this.#accelerate(i, d, momentum, nesterov);
      parameter.value = sub(w, mul(direction, learningRate));
    }
  }

  #accelerate(i: number, d: Tensor, momentum: number, nesterov: boolean): Tensor {
    const last = this.#velocities[i];
    const velocity = last === undefined ? d : add(mul(last, momentum), d);
    this.#velocities[i] = velocity;
    return nesterov ? add(d, mul(velocity, momentum)) : velocity;
  }
}

function requireRange(name: string, value: number, isValid: boolean, range: string): void {
  if (!isValid) throw new ConfigError('SGD', { expected: `${name} ${range}`, got: String(value) });
}
