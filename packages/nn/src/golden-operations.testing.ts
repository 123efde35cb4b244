import { vjp } from '@renyi/autodiff';
import { type Tensor, tensor } from '@renyi/tensor';
import { expect } from 'vitest';
import type { GoldenNumbers } from './golden.testing.js';

export interface TypedTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'int64' | 'bool';
  readonly data: GoldenNumbers;
}

type ByName<T> = Readonly<Record<string, T>>;

/** PyTorch's settings, by PyTorch's names. */
export type Settings = ByName<unknown>;

/** A call of one of PyTorch's functions, with its result and gradients. */
export interface OperationCase {
  readonly id: string;
  readonly op: string;
  readonly attrs: Settings;
  readonly inputs: ByName<TypedTensor>;
  readonly outputs: ByName<TypedTensor>;
  readonly cotangents?: ByName<TypedTensor>;
  readonly grads?: ByName<TypedTensor>;
}

/** What is called in the place of PyTorch's function; its results by their names. */
export type Operation = (inputs: ByName<Tensor>, attrs: Settings) => ByName<Tensor>;

const dtypes = { float64: 'float64', int64: 'int32', bool: 'bool' } as const;

export function decode({ shape, dtype, data }: TypedTensor): Tensor {
  return tensor(Float64Array.from(data, Number), { shape, dtype: dtypes[dtype] });
}

/** The format's tolerance for float64: 1e-11 + 1e-9 |b|. */
export function compare(what: string, actual: Tensor | undefined, { shape, data }: TypedTensor): void {
  expect(actual?.shape, what).toEqual(shape);
  for (const [i, a] of (actual as Tensor).dataSync().entries()) {
    const b = Number(data[i]);
    const isClose = Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-11 + 1e-9 * Math.abs(b);
    expect(isClose, `${what}[${i}] is ${a} instead of ${b}`).toBe(true);
  }
}

/** Holds an operation to a case: each output, and the gradient of each input that has one there. */
export function verify(golden: OperationCase, operation: Operation): void {
  const inputs = Object.fromEntries(Object.entries(golden.inputs).map(([name, x]) => [name, decode(x)]));
  const outputs = operation(inputs, golden.attrs);
  for (const [name, expected] of Object.entries(golden.outputs)) compare(name, outputs[name], expected);
  const { grads = {}, cotangents = {} } = golden;
  const variables = Object.keys(grads);
  if (variables.length === 0) return;
  for (const [output, cotangent] of Object.entries(cotangents)) {
    expect(Object.keys(cotangents), 'one cotangent').toHaveLength(1);
    const f = (...xs: Tensor[]): Tensor => {
      const moved = Object.fromEntries(variables.map((name, i) => [name, xs[i] as Tensor]));
      return operation({ ...inputs, ...moved }, golden.attrs)[output] as Tensor;
    };
    const { pullback } = vjp(
      f,
      variables.map((name) => inputs[name] as Tensor),
    );
    const gradients = pullback(decode(cotangent)) as readonly Tensor[];
    for (const [i, name] of variables.entries())
      compare(`gradient of ${name}`, gradients[i], grads[name] as TypedTensor);
  }
}
