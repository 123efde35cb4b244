import { freeEarly, type StepOutcome, type Tensor } from '@renyi/tensor';

/**
 * Frees a cotangent as soon as it has been handed on, where a scope would only do so at its end: one that the backward
 * pass has made itself, that is nobody's cotangent any more, and that no transformation around it needs again.
 */
export class CotangentMemory {
  readonly #made = new Set<Tensor>();
  /** At how many places a tensor is a cotangent: rules may hand on the one that they were given. */
  readonly #places = new Map<Tensor, number>();

  put(x: Tensor): void {
    this.#places.set(x, (this.#places.get(x) ?? 0) + 1);
  }

  remove(x: Tensor): void {
    const left = (this.#places.get(x) ?? 1) - 1;
    if (left > 0) this.#places.set(x, left);
    else {
      this.#places.delete(x);
      if (this.#made.delete(x)) freeEarly(x);
    }
  }

  /** After a step of the pass. */
  note({ made, held }: StepOutcome): void {
    for (const x of made) this.#made.add(x);
    for (const x of held) this.#made.delete(x);
  }
}
