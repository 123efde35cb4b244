import { checkOptions } from './checks.js';
import { type CreateOptions, tensor } from './create.js';
import { checkDType, type DType } from './dtype.js';
import { DomainError } from './errors.js';
import { checkShape } from './shape.js';
import type { Tensor } from './tensor.js';

/** @throws DomainError unless all bounds are finite. */
function checkFinite(operation: string, bounds: readonly number[]): void {
  if (!bounds.every(Number.isFinite)) {
    throw new DomainError(operation, { expected: 'finite numbers', got: bounds.join(', ') });
  }
}

/**
 * start, start + step, ... as far as below `stop` (above it, where the step is negative). `arange(n)` counts from 0 to n - 1.
 * @param options.dtype int32 if all three are whole numbers that it holds, float32 otherwise
 * @throws DomainError for a step of 0, or what is not finite @see torch.arange, numpy.arange
 *
 * @example
 * import { arange } from '@renyi/tensor';
 * console.log(arange(3).toArray(), arange(3, 0, { step: -1 }).toArray()); // => [ 0, 1, 2 ] [ 3, 2, 1 ]
 */
export function arange(stop: number, options?: CreateOptions & { readonly step?: number }): Tensor;
export function arange(
  start: number,
  stop: number,
  options?: CreateOptions & { readonly step?: number },
): Tensor;
export function arange(
  first: number,
  second: number | (CreateOptions & { readonly step?: number }) = {},
  third: CreateOptions & { readonly step?: number } = {},
): Tensor {
  const [start, stop, options] = typeof second === 'number' ? [first, second, third] : [0, first, second];
  checkOptions('arange', options);
  const { step = 1 } = options;
  checkFinite('arange', [start, stop, step]);
  if (step === 0) throw new DomainError('arange', { expected: 'a step other than 0', got: '0' });
  const isWhole = [start, stop, step].every((bound) => bound === (bound | 0));
  const dtype: DType = options.dtype ?? (isWhole ? 'int32' : 'float32');
  checkDType('arange', dtype);
  const size = Math.max(0, Math.ceil((stop - start) / step));
  checkShape('arange', [size]);
  const values = Float64Array.from({ length: size }, (_, i) => start + i * step);
  return tensor(values, { ...options, dtype });
}

/**
 * `count` numbers from `start` to `stop`, both included, at equal distances. One number alone is `start`.
 * @throws DomainError unless the bounds are finite
 * @throws ShapeError unless the count is a whole number of at least 0 @see torch.linspace
 *
 * @example
 * import { linspace } from '@renyi/tensor';
 * console.log(linspace(0, 1, 5).toArray()); // => [ 0, 0.25, 0.5, 0.75, 1 ]
 */
export function linspace(start: number, stop: number, count: number, options: CreateOptions = {}): Tensor {
  checkOptions('linspace', options);
  checkFinite('linspace', [start, stop]);
  checkShape('linspace', [count]);
  const dtype: DType = options.dtype ?? 'float32';
  checkDType('linspace', dtype);
  const gaps = Math.max(1, count - 1);
  // The two products cannot overflow, as the difference of the bounds could, and the ends are exact.
  const values = Float64Array.from(
    { length: count },
    (_, i) => start * ((gaps - i) / gaps) + stop * (i / gaps),
  );
  return tensor(values, { ...options, dtype });
}

/**
 * The identity matrix [n, n], or ones on the diagonal of [n, columns].
 * @throws ShapeError unless both are whole numbers of at least 0 @see torch.eye
 *
 * @example
 * import { eye } from '@renyi/tensor';
 * console.log(eye(2).toArray()); // => [ [ 1, 0 ], [ 0, 1 ] ]
 */
export function eye(n: number, options: CreateOptions & { readonly columns?: number } = {}): Tensor {
  checkOptions('eye', options);
  const { columns = n, dtype = 'float32' } = options;
  checkShape('eye', [n, columns]);
  checkDType('eye', dtype);
  const values = new Uint8Array(n * columns);
  for (let i = 0; i < Math.min(n, columns); i++) values[i * columns + i] = 1;
  return tensor(values, { ...options, dtype, shape: [n, columns] });
}
