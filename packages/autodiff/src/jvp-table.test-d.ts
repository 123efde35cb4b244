import { type JvpRules, type JvpTable, linear, type TangentRule } from './jvp-rule.js';
import { jvpTable } from './jvp-table.js';
import { nonDifferentiable } from './vjp-rule.js';

/*
 * Compile-time claims about the forward table: each line below an expected error must not compile, and the compiler
 * reports an expected error that is none.
 */

const { exp: _exp, ...withoutExp } = jvpTable;
// @ts-expect-error A table that lacks a primitive is no table.
export const incomplete: JvpTable = withoutExp;

export const unknown: JvpTable = {
  ...jvpTable,
  // @ts-expect-error Nor is one that knows a primitive that does not exist.
  sine: linear,
};

// @ts-expect-error Each argument has its rule: two for a product.
export const oneRuleForTwo: JvpRules<'mul'> = [linear];

// @ts-expect-error And no more than that.
export const twoRulesForOne: JvpRules<'exp'> = [(t, y) => t.mul(y), nonDifferentiable];

// @ts-expect-error A rule answers with a tangent at once: there is no later.
export const pullback: JvpRules<'exp'> = [(_t, y) => () => y];

// @ts-expect-error A rule sees the attributes of its own primitive: a sum has axes.
export type NoSuchAttribute = Parameters<TangentRule<'sum'>>[3]['axis'];

// @ts-expect-error Where any number of arguments may come, there is no rule for one of them.
export const oneOfMany: JvpRules<'concat'> = [linear];

export const variadic: JvpRules<'concat'> = linear;
export const right: JvpRules<'div'> = [linear, (t, y, _a, b) => t.mul(y).div(b).neg()];
