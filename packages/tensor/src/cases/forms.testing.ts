import type fc from 'fast-check';
import { type DType, dtypes } from '../dtype.js';
import { elementwise, type Expected } from '../oracle.testing.js';
import * as plans from '../plans.testing.js';
import type { Attributes, Inputs, PrimitiveName } from '../primitive.js';
import type { BinaryName, UnaryName } from '../primitives/signatures.js';
import type { Table } from '../tables.testing.js';

/** How a primitive is called, and what it must answer. */
interface Conduct<Operands, A> {
  readonly calls: fc.Arbitrary<plans.Call<A>>;
  readonly dtype: (operands: Each<Operands, DType>, attributes: A) => DType;
  readonly oracle: (operands: Each<Operands, Table>, attributes: A) => Expected;
}

export type Case<N extends PrimitiveName> = Conduct<Inputs<N>, Attributes<N>>;

/** As many as a primitive has operands. */
type Each<Operands, T> = { readonly [K in keyof Operands]: T };

export const widest = (operands: readonly DType[]): DType =>
  dtypes[Math.max(...operands.map((dtype) => dtypes.indexOf(dtype)))] as DType;
export const first = ([dtype]: readonly DType[]): DType => dtype as DType;
export const arithmetic = (operands: readonly DType[]): DType =>
  widest(operands) === 'bool' ? 'int32' : widest(operands);
export const float = (operands: readonly DType[]): DType =>
  widest(operands) === 'float64' ? 'float64' : 'float32';
export const bool = (): DType => 'bool';

type DTypeRule = (operands: readonly DType[]) => DType;

/**
 * A function of one operand. `ulps` is how far its value may be from `f`'s, in units in the last place of float64, where
 * the two are computed in different ways.
 */
export const unary = (dtype: DTypeRule, f: (x: number) => number, ulps = 0): Case<UnaryName> => ({
  calls: plans.unary,
  dtype,
  oracle: within(f as (...values: number[]) => number, ulps),
});

/** The same of two. */
export const binary = (
  dtype: DTypeRule,
  f: (a: number, b: number) => number,
  ulps = 0,
): Case<BinaryName> => ({
  calls: plans.binary,
  dtype,
  oracle: within(f as (...values: number[]) => number, ulps),
});

function within(f: (...values: number[]) => number, ulps: number): (operands: readonly Table[]) => Expected {
  return (operands) => {
    const expected = elementwise(f)(operands);
    return ulps === 0 ? expected : { ...expected, slack: (index) => ulps * finiteSize(expected.at(index)) };
  };
}

/** |x|, and 0 for what is matched exactly. */
export const finiteSize = (x: number): number => (Number.isFinite(x) ? Math.abs(x) : 0);
