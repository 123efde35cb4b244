import { keep, type Tensor, unkeep } from '@renyi/tensor';

/**
 * A box for a tensor that belongs to a module's state but is not learned: a running mean, a counter. State dicts have it,
 * optimizers don't.
 * @see torch.nn.Module.register_buffer
 */
export class StateBuffer {
  #value: Tensor;

  constructor(value: Tensor) {
    this.#value = value;
  }

  get value(): Tensor {
    return this.#value;
  }

  /** What replaces the value outlives the scope of the training step that made it. */
  set value(next: Tensor) {
    unkeep(this.#value);
    this.#value = keep(next);
  }
}
