import type { Tensor } from '@renyi/tensor';
import { type ArgumentRule, nonDifferentiable, type VjpRules, type VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

/*
 * Compile-time claims about the table of derivatives: each line below an expected error must not compile, and the
 * compiler reports an expected error that is none.
 */

const { exp: _exp, ...withoutExp } = vjpTable;
// @ts-expect-error A table that lacks a primitive is no table.
export const incomplete: VjpTable = withoutExp;

export const unknown: VjpTable = {
  ...vjpTable,
  // @ts-expect-error Nor is one that knows a primitive that does not exist.
  sine: nonDifferentiable,
};

// @ts-expect-error Each argument has its rule: two for a product.
export const oneRuleForTwo: VjpRules<'mul'> = [(_, _a, b) => (g) => g.mul(b)];

// @ts-expect-error And no more than that.
export const twoRulesForOne: VjpRules<'exp'> = [(y) => (g) => g.mul(y), nonDifferentiable];

// @ts-expect-error A rule answers with a pullback, not with a cotangent.
export const noPullback: VjpRules<'exp'> = [(y) => y];

// @ts-expect-error A rule sees the attributes of its own primitive: a sum has axes.
export type NoSuchAttribute = Parameters<ArgumentRule<'sum'>>[2]['axis'];

// @ts-expect-error Where any number of arguments may come, a rule for one of them is none.
export const oneOfMany: VjpRules<'concat'> = [(_, x) => (g) => g.mul(x)];

export const variadic: VjpRules<'concat'> = (_, inputs) => (index) => (g) => g.mul(inputs[index] as Tensor);

export const right: VjpRules<'where'> = [nonDifferentiable, () => (g) => g, nonDifferentiable];
