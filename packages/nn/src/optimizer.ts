import { type Parameter, zeroGrad } from '@renyi/autodiff';
import { ConfigError, fullLike, type Tensor } from '@renyi/tensor';

/** An update that was computed and not yet made. */
export interface PreparedStep {
  /** What the parameters will be, in their order. */
  readonly values: readonly Tensor[];
  /** Makes the update. Does not fail. */
  commit(): void;
}

/** All that an optimizer has learned on its way: with the parameters and the settings, enough to go on bit for bit. */
export interface OptimizerState {
  /** How many steps it has made. */
  readonly steps: number;
  /** What it keeps of parameter i under the names `i.momentum_buffer`, `i.exp_avg`, ... */
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** Updates parameters from their gradients. */
export abstract class Optimizer {
  abstract readonly parameters: readonly Parameter[];

  /**
   * The size of the next steps, of all parameters, in place of what the settings say: for whoever keeps a schedule outside
   * of the optimizer. At 0, parameters stay where they are.
   * @throws ConfigError unless it is finite and at least 0
   */
  abstract setLearningRate(rate: number): void;

  /**
   * Computes one update, and changes nothing: who steps several optimizers can look at all updates before any is made.
   * @param gradients in the order of the parameters
   */
  abstract prepare(gradients: readonly Tensor[]): PreparedStep;

  /** What it has learned so far; its settings are the program's. @see torch.optim.Optimizer.state_dict */
  abstract stateDict(): OptimizerState;

  /** Goes on where the optimizer of that state was, all or nothing. @see torch.optim.Optimizer.load_state_dict */
  abstract loadStateDict(state: OptimizerState): void;

  /**
   * Makes one update, of all parameters or, where `prepare` throws, of none.
   * @param gradients in the order of the parameters; without them, what `backward()` has collected, and 0 for a parameter
   *   for which that is nothing
   * @throws ConfigError without gradients when `backward()` has collected nothing for any parameter
   * @see torch.optim.Optimizer.step
   */
  step(gradients: readonly Tensor[] = this.#collected()): void {
    this.prepare(gradients).commit();
  }

  /** Forgets what `backward()` has collected. @see torch.optim.Optimizer.zero_grad */
  zeroGrad(): void {
    zeroGrad(this.parameters);
  }

  #collected(): readonly Tensor[] {
    if (this.parameters.every(({ grad }) => grad === null)) {
      throw new ConfigError('step', {
        expected: 'gradients, or parameters for which backward() has collected some',
        got: 'none',
        remedy:
          'Call requireGrad() on the module and backward() on the loss before, or pass what valueAndGrad gives',
      });
    }
    return this.parameters.map(({ grad, detached }) => grad ?? fullLike(detached, 0));
  }
}
