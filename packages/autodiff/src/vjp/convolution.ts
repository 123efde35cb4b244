import { bind, type Convolutions, primitives, type Shape } from '@renyi/tensor';
import type { VjpTable } from '../vjp-rule.js';

const { conv2d, conv2dGradInput, conv2dGradWeight } = primitives;

/**
 * Convolution and its two adjoints are the three partial derivatives of one trilinear form <y, x * w>. Each of them is
 * linear in both of its operands, and the adjoint in one is the third of them. `vjp-table.ts` says how to read a rule.
 */
// biome-ignore format: a rule is a line, as in a table of derivatives.
export const convolutions: VjpTable<keyof Convolutions> = {
  conv2d: [
    (_, { shape }, w, attributes) => (g) => bind(conv2dGradInput, [g, w], { ...attributes, size: lastTwo(shape) }),
    (_, x, { shape }, attributes) => (g) => bind(conv2dGradWeight, [x, g], { ...attributes, kernel: lastTwo(shape) }),
  ],
  conv2dGradInput: [
    (_, _y, w, { size: _size, ...attributes }) => (g) => bind(conv2d, [g, w], attributes),
    (_, y, { shape }, { size: _size, ...attributes }) => (g) =>
      bind(conv2dGradWeight, [g, y], { ...attributes, kernel: lastTwo(shape) }),
  ],
  conv2dGradWeight: [
    (_, { shape }, y, { kernel: _kernel, ...attributes }) => (g) =>
      bind(conv2dGradInput, [y, g], { ...attributes, size: lastTwo(shape) }),
    (_, x, _y, { kernel: _kernel, ...attributes }) => (g) => bind(conv2d, [x, g], attributes),
  ],
};

function lastTwo(shape: Shape): [height: number, width: number] {
  return shape.slice(-2) as [number, number];
}
