import type { Opened } from '../phases.js';
import { type DeviceLibrary, type DeviceWork, opened } from './device.js';
import {
  convolutionOf,
  elementwiseOf,
  type OnDevice,
  productOf,
  type Raw,
  rawDevice,
  type RawMode,
} from './gpujs-kernels.js';
import { NotOfferedError } from './peer.js';

interface Handle {
  readonly value: OnDevice | Promise<OnDevice>;
  readonly size: number;
}

const copying = 'function (x) { return x[this.thread.x]; }';

/** One naive kernel in raw gpu.js; operands are brought to the device by a kernel that copies, as there is no other way. */
export async function openRaw(mode: RawMode, work: DeviceWork): Promise<Opened> {
  const device = rawDevice(mode);
  const isHost = mode === 'cpu' || mode === 'webasm';
  /** A kernel knows the size of its argument: there is one for each. */
  const copies = new Map<string, ReturnType<typeof device.pipeline>>();
  const copy = (kind: string, argument: unknown, size: number): OnDevice | Promise<OnDevice> => {
    const kernel = copies.get(kind) ?? device.pipeline({ source: copying, size, constants: { n: size } });
    copies.set(kind, kernel);
    return kernel(argument);
  };
  const library: DeviceLibrary<Handle> = {
    upload: async ({ values }) => {
      const size = values.length;
      const own = values as Float32Array;
      return { value: isHost ? own : await copy(`upload ${size}`, device.input(own), size), size };
    },
    work: (own, operands) => {
      const raw = naive(own);
      const kernel = device.pipeline(raw);
      const values = operands.map(({ value }) => value);
      return () => ({ value: kernel(...values), size: raw.size });
    },
    touch: async ({ value, size }) => {
      const one = await copy(`first of ${size}`, await value, 1);
      await read(one);
      release(one);
    },
    read: async ({ value }) => read(await value),
    free: ({ value }) => release(value),
    close: () => device.close(),
  };
  return await opened(library, work);
}

/** @throws NotOfferedError for a step, which is more than a kernel */
function naive(work: DeviceWork): Raw {
  if (work.operation === 'step') throw new NotOfferedError('one kernel is no training step');
  const { operation, a, b } = work;
  if (operation === 'product') return productOf(a.shape[0] as number);
  return operation === 'chain' ? elementwiseOf('chain', a.values.length) : convolutionOf(a, b);
}

async function read(x: OnDevice): Promise<ArrayLike<number>> {
  return x instanceof Float32Array ? x.slice() : x.toArray();
}

/** Textures and buffers belong to whoever got them. */
function release(x: OnDevice | Promise<OnDevice>): void {
  if (x instanceof Promise) void x.then(release);
  else if ('delete' in x) (x as { delete(): void }).delete();
}
