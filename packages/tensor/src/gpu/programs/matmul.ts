import type { Kernel, Kernels } from '../../backend.js';
import { broadcastStrides, type Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Activation } from '../../primitives/linear.js';
import type { Shape } from '../../shape.js';
import type { Context, Operand } from '../context.js';
import { define } from '../formulas.js';
import { affine, collapse, coordinates, steps, sumLoop, type Walk } from '../text.js';
import { type Factor, product } from './product.js';

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
function sumOfProducts(inner: number, stepA: number, stepB: number): string {
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

/** A factor that a tensor is: `matrices` and `rows` walk over its outer axes, `stepInner` is the way along the inner one. */
function factorOf(operand: Operand, matrices: Walk, rows: Walk, stepInner: number): Factor {
  const size = ({ shape }: Walk): number => shape.reduce((count, extent) => count * extent, 1);
  const strides = (walk: Walk): readonly number[] => walk.strides[0] as readonly number[];
  const start = [...steps('m', strides(matrices)), ...steps('n', strides(rows))];
  return {
    operand,
    matrices: size(matrices),
    rows: size(rows),
    of: `${matrices.shape.join()} ${strides(matrices).join()} ${rows.shape.join()} ${strides(rows).join()} ${stepInner}`,
    start: () => [
      coordinates(matrices.shape, 'matrix', 'm'),
      coordinates(rows.shape, 'row', 'n'),
      `  const base = ${affine(operand.offset, start)};`,
    ],
    element: (inner) => ({
      lines: [],
      inside: [],
      index: affine(0, [
        ['base', 1],
        [inner, stepInner],
      ]),
    }),
  };
}

const one: Walk = { shape: [], strides: [[]] };

/** Both factors. A right one that is the same everywhere multiplies all rows of all matrices as those of a single one. */
function factorsOf(
  [left, right]: readonly [Operand, Operand],
  [a, b]: readonly [Tensor, Tensor],
  layout: Layout,
): { readonly left: Factor; readonly right: Factor } {
  const outer = layout.shape.slice(0, -2);
  const [stridesA, stridesB] = [outerStrides(a, layout, -2), outerStrides(b, layout, -1)];
  const batches = (strides: readonly number[]): Walk => {
    const own = strides.slice(0, -2);
    const isShared = own.every((stride, axis) => stride === 0 || outer[axis] === 1);
    return isShared ? one : collapse({ shape: outer, strides: [own] });
  };
  const rows = (shape: Shape, strides: readonly number[]): Walk => collapse({ shape, strides: [strides] });
  const [innerA, innerB] = [a.layout.strides.at(-1) as number, b.layout.strides.at(-2) as number];
  const [ownA, ownB] = [batches(stridesA), batches(stridesB)];
  const columns = rows(layout.shape.slice(-1), stridesB.slice(-1));
  return {
    left:
      ownB === one
        ? factorOf(left, one, rows(layout.shape.slice(0, -1), stridesA.slice(0, -1)), innerA)
        : factorOf(left, ownA, rows(layout.shape.slice(-2, -1), stridesA.slice(-2, -1)), innerA),
    right: factorOf(right, ownB, columns, innerB),
  };
}

/** Large ones in tiles, others one result an element, a loop over the inner axis: strides say where the operands lie. */
export function matmulKernels(context: Context): Kernels<'matmul' | 'linear'> {
  const matmul: Kernel<'matmul'> = ([a, b], _, layout, dtype) => {
    const inner = a.shape.at(-1) as number;
    const operands = [context.array(a), context.array(b)] as const;
    const tiled = product(
      context,
      {
        name: 'matmul',
        ...factorsOf(operands, [a, b], layout),
        inner,
        finish: { of: '', operands: [], lines: () => ['  const result = tiled;'] },
      },
      layout,
      dtype,
    );
    if (tiled !== undefined) return tiled;
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
        sumOfProducts(inner, a.layout.strides.at(-1) as number, b.layout.strides.at(-2) as number),
        '  return total;',
      ].join('\n');
    };
    const of = `${a.shape.join()} ${b.shape.join()}`;
    return context.run({ name: 'matmul', of, body }, operands, layout, dtype);
  };
  const linear: Kernel<'linear'> = ([x, weight, bias], { activation }, layout, dtype) => {
    const operands = [context.array(x), context.array(weight), context.array(bias)] as const;
    const last = layout.shape.length - 1;
    const [step, stepW] = [x, weight].map(({ layout: { strides } }) => strides.at(-1) as number) as [
      number,
      number,
    ];
    const inner = x.shape.at(-1) as number;
    const [row, stepBias] = [weight, bias].map(({ layout: { strides } }) => strides[0] as number) as [
      number,
      number,
    ];
    const rows = { shape: layout.shape.slice(0, -1), strides: [x.layout.strides.slice(0, -1)] };
    const tiled = product(
      context,
      {
        name: `linear ${activation}`,
        left: factorOf(operands[0], one, collapse(rows), step),
        right: factorOf(operands[1], one, { shape: layout.shape.slice(-1), strides: [[row]] }, stepW),
        inner,
        finish: {
          of: `${bias.offset} ${stepBias}`,
          operands: [operands[2]],
          lines: () => [
            `  const y = tiled + x1[${affine(bias.offset, [['o2', stepBias]])}];`,
            ...define('result', activations[activation]),
          ],
        },
      },
      layout,
      dtype,
    );
    if (tiled !== undefined) return tiled;
    const body = (): string =>
      [
        coordinates(layout.shape, 'i', 'c'),
        `  const row = ${affine(x.offset, steps('c', x.layout.strides.slice(0, -1)))};`,
        `  const column = ${affine(weight.offset, [[`c${last}`, row]])};`,
        sumOfProducts(inner, step, stepW),
        `  const y = total + x2[${affine(bias.offset, [[`c${last}`, stepBias]])}];`,
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
