import type { Backend } from './backend.js';
import { type DType, dtypeOfArray, dtypes, type TypedArray } from './dtype.js';
import { DTypeError, ShapeError } from './errors.js';
import { Layout } from './layout.js';
import { referenceBackend } from './reference/backend.js';
import { checkShape, formatShape, type Shape, sizeOf } from './shape.js';
import type { NestedArray, Tensor } from './tensor.js';

export interface CreateOptions {
  /** Element type; float32 by default (bool for booleans, a typed array's own for one). */
  readonly dtype?: DType;
  /** Where the tensor lives; the reference backend by default. */
  readonly backend?: Backend;
}

/**
 * A tensor with a copy of the given values: a number, nested arrays, or a typed array (one axis, unless
 * `shape` says otherwise).
 * @throws ShapeError when nested arrays are ragged or the values do not fill `shape`
 * @throws DTypeError for a value that is no number or boolean
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(x.shape); // => [ 2, 2 ]
 * console.log(x.sum().item()); // => 10
 */
export function tensor(
  values: NestedArray | TypedArray,
  options: CreateOptions & { readonly shape?: Shape } = {},
): Tensor {
  const isTyped = ArrayBuffer.isView(values);
  const flat: number[] = [];
  let inferred: Shape;
  let sawBoolean = false;
  if (isTyped) {
    inferred = [values.length];
  } else {
    inferred = nestedShape(values);
    sawBoolean = flatten(values, inferred, 0, flat);
  }
  const dtype = options.dtype ?? (isTyped ? dtypeOfArray(values) : sawBoolean ? 'bool' : 'float32');
  if (dtype === undefined || !dtypes.includes(dtype)) {
    throw new DTypeError('tensor', {
      expected: `a dtype of ${dtypes.join(', ')}`,
      got: dtype === undefined ? Object.prototype.toString.call(values) : String(dtype),
      remedy: 'Say which one with { dtype }',
    });
  }
  const shape = options.shape ?? inferred;
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

/** The shape that the first elements of nested arrays suggest; `flatten` holds the others to it. */
function nestedShape(values: NestedArray): number[] {
  const shape: number[] = [];
  for (let level = values; Array.isArray(level); level = level[0] as NestedArray) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

/** Appends the elements to `out` in row-major order; tells whether they are booleans. */
function flatten(values: NestedArray, shape: Shape, axis: number, out: number[]): boolean {
  if (axis === shape.length) {
    if (typeof values !== 'number' && typeof values !== 'boolean') {
      if (Array.isArray(values))
        throw ragged(shape, axis, `an array of ${values.length} where a number is due`);
      throw new DTypeError('tensor', {
        expected: 'numbers or booleans',
        got: `${typeof values} ${String(values)}`,
      });
    }
    out.push(Number(values));
    return typeof values === 'boolean';
  }
  if (!Array.isArray(values)) throw ragged(shape, axis, `${String(values)} where an array is due`);
  if (values.length !== shape[axis]) throw ragged(shape, axis, `an array of ${values.length}`);
  let sawBoolean = false;
  for (const value of values) sawBoolean = flatten(value, shape, axis + 1, out) || sawBoolean;
  return sawBoolean;
}

function ragged(shape: Shape, axis: number, got: string): ShapeError {
  return new ShapeError('tensor', {
    expected: `nested arrays of equal lengths, ${formatShape(shape)} as the first ones suggest`,
    got,
    difference: `at depth ${axis}`,
  });
}

function backendOf(options: CreateOptions): Backend {
  return options.backend ?? referenceBackend;
}

/** A tensor with every element equal to `value`. @throws ShapeError for an impossible shape @see torch.full */
export function full(shape: Shape, value: number, options: CreateOptions = {}): Tensor {
  checkShape('full', shape);
  const dtype = options.dtype ?? 'float32';
  const stored = dtype === 'bool' ? Number(value !== 0) : value;
  return backendOf(options).upload(
    new Array<number>(sizeOf(shape)).fill(stored),
    Layout.contiguous([...shape]),
    dtype,
  );
}

/** @see torch.zeros */
export function zeros(shape: Shape, options: CreateOptions = {}): Tensor {
  return full(shape, 0, options);
}

/** @see torch.ones */
export function ones(shape: Shape, options: CreateOptions = {}): Tensor {
  return full(shape, 1, options);
}

/** A tensor of the shape, dtype and backend of `x` with every element equal to `value`. @see torch.full_like */
export function fullLike(x: Tensor, value: number): Tensor {
  return full(x.shape, value, { dtype: x.dtype, backend: x.storage.backend });
}
