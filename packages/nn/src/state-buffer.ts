import { keep, type Tensor, unkeep } from '@renyi/tensor';

/**
 * A box for a tensor that belongs to a module's state but is not learned: a running mean, a counter. State dicts have it,
 * optimizers don't.
 * @see torch.nn.Module.register_buffer
 */
export class StateBuffer {
  #value: Tensor;
  /** Whether others hold the value, too: a state dict that it was given to, or came from. */
  #isShared = false;

  constructor(value: Tensor) {
    this.#value = value;
  }

  get value(): Tensor {
    return this.#value;
  }

  /** What replaces the value outlives the scope of the training step that made it; what it replaces does not, unless it is shared. */
  set value(next: Tensor) {
    if (!this.#isShared) unkeep(this.#value);
    this.#value = keep(next);
    this.#isShared = false;
  }

  /** The value, for a state dict: it lives on when another takes its place. */
  share(): Tensor {
    this.#isShared = true;
    return this.#value;
  }

  /** Takes the value of a state dict. */
  adopt(next: Tensor): void {
    this.value = next;
    this.#isShared = true;
  }
}
