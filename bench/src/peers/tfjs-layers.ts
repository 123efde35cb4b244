import type { Values } from '../relative-error.js';
import type { Peer } from './peer.js';
import { permuted } from './permuted.js';
import type { Data, LayerData } from './task.js';
import type { Tf, TfTensor } from './tfjs-library.js';
import { crossEntropy, sgdStep, type TfWorkshop } from './tfjs-work.js';

/*
 * TensorFlow.js wants the channels last, and filters as [height, width, channels, filters]. Operands are brought into that order
 * before anything is timed, and results out of it afterwards.
 */
export const toLast: readonly number[] = [0, 2, 3, 1];
export const toFirst: readonly number[] = [0, 3, 1, 2];
export const toFilters: readonly number[] = [2, 3, 1, 0];
const fromFilters = [3, 2, 0, 1];
const gradientOfFilters = 'Conv2DBackpropFilter';

/** The tasks of networks for images. */
export function tfjsLayers(tf: Tf, { upload, work, training, requireKernel }: TfWorkshop): Peer['tasks'] {
  /** The value of f and, with a cotangent, its gradients, of which `shapes` and `orders` say how they come. */
  const pulled = (
    f: (...xs: TfTensor[]) => TfTensor,
    variables: readonly TfTensor[],
    cotangent: Data | undefined,
    arrange: (values: Values) => Values,
  ): ReturnType<typeof work> => {
    if (cotangent === undefined) return work(() => [f(...variables)], arrange);
    const both = tf.valueAndGrads(f);
    const seed = upload(permuted(cotangent, toLast));
    return work(() => {
      const { value, grads } = both(variables, seed);
      return [value, ...grads];
    }, arrange);
  };
  return {
    convolution: ({ x, weight, cotangent }) => {
      if (cotangent !== undefined) requireKernel(gradientOfFilters);
      const [images, filters] = [permuted(x, toLast), permuted(weight, toFilters)];
      const maps = [images.shape[0], images.shape[1], images.shape[2], weight.shape[0]] as number[];
      return pulled(
        (own, kernel) => tf.conv2d(own as TfTensor, kernel as TfTensor, 1, 'same'),
        [upload(images), upload(filters)],
        cotangent,
        (values) => [
          ...back(values.slice(0, 1), maps),
          ...back(values.slice(1, 2), images.shape),
          ...values.slice(2).map((own) => reordered(own, filters.shape, fromFilters)),
        ],
      );
    },
    pooling: ({ operation, x, kernel, cotangent }) => {
      const images = permuted(x, toLast);
      const [batch, height, width, channels] = images.shape as [number, number, number, number];
      const name = operation === 'max' ? 'maxPool' : 'avgPool';
      return pulled(
        (own) => tf[name](own as TfTensor, kernel, kernel, 'valid'),
        [upload(images)],
        cotangent,
        (values) => [
          ...back(values.slice(0, 1), [batch, height / kernel, width / kernel, channels]),
          ...back(values.slice(1), images.shape),
        ],
      );
    },
    batchNorm: ({ x, weight, bias, epsilon, cotangent }) => {
      const images = permuted(x, toLast);
      return pulled(
        (own, scale, offset) => {
          const { mean, variance } = tf.moments(own as TfTensor, [0, 1, 2]);
          return tf.batchNorm(
            own as TfTensor,
            mean,
            variance,
            offset as TfTensor,
            scale as TfTensor,
            epsilon,
          );
        },
        [upload(images), upload(weight), upload(bias)],
        cotangent,
        (values) => [...back(values.slice(0, 2), images.shape), ...values.slice(2)],
      );
    },
    cnn: ({ layers, x: dataX, labels, sgd }) => {
      requireKernel(gradientOfFilters);
      const x = upload(permuted(dataX, toLast));
      const targets = tf.oneHot(upload(labels), layers[2].bias.values.length);
      const parameters = [convolved(layers[0]), convolved(layers[1]), headOf(layers)]
        .flatMap(({ weight, bias }) => [weight, bias])
        .map((data) => tf.variable(upload(data)));
      const step = sgdStep(tf, sgd, parameters);
      return training(() => step((...own) => crossEntropy(tf, logitsOf(tf, own, x), targets)));
    },
  };
}

function back(values: Values, shape: readonly number[]): Values {
  return values.map((own) => reordered(own, shape, toFirst));
}

function reordered(
  values: ArrayLike<number>,
  shape: readonly number[],
  order: readonly number[],
): ArrayLike<number> {
  return permuted({ shape, values: Float32Array.from(values) }, order).values;
}

function convolved({ weight, bias }: LayerData): LayerData {
  return { weight: permuted(weight, toFilters), bias };
}

/** Its inputs are what is left of each map, here with the channels last. */
function headOf([, { bias: maps }, { weight, bias }]: readonly [LayerData, LayerData, LayerData]): LayerData {
  const [outputs, inputs] = weight.shape as [number, number];
  const channels = maps.values.length;
  const extent = Math.sqrt(inputs / channels);
  const images: Data = { shape: [outputs, channels, extent, extent], values: weight.values };
  return { weight: { shape: [outputs, inputs], values: permuted(images, toLast).values }, bias };
}

function logitsOf(tf: Tf, parameters: readonly TfTensor[], x: TfTensor): TfTensor {
  const [w1, b1, w2, b2, w3, b3] = parameters as [TfTensor, TfTensor, TfTensor, TfTensor, TfTensor, TfTensor];
  const maps = (images: TfTensor, weight: TfTensor, bias: TfTensor): TfTensor =>
    tf.maxPool(tf.relu(tf.add(tf.conv2d(images, weight, 1, 'same'), bias)), 2, 2, 'valid');
  const features = maps(maps(x, w1, b1), w2, b2);
  return tf.add(tf.matMul(tf.reshape(features, [x.shape[0] as number, -1]), w3, false, true), b3);
}
