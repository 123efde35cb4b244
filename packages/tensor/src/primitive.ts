import type { DType } from './dtype.js';
import type { Signatures } from './primitives/signatures.js';
import type { Shape } from './shape.js';

export type PrimitiveName = keyof Signatures;
/** The tuple of operands of a primitive. */
export type Inputs<N extends PrimitiveName> = Signatures[N]['inputs'];
/** What a primitive is told besides its operands: axes, shapes, dtypes. Plain data. */
export type Attributes<N extends PrimitiveName> = Signatures[N]['attributes'];

/**
 * The declaration of one primitive: all that backends and derivative rules need to know of an operation.
 * Every primitive has exactly one output.
 */
export interface Primitive<N extends PrimitiveName> {
  readonly name: N;
  /** The shape rule; it also refuses operands that do not fit. @throws ShapeError */
  readonly shape: (inputs: Inputs<N>, attributes: Attributes<N>) => Shape;
  /** The dtype rule; it also refuses dtypes that the primitive does not take. @throws DTypeError */
  readonly dtype: (inputs: Inputs<N>, attributes: Attributes<N>) => DType;
  /** Whether operands are broadcast against each other: if so, derivatives sum the cotangent back. */
  readonly broadcasts: boolean;
}
