import type { Backend } from './backend.js';
import { checkNumber, checkOptions, checkTensor } from './checks.js';
import { defaultBackend } from './default-backend.js';
import { allocateArray, checkDType, type DType, dtypeOfArray, dtypes, type TypedArray } from './dtype.js';
import { DTypeError, ShapeError } from './errors.js';
import { Layout } from './layout.js';
import { checkShape, formatShape, type Shape, sizeOf } from './shape.js';
import type { NestedArray, Tensor } from './tensor.js';
import type { ShapeOf } from './typed-shape.js';

export interface CreateOptions {
  /** Element type; float32 by default (bool if all values are booleans, a typed array's own for one). */
  readonly dtype?: DType;
  /** Where the tensor lives; `defaultBackend()` if none is given. */
  readonly backend?: Backend;
}

/**
 * A tensor with a copy of the given values: a number, nested arrays, or a typed array (one axis, unless
 * `shape` says otherwise). They are converted to the dtype as `cast` does.
 * @throws ShapeError when nested arrays are ragged or the values do not fill `shape`
 * @throws DTypeError for a value that is no number or boolean, an unknown dtype, or a typed array that has none
 * @see torch.tensor
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape); // => [ 2, 2 ]
 * console.log(x.sum().item()); // => 10
 */
export function tensor<const V extends NestedArray | TypedArray, const S extends Shape = never>(
  values: V,
  options: CreateOptions & { readonly shape?: S } = {},
): Tensor<[S] extends [never] ? ShapeOf<V> : S> {
  checkOptions('tensor', options);
  const isTyped = ArrayBuffer.isView(values);
  const flat: number[] = [];
  let inferred: Shape;
  let booleans = 0;
  if (isTyped) {
    checkNumbers(values);
    inferred = [values.length];
  } else {
    inferred = nestedShape(values);
    booleans = flatten(values, inferred, 0, flat);
  }
  const isBool = booleans > 0 && booleans === flat.length;
  const dtype = options.dtype ?? (isTyped ? dtypeOfArray(values) : isBool ? 'bool' : 'float32');
  if (dtype === undefined) {
    throw new DTypeError('tensor', {
      expected: 'a Float32Array, Float64Array or Int32Array where no dtype is given',
      got: nameOf(values as TypedArray),
      remedy: `Say which one of ${dtypes.join(', ')} with { dtype }`,
    });
  }
  checkDType('tensor', dtype);
  const { shape = inferred } = options;
  checkShape('tensor', shape);
  if (sizeOf(shape) !== sizeOf(inferred)) {
    throw new ShapeError('tensor', {
      expected: `${sizeOf(shape)} values for shape ${formatShape(shape)}`,
      got: `${sizeOf(inferred)} values`,
    });
  }
  const elements: ArrayLike<number> = isTyped ? values : flat;
  const stored = dtype === 'bool' ? Array.from(elements, (value) => (value !== 0 ? 1 : 0)) : elements;
  return backendOf(options).upload(stored, Layout.contiguous([...shape]), dtype);
}

/** @throws DTypeError for a view of bytes whose elements are no numbers: BigInts do not convert, a DataView has none. */
function checkNumbers(values: ArrayBufferView): void {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array || values instanceof DataView) {
    throw new DTypeError('tensor', {
      expected: 'a typed array of numbers',
      got: nameOf(values),
      ...(!(values instanceof DataView) && { remedy: 'Convert it with Float64Array.from(values, Number)' }),
    });
  }
}

function nameOf(values: ArrayBufferView): string {
  return Object.prototype.toString.call(values).slice('[object '.length, -1);
}

/** The shape that the first elements of nested arrays suggest; `flatten` holds the others to it. */
function nestedShape(values: NestedArray): number[] {
  const shape: number[] = [];
  for (let level = values; Array.isArray(level); level = level[0] as NestedArray) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

/** Appends the elements to `out` in row-major order; returns how many of them are booleans. */
function flatten(values: NestedArray, shape: Shape, axis: number, out: number[]): number {
  if (axis === shape.length) {
    if (typeof values !== 'number' && typeof values !== 'boolean') {
      if (Array.isArray(values))
        throw ragged(shape, axis, `an array of ${values.length} where a number is due`);
      throw new DTypeError('tensor', {
        expected: 'numbers or booleans',
        got: String(values),
      });
    }
    out.push(Number(values));
    return typeof values === 'boolean' ? 1 : 0;
  }
  if (!Array.isArray(values)) throw ragged(shape, axis, `${String(values)} where an array is due`);
  if (values.length !== shape[axis]) throw ragged(shape, axis, `an array of ${values.length}`);
  let booleans = 0;
  for (const value of values) booleans += flatten(value, shape, axis + 1, out);
  return booleans;
}

function ragged(shape: Shape, axis: number, got: string): ShapeError {
  return new ShapeError('tensor', {
    expected: `nested arrays of equal lengths, ${formatShape(shape)} as the first ones suggest`,
    got,
    difference: `at depth ${axis}`,
  });
}

function backendOf(options: CreateOptions): Backend {
  return options.backend ?? defaultBackend();
}

function filled(operation: string, shape: Shape, value: number, options: CreateOptions): Tensor {
  const { dtype = 'float32' } = options;
  checkShape(operation, shape);
  checkNumber(operation, value);
  checkDType(operation, dtype);
  const stored = dtype === 'bool' ? Number(value !== 0) : value;
  const layout = Layout.contiguous([...shape]);
  return backendOf(options).upload(allocateArray(dtype, layout.size).fill(stored), layout, dtype);
}

/**
 * A tensor with every element equal to `value`.
 * @throws ShapeError for an impossible shape
 * @throws DTypeError for an unknown dtype @see torch.full
 */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  checkOptions('full', options);
  return filled('full', shape, value, options);
}

/** A tensor of zeros. @throws ShapeError, DTypeError @see torch.zeros */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  checkOptions('zeros', options);
  return filled('zeros', shape, 0, options);
}

/** A tensor of ones. @throws ShapeError, DTypeError @see torch.ones */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  checkOptions('ones', options);
  return filled('ones', shape, 1, options);
}

/** A tensor of the shape, dtype and backend of `x` with every element equal to `value`. @see torch.full_like */
export function fullLike(x: Tensor, value: number): Tensor {
  checkTensor('fullLike', x);
  checkNumber('fullLike', value);
  return full(x.shape, value, { dtype: x.dtype, backend: x.storage.backend });
}

/** Zeros of the shape, dtype and backend of `x`. @see torch.zeros_like */
export function zerosLike(x: Tensor): Tensor {
  checkTensor('zerosLike', x);
  return fullLike(x, 0);
}

/** Ones of the shape, dtype and backend of `x`. @see torch.ones_like */
export function onesLike(x: Tensor): Tensor {
  checkTensor('onesLike', x);
  return fullLike(x, 1);
}
