import { Parameter, valueAndGrad } from '@renyi/autodiff';
import { SGD } from '@renyi/nn';
import {
  avgPool2d,
  batchNorm,
  conv2d,
  crossEntropy,
  flatten,
  linear,
  maxPool2d,
  relu,
  scope,
  type Tensor,
} from '@renyi/tensor';
import type { Peer } from './peer.js';
import type { Workshop } from './renyi-work.js';

/** The tasks of networks for images. */
export function layerTasks({ upload, pulled }: Workshop): Peer['tasks'] {
  return {
    convolution: ({ x, weight, cotangent }) =>
      pulled(
        (images, filters) => conv2d(images as Tensor, filters as Tensor, { padding: 1 }),
        [upload(x), upload(weight)],
        cotangent,
      ),
    pooling: ({ operation, x, kernel, cotangent }) => {
      const pool = operation === 'max' ? maxPool2d : avgPool2d;
      return pulled((images) => pool(images as Tensor, kernel), [upload(x)], cotangent);
    },
    batchNorm: ({ x, weight, bias, epsilon, cotangent }) =>
      pulled(
        (images, scale, shift) =>
          batchNorm(images as Tensor, { weight: scale as Tensor, bias: shift as Tensor, epsilon }),
        [upload(x), upload(weight), upload(bias)],
        cotangent,
      ),
    cnn: ({ layers, x, labels, sgd }) => {
      const parameters = layers.flatMap(({ weight, bias }) => [
        new Parameter(upload(weight)),
        new Parameter(upload(bias)),
      ]);
      const [images, targets] = [upload(x), upload(labels)];
      const optimizer = new SGD(parameters, sgd).inPlace();
      const step = (): Tensor =>
        scope(() => {
          const { value, gradients } = valueAndGrad(
            () => crossEntropy(logitsOf(parameters, images), targets),
            parameters,
          );
          optimizer.step(gradients);
          return value;
        });
      // Each step starts from where the one before ended: only the first can be held against another run.
      const first = step();
      let last = first;
      return {
        run: () => {
          if (last !== first) last.dispose();
          last = step();
        },
        values: () => [first.dataSync()],
        valuesLater: async () => {
          await last.data();
          return [await first.data()];
        },
      };
    },
  };
}

function logitsOf(parameters: readonly Parameter[], x: Tensor): Tensor {
  const [w1, b1, w2, b2, w3, b3] = parameters.map(({ value }) => value) as [Tensor, ...Tensor[]];
  const maps = (images: Tensor, weight: Tensor, bias: Tensor): Tensor =>
    maxPool2d(relu(conv2d(images, weight, { bias, padding: 1 })), 2);
  const features = maps(maps(x, w1, b1 as Tensor), w2 as Tensor, b2 as Tensor);
  return linear(flatten(features, { start: 1 }), w3 as Tensor, { bias: b3 as Tensor });
}
