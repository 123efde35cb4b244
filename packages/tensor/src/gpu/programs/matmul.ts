import type { Kernel, Kernels } from '../../backend.js';
import { broadcastStrides, type Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Activation } from '../../primitives/linear.js';
import type { Context } from '../context.js';
import { define } from '../formulas.js';
import { affine, collapse, coordinates, steps, sumLoop } from '../text.js';

/** Expressions in the sum `y`. */
const activations: { readonly [A in Activation]: string } = {
  none: 'y',
  relu: 'reluOf(y)',
  tanh: 'tanhOf(y)',
};

/** So many products a round of the loop: a round costs about as much as a product. */
const unrolled = 4;

/**
 * Statements that add up the products along the inner axis into `total`, given that a row of the left operand starts at `row`, a column of the
 * right one at `column`, and how far the elements of each lie apart.
 */
function product(inner: number, stepA: number, stepB: number): string {
  const rounds = Math.floor(inner / unrolled);
  const at = (name: string, step: number, k: number): string =>
    affine(k * step, [
      [name, 1],
      ['r', unrolled * step],
    ]);
  const terms = Array.from(
    { length: unrolled },
    (_, k) => `      part = part + x0[${at('row', stepA, k)}] * x1[${at('column', stepB, k)}];`,
  );
  const rest = Array.from({ length: inner - rounds * unrolled }, (_, k) => {
    const place = rounds * unrolled + k;
    return `  total = total + x0[${affine(place * stepA, [['row', 1]])}] * x1[${affine(place * stepB, [['column', 1]])}];`;
  });
  return [sumLoop(rounds, terms.join('\n'), 64 / unrolled), ...rest].join('\n');
}

/** One result an element, a loop over the inner axis: strides say where the operands lie, so a transposed one costs no copy. */
export function matmulKernels(context: Context): Kernels<'matmul' | 'linear'> {
  const matmul: Kernel<'matmul'> = ([a, b], _, layout, dtype) => {
    const inner = a.shape.at(-1) as number;
    const operands = [context.array(a), context.array(b)];
    const body = (): string => {
      const walk = collapse({
        shape: layout.shape,
        strides: [outerStrides(a, layout, -2), outerStrides(b, layout, -1)],
      });
      const [left, right] = walk.strides as [number[], number[]];
      return [
        walk.shape.length === 0 ? '' : coordinates(walk.shape, 'i', 'c'),
        `  const row = ${affine(a.offset, steps('c', left))};`,
        `  const column = ${affine(b.offset, steps('c', right))};`,
        product(inner, a.layout.strides.at(-1) as number, b.layout.strides.at(-2) as number),
        '  return total;',
      ].join('\n');
    };
    const of = `${a.shape.join()} ${b.shape.join()}`;
    return context.run({ name: 'matmul', of, body }, operands, layout, dtype);
  };
  const linear: Kernel<'linear'> = ([x, weight, bias], { activation }, layout, dtype) => {
    const operands = [x, weight, bias].map((operand) => context.array(operand));
    const last = layout.shape.length - 1;
    const [step, stepW] = [x, weight].map(({ layout: { strides } }) => strides.at(-1) as number) as [
      number,
      number,
    ];
    const inner = x.shape.at(-1) as number;
    const body = (): string =>
      [
        coordinates(layout.shape, 'i', 'c'),
        `  const row = ${affine(x.offset, steps('c', x.layout.strides.slice(0, -1)))};`,
        `  const column = ${affine(weight.offset, [[`c${last}`, weight.layout.strides[0] as number]])};`,
        product(inner, step, stepW),
        `  const y = total + x2[${affine(bias.offset, [[`c${last}`, bias.layout.strides[0] as number]])}];`,
        ...define('result', activations[activation]),
        '  return result;',
      ].join('\n');
    return context.run({ name: `linear ${activation}`, of: String(inner), body }, operands, layout, dtype);
  };
  return { matmul, linear };
}

/** The strides of an operand along the result's axes: of its own matrix axes it has the one at `own` (-2: rows, -1: columns). */
function outerStrides(x: Tensor, layout: Layout, own: -2 | -1): number[] {
  const rank = layout.shape.length;
  const shape = [...layout.shape.slice(0, -2), ...x.shape.slice(-2)];
  const strides = broadcastStrides(x.layout, shape);
  // A matrix axis of extent 1 is not stretched, and stride 0 is as good as any.
  return strides.map((stride, axis) => (axis < rank - 2 || axis === rank + own ? stride : 0));
}
