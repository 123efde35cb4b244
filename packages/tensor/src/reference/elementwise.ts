import type { Kernel, Kernels } from '../backend.js';
import type { TypedArray } from '../dtype.js';
import { broadcastStrides } from '../layout.js';
import type { BinaryName, Elementwise, UnaryName } from '../primitives/signatures.js';
import type { Tensor } from '../tensor.js';
import { erf, erfc } from './erf.js';
import { logaddexp, power, roundHalfToEven, sigmoid, softplus } from './functions.js';
import { type Allocator, arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/*
 * Each operation below is the loop itself, not a function that a common loop calls: the engine compiles code for
 * each function literal, and a loop that calls add, then mul, then exp is compiled for none of them (7 times slower).
 */

/** Fills out[next ... end - 1] from a run of x that starts at i. */
type UnaryRun = (out: TypedArray, next: number, end: number, x: TypedArray, i: number, step: number) => void;

/** Fills out[next ... end - 1] from runs of a and b that start at i and j. */
type BinaryRun = (
  out: TypedArray,
  next: number,
  end: number,
  a: TypedArray,
  i: number,
  stepA: number,
  b: TypedArray,
  j: number,
  stepB: number,
) => void;

function unary(allocator: Allocator, run: UnaryRun): Kernel<UnaryName | 'cast'> {
  return ([x], _attributes, layout, dtype) => {
    const out = allocator.zeros(layout, dtype);
    const data = arrayOf(out);
    const source = arrayOf(x);
    if (x.layout.isContiguous) {
      run(data, out.offset, out.offset + x.size, source, x.offset, 1);
      return out;
    }
    let next = out.offset;
    const length = x.shape[x.rank - 1] as number;
    const step = x.layout.strides[x.rank - 1] as number;
    forEachRow(x.shape, [x.layout.strides], [x.offset], ([start]) => {
      run(data, next, next + length, source, start as number, step);
      next += length;
    });
    return out;
  };
}

function binary(allocator: Allocator, run: BinaryRun): Kernel<BinaryName> {
  return ([a, b], _attributes, layout, dtype) => {
    const out = allocator.zeros(layout, dtype);
    const data = arrayOf(out);
    const left = arrayOf(a);
    const right = arrayOf(b);
    const stepA = flatStep(a, layout.size);
    const stepB = flatStep(b, layout.size);
    if (stepA !== undefined && stepB !== undefined) {
      run(data, out.offset, out.offset + layout.size, left, a.offset, stepA, right, b.offset, stepB);
      return out;
    }
    const strides = [
      broadcastStrides(a.layout, layout.shape),
      broadcastStrides(b.layout, layout.shape),
    ] as const;
    const last = layout.shape.length - 1;
    const length = layout.shape[last] as number;
    const rowStepA = strides[0][last] as number;
    const rowStepB = strides[1][last] as number;
    let next = out.offset;
    forEachRow(layout.shape, strides, [a.offset, b.offset], (starts) => {
      run(
        data,
        next,
        next + length,
        left,
        starts[0] as number,
        rowStepA,
        right,
        starts[1] as number,
        rowStepB,
      );
      next += length;
    });
    return out;
  };
}

/** The step through an operand when a result of `size` elements is walked as one run; undefined if it is no run. */
function flatStep(x: Tensor, size: number): 0 | 1 | undefined {
  if (x.size === size && x.layout.isContiguous) return 1;
  return x.size === 1 ? 0 : undefined;
}

function where(allocator: Allocator): Kernel<'where'> {
  return ([condition, a, b], _attributes, layout, dtype) => {
    const out = allocator.zeros(layout, dtype);
    const operands = [condition, a, b];
    const [test, left, right] = operands.map(arrayOf) as [TypedArray, TypedArray, TypedArray];
    const strides = operands.map((x) => broadcastStrides(x.layout, layout.shape));
    const steps = strides.map((stride) => stride[stride.length - 1] ?? 0);
    const [stepTest, stepA, stepB] = steps as [number, number, number];
    const data = arrayOf(out);
    const length = layout.shape[layout.shape.length - 1] ?? 1;
    let next = out.offset;
    const offsets = operands.map((x) => x.offset);
    forEachRow(layout.shape, strides, offsets, (starts) => {
      const [startTest, startA, startB] = starts as [number, number, number];
      for (let i = 0; i < length; i++) {
        data[next++] = (
          test[startTest + i * stepTest] !== 0 ? left[startA + i * stepA] : right[startB + i * stepB]
        ) as number;
      }
    });
    return out;
  };
}

/** Arithmetic is in float64; storing rounds once, and wraps in an int32. */
export function elementwiseKernels(allocator: Allocator): Kernels<keyof Elementwise> {
  return {
    add: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB) out[next] = (a[i] as number) + (b[j] as number);
    }),
    sub: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB) out[next] = (a[i] as number) - (b[j] as number);
    }),
    mul: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      if (out instanceof Int32Array) {
        // The product of two int32 has up to 62 bits: float64 would lose the low ones, which are those that stay.
        for (; next < end; next++, i += stepA, j += stepB)
          out[next] = Math.imul(a[i] as number, b[j] as number);
      } else {
        for (; next < end; next++, i += stepA, j += stepB) out[next] = (a[i] as number) * (b[j] as number);
      }
    }),
    div: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB) out[next] = (a[i] as number) / (b[j] as number);
    }),
    pow: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB) out[next] = power(a[i] as number, b[j] as number);
    }),
    minimum: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB) out[next] = Math.min(a[i] as number, b[j] as number);
    }),
    maximum: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB) out[next] = Math.max(a[i] as number, b[j] as number);
    }),
    logaddexp: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB)
        out[next] = logaddexp(a[i] as number, b[j] as number);
    }),
    equal: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB) out[next] = a[i] === b[j] ? 1 : 0;
    }),
    less: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB)
        out[next] = (a[i] as number) < (b[j] as number) ? 1 : 0;
    }),
    lessEqual: binary(allocator, (out, next, end, a, i, stepA, b, j, stepB) => {
      for (; next < end; next++, i += stepA, j += stepB)
        out[next] = (a[i] as number) <= (b[j] as number) ? 1 : 0;
    }),
    where: where(allocator),
    neg: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = -(x[i] as number);
    }),
    exp: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.exp(x[i] as number);
    }),
    expm1: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.expm1(x[i] as number);
    }),
    log: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.log(x[i] as number);
    }),
    log1p: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.log1p(x[i] as number);
    }),
    sqrt: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.sqrt(x[i] as number);
    }),
    abs: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.abs(x[i] as number);
    }),
    sign: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.sign(x[i] as number);
    }),
    floor: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.floor(x[i] as number);
    }),
    ceil: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.ceil(x[i] as number);
    }),
    round: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = roundHalfToEven(x[i] as number);
    }),
    sin: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.sin(x[i] as number);
    }),
    cos: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.cos(x[i] as number);
    }),
    tanh: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = Math.tanh(x[i] as number);
    }),
    sigmoid: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = sigmoid(x[i] as number);
    }),
    softplus: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = softplus(x[i] as number);
    }),
    erf: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = erf(x[i] as number);
    }),
    erfc: unary(allocator, (out, next, end, x, i, step) => {
      for (; next < end; next++, i += step) out[next] = erfc(x[i] as number);
    }),
    relu: unary(allocator, (out, next, end, x, i, step) => {
      // Not x > 0 ? x : 0, which would hide a NaN.
      for (; next < end; next++, i += step) out[next] = (x[i] as number) < 0 ? 0 : (x[i] as number);
    }),
    cast: cast(allocator),
  };
}

function cast(allocator: Allocator): Kernel<'cast'> {
  const toBool = unary(allocator, (out, next, end, x, i, step) => {
    for (; next < end; next++, i += step) out[next] = x[i] !== 0 ? 1 : 0;
  });
  const toNumber = unary(allocator, (out, next, end, x, i, step) => {
    for (; next < end; next++, i += step) out[next] = x[i] as number;
  });
  return (inputs, attributes, layout, dtype) =>
    (dtype === 'bool' ? toBool : toNumber)(inputs, attributes, layout, dtype);
}
