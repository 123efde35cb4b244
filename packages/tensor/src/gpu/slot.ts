import type { DeviceHandle, Handle } from './library.js';

/**
 * What a kernel has made or will have made: in WebGPU mode every call answers with a promise, and kernels are queued on it, so only reads
 * wait. It is deleted once its owner has released it and no queued kernel still wants to read it.
 */
export class Slot {
  /** What is there by now. */
  handle: Handle | undefined;
  readonly #pending: Promise<Handle> | undefined;
  #readers = 0;
  #isReleased = false;

  constructor(
    handle: Handle | Promise<Handle>,
    /** How many numbers it holds. */
    readonly size: number,
  ) {
    if (!(handle instanceof Promise)) {
      this.handle = handle;
      return;
    }
    this.#pending = handle.then((arrived) => {
      this.handle = arrived;
      return arrived;
    });
    // Who reads it hears of a failure; that nobody does is no failure of its own.
    this.#pending.catch(() => undefined);
  }

  /** What is there, or the promise of it. */
  get value(): Handle | Promise<Handle> {
    return this.handle ?? (this.#pending as Promise<Handle>);
  }

  /** Somebody is going to read it. */
  hold(): void {
    this.#readers += 1;
  }

  /** They have. */
  letGo(): void {
    this.#readers -= 1;
    this.#deleteIfUnused();
  }

  /** Its owner has no more use for it. */
  release(): void {
    this.#isReleased = true;
    this.#deleteIfUnused();
  }

  #deleteIfUnused(): void {
    if (!this.#isReleased || this.#readers > 0) return;
    if (this.handle !== undefined) deleteHandle(this.handle);
    else void this.#pending?.then(deleteHandle, () => undefined);
  }
}

function deleteHandle(handle: Handle): void {
  if (!(handle instanceof Float32Array)) (handle as DeviceHandle).delete();
}
