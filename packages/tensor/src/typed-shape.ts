import type { Shape } from './shape.js';

/*
 * What the compiler knows of shapes: those of literals, and of what follows from them. All else is `AnyShape`, which fits everywhere
 * and is therefore never in the way; the shape rules of the primitives check it when the program runs.
 */

/** A shape of which nothing is known: as an argument of `Tensor` it is assignable to and from every other one. */
// biome-ignore lint/suspicious/noExplicitAny: `any` is the type that is assignable in both directions.
export type AnyShape = any;

type IsUnknown<S extends Shape> = 0 extends 1 & S ? true : number extends S['length'] ? true : false;

/** The extents as far as they are known. */
export type Extents<S extends Shape> = IsUnknown<S> extends true ? Shape : Readonly<S>;

/** The shape of nested arrays whose lengths the compiler knows: that of their first elements. */
export type ShapeOf<Values> = Values extends number | boolean
  ? []
  : Values extends readonly [infer First, ...unknown[]]
    ? Nested<Values['length'], ShapeOf<First>>
    : AnyShape;

type Nested<Length extends number, Inner extends Shape> =
  IsUnknown<Inner> extends true ? AnyShape : [Length, ...Inner];

type Last<S extends Shape> = S extends readonly [...unknown[], infer K] ? K : unknown;
/** Where a right operand is summed over: the last axis but one, or the only one. */
type LastButOne<S extends Shape> = S extends readonly [infer K]
  ? K
  : S extends readonly [...unknown[], infer K, unknown]
    ? K
    : unknown;

/** Nothing for operands that may be multiplied; where their shapes are known not to fit, a text that says so, which no tensor is. */
export type CheckMatmul<A extends Shape, B extends Shape> =
  IsUnknown<A | B> extends true ? unknown : CheckInner<Last<A>, LastButOne<B>>;

type CheckInner<K, L> = number extends K
  ? unknown
  : number extends L
    ? unknown
    : K extends L
      ? unknown
      : `matmul: inner extents ${K & number} and ${L & number} differ`;

/** The shape of a product of vectors and matrices of known shapes. */
export type MatmulShape<A extends Shape, B extends Shape> =
  IsUnknown<A | B> extends true
    ? AnyShape
    : [A, B] extends [readonly [infer M extends number, number], readonly [number, infer N extends number]]
      ? [M, N]
      : [A, B] extends [readonly [infer M extends number, number], readonly [number]]
        ? [M]
        : [A, B] extends [readonly [number], readonly [number, infer N extends number]]
          ? [N]
          : [A, B] extends [readonly [number], readonly [number]]
            ? []
            : AnyShape;
