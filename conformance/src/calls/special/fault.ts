import { tensor, zeros, type Tensor } from '@renyi/tensor';

/** A call that must be refused in the name of the function, by the error of this name. */
export type SpecialFault = readonly [name: string, error: string, what: string, call: () => unknown];

export const x = (): Tensor => zeros([2, 3]);
export const ints = (...values: number[]): Tensor => tensor(values, { dtype: 'int32' });
/** What the type system would not let through. */
export const loose = (value: unknown): never => value as never;
