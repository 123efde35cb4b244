import { type DType, DomainError, type Generator, type Shape, type Tensor } from '@renyi/tensor';

/**
 * Uniform in ±1/sqrt(fanIn): what PyTorch's Linear and Conv layers start from, weight and bias alike
 * (Kaiming's uniform initialization with a = sqrt(5)).
 * @param fanIn how many inputs feed one output, at least 1
 * @throws DomainError
 */
export function uniformFanIn(shape: Shape, fanIn: number, generator: Generator, dtype: DType): Tensor {
  if (!(fanIn >= 1)) throw new DomainError('uniformFanIn', { expected: 'at least one input', got: String(fanIn) });
  const bound = 1 / Math.sqrt(fanIn);
  return generator.uniform(shape, { low: -bound, high: bound, dtype });
}
