import { DTypeError } from './errors.js';

/** The element types, in the order of promotion: each can hold the kind of value of those before it. */
export type DType = 'bool' | 'int32' | 'float32' | 'float64';

/** The array that holds elements of a dtype; a bool is one byte, 0 or 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

export const dtypes: readonly DType[] = ['bool', 'int32', 'float32', 'float64'];

const rank: Readonly<Record<DType, number>> = { bool: 0, int32: 1, float32: 2, float64: 3 };

/**
 * The dtype of a result computed from two operands: the later one of bool, int32, float32, float64.
 * An int32 beside a float32 stays float32, as in PyTorch (NumPy would widen to float64).
 */
export function promote(a: DType, b: DType): DType {
  return a === b || rank[a] >= rank[b] ? a : b;
}

/** The dtype in which a function such as exp or a true division answers: floats stay, the others become float32. */
export function toFloat(dtype: DType): DType {
  return dtype === 'float64' ? 'float64' : 'float32';
}

/** @throws DTypeError unless `dtype` is one of the four. */
export function checkDType(operation: string, dtype: DType): void {
  if (!dtypes.includes(dtype)) {
    throw new DTypeError(operation, { expected: `a dtype of ${dtypes.join(', ')}`, got: String(dtype) });
  }
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/**
 * The dtype that a bare JavaScript number takes beside a tensor. It is weak: it adopts the tensor's dtype
 * wherever that can hold it, so that `x.mul(2)` never widens `x`; beside integers, a fraction or what int32 cannot hold makes float32.
 */
export function weakDType(value: number, beside: DType): DType {
  if (isFloat(beside)) return beside;
  return Number.isInteger(value) && value === (value | 0) ? 'int32' : 'float32';
}

/** A fresh zeroed array for `size` elements. */
export function allocateArray(dtype: DType, size: number): TypedArray {
  switch (dtype) {
    case 'float32':
      return new Float32Array(size);
    case 'float64':
      return new Float64Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'bool':
      return new Uint8Array(size);
  }
}

/** The dtype that holds what `array` holds, or undefined where there is none of the same width. */
export function dtypeOfArray(array: ArrayBufferView): DType | undefined {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Int32Array) return 'int32';
  return undefined;
}
