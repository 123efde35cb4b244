import type { Opened } from '../phases.js';
import type { Data, LayerData, SgdSettings } from './task.js';

/** What a device is asked for: a product of square matrices, relu(x y + x), filters of 3 x 3 with one zero around, or a training step. */
export type DeviceWork =
  | { readonly operation: 'product' | 'chain' | 'convolution'; readonly a: Data; readonly b: Data }
  | DeviceStep;

/** One step of a perceptron with cross-entropy and SGD; the loss is the result. */
export interface DeviceStep {
  readonly operation: 'step';
  readonly layers: readonly LayerData[];
  readonly x: Data;
  readonly labels: Data;
  readonly sgd: SgdSettings;
}

/** One library on a device that nobody else uses. */
export interface DeviceLibrary<T> {
  /** Brings an array to the device, or notes that it is to be. */
  upload(data: Data): T | Promise<T>;
  /** What computes the work once, given its operands in the order of `operandsOf`. */
  work(work: DeviceWork, operands: readonly T[]): () => T;
  /** Reads one element, and so waits for all that was queued before. */
  touch(x: T): Promise<void>;
  read(x: T): Promise<ArrayLike<number>>;
  free(x: T): void;
  close(): Promise<void>;
}

/** What the work is done to: the matrices or the images and filters, or the batch of a step. */
export function operandsOf(work: DeviceWork): readonly [Data, Data] {
  return work.operation === 'step' ? [work.x, work.labels] : [work.a, work.b];
}

export async function opened<T>(library: DeviceLibrary<T>, work: DeviceWork): Promise<Opened> {
  const data = operandsOf(work);
  const operands = await Promise.all(data.map((own) => library.upload(own)));
  for (const x of operands) await library.touch(x);
  const run = library.work(work, operands);
  let last: { readonly x: T } | undefined;
  return {
    upload: async () => {
      for (const own of data) {
        const x = await library.upload(own);
        await library.touch(x);
        library.free(x);
      }
    },
    run: () => {
      if (last !== undefined) library.free(last.x);
      last = { x: run() };
    },
    finished: async () => {
      if (last !== undefined) await library.touch(last.x);
    },
    read: async () => (last === undefined ? [] : [await library.read(last.x)]),
    close: () => library.close(),
  };
}
