import type { Attributes, Inputs, PrimitiveName, Tensor } from '@renyi/tensor';
import type { ForEachInput, NonDifferentiable } from './vjp-rule.js';

/**
 * Said of a primitive that is linear in all its float operands together, or of one argument in which it is linear
 * while the others are held: its tangent is the primitive itself at the tangent.
 */
export const linear: unique symbol = Symbol('linear');
export type Linear = typeof linear;

/**
 * The forward-mode rule for one argument: (t, output, ...inputs, attributes) => what the tangent t of that argument,
 * alone, does to the output. The contributions of the arguments that move are added.
 */
export type TangentRule<N extends PrimitiveName> = (
  t: Tensor,
  output: Tensor,
  ...rest: [...Inputs<N>, Attributes<N>]
) => Tensor;

/**
 * One rule for each argument, or `linear` for all of them together, or none at all. Where the number of arguments is not
 * fixed, there is no rule for one of them.
 */
export type JvpRules<N extends PrimitiveName> =
  | (number extends Inputs<N>['length']
      ? never
      : ForEachInput<Inputs<N>, TangentRule<N> | Linear | NonDifferentiable>)
  | Linear
  | NonDifferentiable;

/** Exhaustive by type: a primitive without an entry does not compile. Of all primitives, or of a chapter. */
export type JvpTable<Names extends PrimitiveName = PrimitiveName> = {
  readonly [N in Names]: JvpRules<N>;
};
