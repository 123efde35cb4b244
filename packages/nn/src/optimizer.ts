import type { Parameter } from '@renyi/autodiff';
import type { Tensor } from '@renyi/tensor';

/** An update that was computed and not yet made. */
export interface PreparedStep {
  /** What the parameters will be, in their order. */
  readonly values: readonly Tensor[];
  /** Makes the update. Does not fail. */
  commit(): void;
}

/** Updates parameters from their gradients. */
export abstract class Optimizer {
  abstract readonly parameters: readonly Parameter[];

  /**
   * Computes one update, and changes nothing: who steps several optimizers can look at all updates before any is made.
   * @param gradients in the order of the parameters
   */
  abstract prepare(gradients: readonly Tensor[]): PreparedStep;

  /** Makes one update, of all parameters or, where `prepare` throws, of none. @see torch.optim.Optimizer.step */
  step(gradients: readonly Tensor[]): void {
    this.prepare(gradients).commit();
  }
}
