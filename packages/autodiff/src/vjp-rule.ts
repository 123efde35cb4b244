import type { Attributes, Inputs, PrimitiveName, Tensor } from '@renyi/tensor';

/** From the cotangent of an output to the cotangent of one input. */
export type Pullback = (g: Tensor) => Tensor;

/**
 * The reverse-mode rule for one argument: (output, ...inputs, attributes) => (g) => cotangent of that argument.
 * The outer function runs during the forward pass, the inner one during the backward pass, and what the inner
 * one closes over is exactly what is kept in between: the residuals. Take `{ shape }` of an input apart in the
 * parameter list where the shape alone is needed.
 */
export type ArgumentRule<N extends PrimitiveName> = (
  output: Tensor,
  ...rest: [...Inputs<N>, Attributes<N>]
) => Pullback;

/**
 * The rules for all arguments of a primitive that takes any number of them: (output, inputs, attributes) => (index) =>
 * (g) => cotangent of the argument at that index.
 */
export type VariadicRule<N extends PrimitiveName> = (
  output: Tensor,
  inputs: Inputs<N>,
  attributes: Attributes<N>,
) => (index: number) => Pullback;

/** Said of a primitive, or of one of its arguments, that has no derivative: comparisons, indices, labels. */
export const nonDifferentiable: unique symbol = Symbol('nonDifferentiable');
export type NonDifferentiable = typeof nonDifferentiable;

export type ForEachInput<T extends readonly Tensor[], Rule> = { readonly [I in keyof T]: Rule };

/** One rule for each argument, one for all where their number is not fixed, or none at all. */
export type VjpRules<N extends PrimitiveName> =
  | (number extends Inputs<N>['length']
      ? VariadicRule<N>
      : ForEachInput<Inputs<N>, ArgumentRule<N> | NonDifferentiable>)
  | NonDifferentiable;

/** Exhaustive by type: a primitive without an entry does not compile. Of all primitives, or of a chapter. */
export type VjpTable<Names extends PrimitiveName = PrimitiveName> = {
  readonly [N in Names]: VjpRules<N>;
};
