import type { Jax, JaxArray } from './jax-library.js';
import type { JaxWorkshop } from './jax-work.js';
import type { Peer } from './peer.js';

/** The tasks of networks for images. */
export function jaxLayers({ lax, nn, numpy: np }: Jax, { pulled }: JaxWorkshop): Peer['tasks'] {
  return {
    convolution: ({ x, weight, cotangent }) =>
      pulled((images, filters) => lax.conv(images, filters, [1, 1], 'SAME'), [x, weight], cotangent),
    pooling: ({ operation, x, kernel, cotangent }) => {
      const reduce = (own: JaxArray): JaxArray => (operation === 'max' ? np.max(own) : np.mean(own));
      const window = [kernel, kernel];
      return pulled((images) => lax.reduceWindow(images, reduce, window, window), [x], cotangent);
    },
    batchNorm: ({ x, weight, bias, epsilon, cotangent }) => {
      const channels = [1, weight.values.length, 1, 1];
      return pulled(
        (images, scale: JaxArray, shift: JaxArray) =>
          np.add(
            np.multiply(nn.standardize(images, [0, 2, 3], { epsilon }), np.reshape(scale, channels)),
            np.reshape(shift, channels),
          ),
        [x, weight, bias],
        cotangent,
      );
    },
  };
}
