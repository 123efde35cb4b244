import type { Tensor } from '@renyi/tensor';
import { checkGradients } from './check-gradients.js';
import { checkpoint } from './checkpoint.js';
import { customJvp } from './custom-jvp.js';
import { customVjp } from './custom-vjp.js';
import { hessian, hvp } from './hessian.js';
import { jacobian } from './jacobian.js';
import { jvp } from './jvp.js';
import { vjp } from './vjp.js';

/*
 * Compile-time claims about the types of transforms: each line below an expected error must not compile, and the compiler
 * reports an expected error that is none.
 */

interface Layer {
  readonly w: Tensor;
  readonly b: readonly Tensor[];
}
declare const layer: { w: Tensor; b: Tensor[] };
declare const x: Tensor;
declare function apply(p: { w: Tensor; b: Tensor[] }, z: Tensor): { out: Tensor; costs: [Tensor, Tensor] };
declare function loss(p: { w: Tensor; b: Tensor[] }): Tensor;

const { output, pullback } = vjp(apply, [layer, x]);
export const out: Tensor = output.costs[1];
export const cotangents: readonly [Layer, Tensor] = pullback({ out: x, costs: [x, x] });
// @ts-expect-error A cotangent has the form of the output.
pullback({ out: x, costs: [x] });
// @ts-expect-error There is one for each input, and no more.
export const third = cotangents[2];
// @ts-expect-error Inputs are those of the function.
vjp(apply, [x, x]);

export const tangent: Tensor = jvp(apply, [layer, x], [layer, x]).tangent.out;
// @ts-expect-error A tangent has the form of its input.
jvp(apply, [layer, x], [x, layer]);

const J = jacobian((p: { w: Tensor; b: Tensor[] }) => [loss(p), p.w] as const)(layer);
export const block: Tensor = J[1].w;
// @ts-expect-error Each block has the form of the input.
export const noBlock: Tensor = J[1].v;

export const mixed: Tensor | undefined = hessian(loss)(layer).w.b[0];
export const product: Layer = hvp(loss)(layer, { w: x, b: [x] });
// @ts-expect-error The direction has the form of the argument.
hvp(loss)(layer, x);

export const scaled: (a: Tensor, p: { w: Tensor }) => Tensor = customVjp(
  (a: Tensor, p: { w: Tensor }) => a.mul(p.w),
  (_y, a, p) => (g) => [g.mul(p.w), { w: g.mul(a) }],
);
customVjp(
  (a: Tensor, b: Tensor) => a.mul(b),
  // @ts-expect-error A cotangent for each input, or null.
  () => (g) => [g],
);
customVjp(
  (a: Tensor, b: Tensor) => a.mul(b),
  (_y, _a, b) => (g) => [g.mul(b), null],
);
customJvp(
  (a: Tensor) => [a, a] as [Tensor, Tensor],
  // @ts-expect-error The tangent has the form of the output.
  ([t]) => t,
);

export const block2: (p: Layer, n: number) => Tensor = checkpoint((p: Layer, n: number) => p.w.mul(n));
// @ts-expect-error What is checkpointed returns tensors.
checkpoint((y: Tensor) => y.item());

checkGradients(apply, [layer, x]);
checkGradients((a, b) => a.mul(b), [x, x]);
// @ts-expect-error Inputs are those of the function.
checkGradients(apply, [x, x]);
// @ts-expect-error What is checked returns tensors.
checkGradients((y: Tensor) => y.item(), [x]);
