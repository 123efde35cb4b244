import { add, flatten, fuse, matmul, mul, relu, slice, type Tensor, tensor } from '@renyi/tensor';
import { gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import type { Opened } from '../phases.js';
import {
  elementwiseOf,
  library,
  type OnDevice,
  productOf,
  rawDevice,
  type RawMode,
} from './gpujs-kernels.js';
import type { Data } from './task.js';

/** What a device is asked for: a product of square matrices, or relu(x y + x). */
export interface DeviceWork {
  readonly operation: 'product' | 'chain';
  readonly a: Data;
  readonly b: Data;
}

const chain = fuse((x: Tensor, y: Tensor) => relu(add(mul(x, y), x)));

/** The gpu backend of this library. */
export async function openRenyi(mode: GpuMode, { operation, a, b }: DeviceWork): Promise<Opened> {
  const backend = await gpuBackend({ mode, library });
  const [left, right] = [a, b].map(({ values, shape }) => tensor(values, { shape, backend })) as [
    Tensor,
    Tensor,
  ];
  /** A kernel of one element waits for all before it, and has nearly nothing to bring back. */
  const touch = async (x: Tensor): Promise<void> => {
    const one = add(slice(flatten(x), { axis: 0, start: 0, stop: 1 }), 0);
    await one.data();
    one.dispose();
  };
  let last: Tensor | undefined;
  return {
    // Tensors go to the device with the first kernel that reads them.
    upload: async () => {
      for (const { values, shape } of [a, b]) {
        const x = tensor(values, { shape, backend });
        await touch(x);
        x.dispose();
      }
    },
    run: () => {
      last?.dispose();
      last = operation === 'product' ? matmul(left, right) : chain(left, right);
    },
    finished: () => touch(last as Tensor),
    read: async () => [await (last as Tensor).data()],
    close: () => backend.destroy(),
  };
}

/** One naive kernel in raw gpu.js; operands are brought to the device by a kernel that copies, as there is no other way. */
export async function openRaw(mode: RawMode, { operation, a, b }: DeviceWork): Promise<Opened> {
  const device = rawDevice(mode);
  const size = a.values.length;
  const isHost = mode === 'cpu' || mode === 'webasm';
  const copy = device.pipeline({ source: copying, size, constants: { n: size } });
  const first = device.pipeline({ source: copying, size: 1, constants: { n: 1 } });
  const kernel = device.pipeline(
    operation === 'product' ? productOf(a.shape[0] as number) : elementwiseOf('chain', size),
  );
  const bring = (data: Data): OnDevice | Promise<OnDevice> => {
    const values = data.values as Float32Array;
    return isHost ? values : copy(device.input(values));
  };
  const touch = async (x: OnDevice | Promise<OnDevice>): Promise<void> => {
    await read(await first(await x));
  };
  const operands = [await bring(a), await bring(b)];
  let last: OnDevice | Promise<OnDevice> | undefined;
  return {
    upload: async () => {
      for (const data of [a, b]) {
        const x = await bring(data);
        await touch(x);
        release(x);
      }
    },
    run: () => {
      release(last);
      last = kernel(...operands);
    },
    finished: () => touch(last as OnDevice),
    read: async () => [await read(await (last as OnDevice | Promise<OnDevice>))],
    close: () => device.close(),
  };
}

const copying = 'function (x) { return x[this.thread.x]; }';

async function read(x: OnDevice): Promise<ArrayLike<number>> {
  return x instanceof Float32Array ? x.slice() : x.toArray();
}

/** Textures and buffers belong to whoever got them. */
function release(x: OnDevice | Promise<OnDevice> | undefined): void {
  if (x instanceof Promise) void x.then(release);
  else if (x !== undefined && 'delete' in x) (x as { delete(): void }).delete();
}
