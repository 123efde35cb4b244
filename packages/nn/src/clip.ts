import {
  cast,
  checkOptions,
  checkSetting,
  checkTensor,
  greater,
  less,
  max,
  mul,
  neg,
  pow,
  sum,
  type Tensor,
  where,
} from '@renyi/tensor';

export interface NormOptions {
  /** p of the norm (sum |g|^p)^(1/p), above 0; 2 by default, Infinity for the largest |g|. */
  readonly order?: number;
}

/**
 * The norm of all gradients taken together, (sum |g|^p)^(1/p), by default the L2 norm; 0 for none.
 * Powers are added in float64, where the squares of float32 numbers neither overflow nor vanish.
 * @throws ConfigError unless the order is above 0
 * @throws BackendError where they cannot be read at once, as on WebGPU: `squareSums` leaves that to the caller @see torch.linalg.vector_norm
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { gradientNorm } from '@renyi/nn';
 * console.log(gradientNorm([tensor([3]), tensor([[4]])])); // => 5
 */
export function gradientNorm(gradients: readonly Tensor[], options: NormOptions = {}): number {
  return commonNorm('gradientNorm', gradients, options);
}

const positive = { is: 'a positive', holds: (x: number): boolean => x > 0 };

function commonNorm(operation: string, gradients: readonly Tensor[], options: NormOptions): number {
  for (const g of gradients) checkTensor(operation, g);
  checkOptions(operation, options);
  const { order = 2 } = options;
  checkSetting(operation, 'order', order, positive);
  if (order === 2) {
    return Math.sqrt(squareSums(gradients).reduce((running, square) => running + square.item(), 0));
  }
  const wide = gradients.filter(({ size }) => size > 0).map(widened);
  if (order === Number.POSITIVE_INFINITY) {
    return wide.reduce((largest, g) => Math.max(largest, max(magnitude(g)).item()), 0);
  }
  return wide.reduce((running, g) => running + sum(pow(magnitude(g), order)).item(), 0) ** (1 / order);
}

/**
 * The sum of the squares of each gradient that has elements, as scalars that need not be read yet: the square root of their sum is
 * `gradientNorm`. For steps on a backend where reads are dear, or are answered later.
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { squareSums } from '@renyi/nn';
 * console.log(squareSums([tensor([1, 2]), tensor([[4]])]).map((x) => x.item())); // => [ 5, 16 ]
 */
export function squareSums(gradients: readonly Tensor[]): Tensor[] {
  for (const g of gradients) checkTensor('squareSums', g);
  return gradients
    .filter(({ size }) => size > 0)
    .map((g) => {
      // In one pass where the backend can, of a plain value.
      const known = g.trace === null ? g.storage.backend.sumOfSquares?.(g) : undefined;
      if (known !== undefined) return known;
      const wide = widened(g);
      return sum(mul(wide, wide));
    });
}

/**
 * Gradients scaled so that their common norm is at most `maxNorm`, by PyTorch's coefficient
 * min(1, maxNorm / (norm + 1e-6)), with the norm they had. Gradients that are small enough are returned as they are.
 * An infinite or NaN norm makes NaN of what is not finite: look at `norm` first where that can happen.
 * @throws ConfigError unless maxNorm is above 0
 * @throws BackendError where they cannot be read at once, as on WebGPU: `squareSums` and `scaleGradients` do the same in two steps
 * @see torch.nn.utils.clip_grad_norm_
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { clipGradientNorm } from '@renyi/nn';
 * const { gradients, norm } = clipGradientNorm([tensor([30]), tensor([40])], 0.5);
 * console.log(norm, gradients.map((g) => g.item().toFixed(3)).join(' ')); // => 50 0.300 0.400
 */
export function clipGradientNorm(
  gradients: readonly Tensor[],
  maxNorm: number,
  options: NormOptions = {},
): { readonly gradients: readonly Tensor[]; readonly norm: number } {
  checkSetting('clipGradientNorm', 'maxNorm', maxNorm, positive);
  const norm = commonNorm('clipGradientNorm', gradients, options);
  const room = norm + 1e-6;
  if (room <= maxNorm) return { gradients, norm };
  return { gradients: scaleGradients(gradients, maxNorm / room), norm };
}

/**
 * Gradients times a coefficient, multiplied in float64 where the backend has it: for huge gradients float32 has few digits
 * left for the coefficient, or none.
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { scaleGradients } from '@renyi/nn';
 * console.log(scaleGradients([tensor([2, 4])], 0.5)[0]?.toArray()); // => [ 1, 2 ]
 */
export function scaleGradients(gradients: readonly Tensor[], coefficient: number): Tensor[] {
  for (const g of gradients) checkTensor('scaleGradients', g);
  return gradients.map((g) => cast(mul(widened(g), coefficient), g.dtype));
}

/**
 * Gradients with every element cut to [-limit, limit]; NaN stays NaN. Unlike the norm's, this clipping turns them.
 * @throws ConfigError unless the limit is above 0 @see torch.nn.utils.clip_grad_value_
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { clipGradientValues } from '@renyi/nn';
 * console.log(clipGradientValues([tensor([-3, 0.5, 2])], 1)[0]?.toArray()); // => [ -1, 0.5, 1 ]
 */
export function clipGradientValues(gradients: readonly Tensor[], limit: number): Tensor[] {
  checkSetting('clipGradientValues', 'limit', limit, positive);
  for (const g of gradients) checkTensor('clipGradientValues', g);
  return gradients.map((g) => where(greater(g, limit), limit, where(less(g, -limit), -limit, g)));
}

/** In float64, where the backend has it. */
function widened(g: Tensor): Tensor {
  return g.storage.backend.hasFloat64 === false ? g : cast(g, 'float64');
}

function magnitude(x: Tensor): Tensor {
  return where(less(x, 0), neg(x), x);
}
