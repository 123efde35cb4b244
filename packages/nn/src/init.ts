import {
  type DType,
  DomainError,
  DTypeError,
  type Generator,
  isFloat,
  type Shape,
  type Tensor,
} from '@renyi/tensor';

/**
 * Uniform in ±1/sqrt(fanIn): what PyTorch's Linear and Conv layers start from, weight and bias alike
 * (Kaiming's uniform initialization with a = sqrt(5)).
 * @param fanIn how many inputs feed one output, at least 1
 * @returns a tensor of the given shape and dtype
 * @throws DomainError for another fanIn
 * @throws DTypeError unless the dtype is float
 * @see torch.nn.init.kaiming_uniform_
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * import { uniformFanIn } from '@renyi/nn';
 * const weight = uniformFanIn([8, 4], 4, new Generator(0), 'float32');
 * console.log(weight.dataSync().every((w) => Math.abs(w) <= 1 / 2)); // => true
 */
export function uniformFanIn(shape: Shape, fanIn: number, generator: Generator, dtype: DType): Tensor {
  if (!(fanIn >= 1 && fanIn < Number.POSITIVE_INFINITY)) {
    throw new DomainError('uniformFanIn', { expected: 'at least one input', got: String(fanIn) });
  }
  if (!isFloat(dtype))
    throw new DTypeError('uniformFanIn', { expected: 'float32 or float64', got: String(dtype) });
  const bound = 1 / Math.sqrt(fanIn);
  return generator.uniform(shape, { low: -bound, high: bound, dtype });
}
