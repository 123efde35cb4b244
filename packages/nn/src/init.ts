import {
  type DType,
  DomainError,
  DTypeError,
  formatShape,
  type Generator,
  isFloat,
  referenceBackend,
  type Shape,
  ShapeError,
  type Tensor,
  tensor,
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
  return uniformWithin('uniformFanIn', shape, 1 / Math.sqrt(fanIn), generator, dtype);
}

/** For draws that are looked at here: other backends may have no float64, or be read later only. */
const drawn = { dtype: 'float64', backend: referenceBackend } as const;

export interface InitializerOptions {
  /** What the deviation is multiplied by; 1 by default. */
  readonly gain?: number;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

/**
 * Uniform with the deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot & Bengio, 2010).
 * @param shape of a weight, [outputs, inputs, ...kernel]
 * @throws ShapeError for fewer than two axes @throws DTypeError unless the dtype is float @see torch.nn.init.xavier_uniform_
 */
export function xavierUniform(shape: Shape, generator: Generator, options: InitializerOptions = {}): Tensor {
  const deviation = xavierDeviation('xavierUniform', shape, options);
  const { dtype = 'float32' } = options;
  return uniformWithin('xavierUniform', shape, Math.sqrt(3) * deviation, generator, dtype);
}

/** Normal with the deviation of `xavierUniform`. @throws ShapeError, DTypeError @see torch.nn.init.xavier_normal_ */
export function xavierNormal(shape: Shape, generator: Generator, options: InitializerOptions = {}): Tensor {
  const std = xavierDeviation('xavierNormal', shape, options);
  return generator.normal(shape, { std, dtype: options.dtype ?? 'float32' });
}

export interface KaimingOptions {
  /** Whose variance is to stay, that of the signals (`fanIn`, the default) or of the gradients. */
  readonly mode?: 'fanIn' | 'fanOut';
  /** The slope of the leaky ReLU that follows below 0; 0 by default, for ReLU. */
  readonly slope?: number;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

/**
 * Uniform with the deviation sqrt(2 / ((1 + slope²) fan)), which keeps the variance through ReLUs (He et al., 2015).
 * @param shape of a weight, [outputs, inputs, ...kernel]
 * @throws ShapeError for fewer than two axes @throws DTypeError unless the dtype is float @see torch.nn.init.kaiming_uniform_
 */
export function kaimingUniform(shape: Shape, generator: Generator, options: KaimingOptions = {}): Tensor {
  const deviation = kaimingDeviation('kaimingUniform', shape, options);
  const { dtype = 'float32' } = options;
  return uniformWithin('kaimingUniform', shape, Math.sqrt(3) * deviation, generator, dtype);
}

/**
 * Normal with the deviation of `kaimingUniform`. @throws ShapeError, DTypeError @see torch.nn.init.kaiming_normal_
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * import { kaimingNormal } from '@renyi/nn';
 * const filters = kaimingNormal([64, 32, 3, 3], new Generator(0), { mode: 'fanOut' });
 * const variance = filters.mul(filters).mean().item();
 * console.log(Math.abs(variance * (64 * 9 / 2) - 1) < 0.05); // => true
 */
export function kaimingNormal(shape: Shape, generator: Generator, options: KaimingOptions = {}): Tensor {
  const std = kaimingDeviation('kaimingNormal', shape, options);
  return generator.normal(shape, { std, dtype: options.dtype ?? 'float32' });
}

/**
 * gain times a matrix with orthonormal rows, or columns where there are more rows than columns, uniform among all of them: the
 * orthogonal factor of a normal matrix (Saxe et al., 2014; Mezzadri, 2007).
 * @param shape [outputs, ...], taken as a matrix of as many rows
 * @throws ShapeError for fewer than two axes @throws DTypeError unless the dtype is float @see torch.nn.init.orthogonal_
 *
 * @example
 * import { Generator, matmul } from '@renyi/tensor';
 * import { orthogonal } from '@renyi/nn';
 * const q = orthogonal([2, 5], new Generator(0), { dtype: 'float64' });
 * const product = matmul(q, q.transpose());
 * console.log(Math.abs(product.sum().item() - 2) < 1e-14); // => true
 */
export function orthogonal(shape: Shape, generator: Generator, options: InitializerOptions = {}): Tensor {
  fans('orthogonal', shape);
  const { gain = 1, dtype = 'float32' } = options;
  if (!isFloat(dtype)) throw noFloat('orthogonal', dtype);
  const rows = shape[0] as number;
  const columns = shape.slice(1).reduce((product, extent) => product * extent, 1);
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const draws = generator.normal([count, length], drawn).dataSync();
  const vectors = Array.from({ length: count }, (_, i) =>
    Float64Array.from(draws.subarray(i * length, (i + 1) * length)),
  );
  for (const [i, vector] of vectors.entries()) {
    // Gram and Schmidt, twice: what rounding leaves of the others after once is gone after twice.
    for (const other of [...vectors.slice(0, i), ...vectors.slice(0, i)]) {
      const part = dot(vector, other);
      for (let k = 0; k < length; k++) vector[k] = (vector[k] as number) - part * (other[k] as number);
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let k = 0; k < length; k++) vector[k] = (vector[k] as number) / norm;
  }
  const at = (row: number, column: number): number =>
    (rows <= columns ? vectors[row]?.[column] : vectors[column]?.[row]) as number;
  const values = Float64Array.from(
    { length: rows * columns },
    (_, i) => gain * at(Math.floor(i / columns), i % columns),
  );
  return tensor(values, { shape, dtype });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, x, k) => total + x * (b[k] as number), 0);
}

export interface TruncatedNormalOptions {
  readonly mean?: number;
  readonly std?: number;
  /** Bounds of the numbers themselves, not in deviations: by default mean - 2 std and mean + 2 std. */
  readonly low?: number;
  readonly high?: number;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

/**
 * Normal numbers of those between `low` and `high`, by drawing until they are.
 * @throws DomainError unless low <= mean <= high, low < high and std is above 0
 * @throws DTypeError unless the dtype is float @see torch.nn.init.trunc_normal_ (whose bounds are ±2 by default whatever the deviation)
 */
export function truncatedNormal(
  shape: Shape,
  generator: Generator,
  options: TruncatedNormalOptions = {},
): Tensor {
  const { mean = 0, std = 1, dtype = 'float32' } = options;
  const { low = mean - 2 * std, high = mean + 2 * std } = options;
  if (!isFloat(dtype)) throw noFloat('truncatedNormal', dtype);
  if (!(low <= mean && mean <= high && low < high && std > 0 && std < Number.POSITIVE_INFINITY)) {
    throw new DomainError('truncatedNormal', {
      expected: 'low <= mean <= high, low < high, and a finite std above 0',
      got: `mean ${mean}, std ${std}, low ${low}, high ${high}`,
    });
  }
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values: number[] = [];
  // Bounds within a deviation hold few normal numbers; there, uniform ones are thinned out by the density instead.
  const isNarrow = high - low < 2 * std;
  while (values.length < size) {
    const missing = size - values.length;
    const draws = isNarrow
      ? generator.uniform([missing], { low, high, ...drawn }).dataSync()
      : generator.normal([missing], { mean, std, ...drawn }).dataSync();
    const chances = isNarrow ? generator.uniform([missing], drawn).dataSync() : undefined;
    for (const [i, x] of draws.entries()) {
      const density = Math.exp(-((x - mean) ** 2) / (2 * std * std));
      const isTaken = chances === undefined ? x >= low && x <= high : (chances[i] as number) < density;
      if (isTaken) values.push(x);
    }
  }
  return tensor(Float64Array.from(values), { shape, dtype });
}

/** How many inputs feed an output, and how many outputs an input feeds. @throws ShapeError */
function fans(operation: string, shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2 || shape.includes(0)) {
    throw new ShapeError(operation, {
      expected: 'a shape [outputs, inputs, ...kernel] with at least one element',
      got: formatShape(shape),
    });
  }
  const kernel = shape.slice(2).reduce((product, extent) => product * extent, 1);
  return { fanIn: (shape[1] as number) * kernel, fanOut: (shape[0] as number) * kernel };
}

function xavierDeviation(operation: string, shape: Shape, { gain = 1 }: InitializerOptions): number {
  const { fanIn, fanOut } = fans(operation, shape);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

function kaimingDeviation(
  operation: string,
  shape: Shape,
  { mode = 'fanIn', slope = 0 }: KaimingOptions,
): number {
  return Math.sqrt(2 / ((1 + slope * slope) * fans(operation, shape)[mode]));
}

function uniformWithin(
  operation: string,
  shape: Shape,
  bound: number,
  generator: Generator,
  dtype: DType,
): Tensor {
  if (!isFloat(dtype)) throw noFloat(operation, dtype);
  return generator.uniform(shape, { low: -bound, high: bound, dtype });
}

function noFloat(operation: string, dtype: DType): DTypeError {
  return new DTypeError(operation, { expected: 'float32 or float64', got: String(dtype) });
}
