import { cast, ConfigError, mul, sum, type Tensor } from '@renyi/tensor';

/** The L2 norm of all gradients taken together; squares are added in float64, where they cannot overflow float32. */
export function gradientNorm(gradients: readonly Tensor[]): number {
  let total = 0;
  for (const gradient of gradients) {
    const wide = cast(gradient, 'float64');
    total += sum(mul(wide, wide)).item();
  }
  return Math.sqrt(total);
}

/**
 * Gradients scaled so that their common L2 norm is at most `maxNorm`, by PyTorch's coefficient
 * min(1, maxNorm / (norm + 1e-6)), with the norm they had.
 * @throws ConfigError unless maxNorm is above 0 @see torch.nn.utils.clip_grad_norm_
 */
export function clipGradientNorm(
  gradients: readonly Tensor[],
  maxNorm: number,
): { readonly gradients: readonly Tensor[]; readonly norm: number } {
  if (!(maxNorm > 0)) {
    throw new ConfigError('clipGradientNorm', { expected: 'maxNorm above 0', got: String(maxNorm) });
  }
  const norm = gradientNorm(gradients);
  const coefficient = Math.min(1, maxNorm / (norm + 1e-6));
  return { gradients: coefficient === 1 ? gradients : gradients.map((g) => mul(g, coefficient)), norm };
}
