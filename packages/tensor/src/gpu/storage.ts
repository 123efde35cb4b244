import type { Backend, Storage } from '../backend.js';
import type { Device } from './device.js';
import { isHost } from './library.js';
import type { Slot } from './slot.js';

/** How far the values of an int32 tensor can reach, where that is known: kernels cannot throw, so indices are checked by it. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What the storages of a backend have in common. */
export interface GpuHome {
  readonly backend: Backend;
  readonly device: Device;
  /** Storages and bytes that are in use. */
  readonly use: { tensors: number; bytes: number };
}

/**
 * Elements on the device, or on their way: numbers that were given stay here as well, are brought to the device by the first kernel that
 * reads them, and can be read back without asking it. One number never goes there: it is an argument of the kernels.
 */
export class GpuStorage implements Storage {
  readonly #home: GpuHome;
  readonly #values: Float32Array | undefined;
  #slot: Slot | undefined;
  #tensors = 1;
  /** @internal See `settle`. */
  ballast: ArrayBuffer | undefined;

  constructor(
    home: GpuHome,
    content: Float32Array | Slot,
    readonly bounds: Bounds | undefined,
  ) {
    this.#home = home;
    if (content instanceof Float32Array) this.#values = content;
    else this.#slot = content;
    home.use.tensors += 1;
    home.use.bytes += this.byteLength;
    net.register(this, { home, slot: this.#slot, bytes: this.byteLength }, this);
  }

  get backend(): Backend {
    return this.#home.backend;
  }

  get byteLength(): number {
    return 4 * ((this.#values?.length ?? this.#slot?.size) as number);
  }

  /** The numbers that were given, unless a kernel made them. */
  get values(): Float32Array | undefined {
    return this.#values;
  }

  /** Where it lies on the device. */
  get slot(): Slot {
    if (this.#slot === undefined) {
      const values = this.#values as Float32Array;
      // There are no empty arrays on a device; nobody reads this one.
      this.#slot = this.#home.device.upload(values.length === 0 ? new Float32Array(1) : values);
      net.unregister(this);
      net.register(this, { home: this.#home, slot: this.#slot, bytes: this.byteLength }, this);
    }
    return this.#slot;
  }

  retain(): void {
    this.#tensors += 1;
    this.#home.use.tensors += 1;
  }

  /**
   * From here on the garbage collector decides, which knows nothing of memory on a device and would let it fill up: so that it hurries as it
   * does for arrays, an empty buffer of the same size stands for it on this side (no page of it is ever touched). Where the processor computes,
   * it is an array.
   */
  settle(): void {
    if (!isHost(this.#home.device.mode)) this.ballast ??= new ArrayBuffer(this.byteLength);
  }

  release(): void {
    this.#tensors -= 1;
    this.#home.use.tensors -= 1;
    if (this.#tensors > 0) return;
    net.unregister(this);
    this.#home.use.bytes -= this.byteLength;
    this.ballast = undefined;
    this.#slot?.release();
  }
}

interface Remains {
  readonly home: GpuHome;
  readonly slot: Slot | undefined;
  readonly bytes: number;
}

/** What nobody released before the garbage collector found it. */
const net = new FinalizationRegistry<Remains>(({ home, slot, bytes }) => {
  home.use.tensors -= 1;
  home.use.bytes -= bytes;
  slot?.release();
});
