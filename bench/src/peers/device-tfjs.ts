import type { Opened } from '../phases.js';
import { type DeviceLibrary, type DeviceStep, type DeviceWork, opened } from './device.js';
import { permuted } from './permuted.js';
import type { Data } from './task.js';
import { toFilters, toFirst, toLast } from './tfjs-layers.js';
import type { Tf, TfTensor } from './tfjs-library.js';
import { perceptron, variablesOf } from './tfjs-step.js';
import { crossEntropy, sgdStep } from './tfjs-work.js';

/** TensorFlow.js on a backend that is made anew, so that nothing has been compiled. */
export async function openTfjs(tf: Tf, backend: string, work: DeviceWork): Promise<Opened> {
  const factory = tf.findBackendFactory(backend);
  tf.removeBackend(backend);
  tf.registerBackend(backend, factory);
  await tf.setBackend(backend);
  await tf.ready();
  const upload = ({ values, shape }: Data): TfTensor =>
    tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32');
  const isConvolution = work.operation === 'convolution';
  const stepOf = ({ layers, sgd }: DeviceStep, x: TfTensor, labels: TfTensor): (() => TfTensor) => {
    const step = sgdStep(tf, sgd, variablesOf(tf, layers, upload));
    const targets = tf.oneHot(labels, layers.at(-1)?.bias.values.length as number);
    return () => step((...own) => crossEntropy(tf, perceptron(tf, own, x), targets));
  };
  const runOf = (own: DeviceWork, left: TfTensor, right: TfTensor): (() => TfTensor) => {
    switch (own.operation) {
      case 'product':
        return () => tf.matMul(left, right);
      case 'chain':
        return () => tf.relu(tf.add(tf.mul(left, right), left));
      case 'convolution':
        return () => tf.conv2d(left, right, 1, 'same');
      case 'step':
        return stepOf(own, left, right);
    }
  };
  const library: DeviceLibrary<TfTensor> = {
    // It wants the channels last: operands are brought into that order before they are timed.
    upload,
    work: (own, [a, b]) => {
      const [left, right] = [a as TfTensor, b as TfTensor];
      const run = runOf(own, left, right);
      return () => tf.tidy(run);
    },
    touch: async (x) => {
      const one = tf.tidy(() => tf.add(tf.slice(tf.reshape(x, [-1]), [0], [1]), 0));
      await one.data();
      one.dispose();
    },
    read: async (x) => {
      const values = await x.data();
      return isConvolution ? permuted({ shape: x.shape, values }, toFirst).values : values;
    },
    free: (x) => x.dispose(),
    close: () => {
      tf.disposeVariables();
      return Promise.resolve();
    },
  };
  if (!isConvolution) return await opened(library, work);
  return await opened(library, { ...work, a: permuted(work.a, toLast), b: permuted(work.b, toFilters) });
}
