import { Parameter, valueAndGrad } from '@renyi/autodiff';
import { SGD } from '@renyi/nn';
import {
  add,
  type Backend,
  conv2d,
  crossEntropy,
  type DType,
  flatten,
  fuse,
  linear,
  matmul,
  mul,
  relu,
  scope,
  slice,
  type Tensor,
  tensor,
} from '@renyi/tensor';
import { gpuBackend, type GpuMode } from '@renyi/tensor/gpu';
import type { Opened } from '../phases.js';
import { type DeviceLibrary, type DeviceStep, type DeviceWork, opened } from './device.js';
import { library } from './gpujs-kernels.js';
import type { Data } from './task.js';

const chain = fuse((x: Tensor, y: Tensor) => relu(add(mul(x, y), x)));

/** This library on one of its backends. */
export function renyiLibrary(
  backend: Backend,
  dtype: DType = 'float32',
  close: () => Promise<void> = () => Promise.resolve(),
): DeviceLibrary<Tensor> {
  const upload = ({ values, shape }: Data): Tensor =>
    tensor(values, { shape, backend, dtype: values instanceof Int32Array ? 'int32' : dtype });
  const stepOf = ({ layers, sgd }: DeviceStep, x: Tensor, labels: Tensor): (() => Tensor) => {
    const parameters = layers.flatMap(({ weight, bias }) =>
      [upload(weight), upload(bias)].map((own) => new Parameter(own)),
    );
    const optimizer = new SGD(parameters, sgd);
    const logits = (): Tensor => {
      let y = x;
      for (let i = 0; i < parameters.length; i += 2) {
        const [weight, bias] = parameters.slice(i, i + 2).map(({ value }) => value) as [Tensor, Tensor];
        y = linear(y, weight, { bias, activation: i < parameters.length - 2 ? 'relu' : 'none' });
      }
      return y;
    };
    return () =>
      scope(() => {
        const { value, gradients } = valueAndGrad(() => crossEntropy(logits(), labels), parameters);
        optimizer.step(gradients);
        return value;
      });
  };
  return {
    upload,
    work: (work: DeviceWork, [a, b]) => {
      const [left, right] = [a as Tensor, b as Tensor];
      switch (work.operation) {
        case 'product':
          return () => matmul(left, right);
        case 'chain':
          return () => chain(left, right);
        case 'convolution':
          return () => conv2d(left, right, { padding: 1 });
        case 'step':
          return stepOf(work, left, right);
      }
    },
    // A kernel of one element waits for all before it, and has nearly nothing to bring back. Tensors go to the device with the first kernel that reads them.
    touch: async (x) => {
      const one = add(slice(flatten(x), { axis: 0, start: 0, stop: 1 }), 0);
      await one.data();
      one.dispose();
    },
    read: (x) => x.data(),
    free: (x) => x.dispose(),
    close,
  };
}

/** The gpu backend, made for this work alone. */
export async function openRenyi(mode: GpuMode, work: DeviceWork): Promise<Opened> {
  const backend = await gpuBackend({ mode, library });
  return await opened(
    renyiLibrary(backend, 'float32', () => backend.destroy()),
    work,
  );
}
