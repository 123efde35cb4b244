import type { DType } from '../../dtype.js';
import type { Layout } from '../../layout.js';
import type { Convolution } from '../../primitives/convolution.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { affine, coordinates, steps } from '../text.js';
import { type Element, type Factor, product, type Product } from './product.js';

/*
 * Convolutions as products of matrices: the taps of each filter lie along the inner axis, and with them what each window covers, which is copied into
 * rows for that. Undefined where there are groups, whose products are small, or where `product` says so.
 */

type Four = readonly [number, number, number, number];

/**
 * What lies in the padding has no influence, be the weight infinite: in a product it is a 0, which makes NaN of that. So what comes out as NaN is added
 * up again as small convolutions are, by their statements. They end with `return total` and read the same operands, which come after the tiles here.
 */
function finishOf(direct: () => string, first: Factor, second: Factor): Product['finish'] {
  return {
    of: `${first.of} ${second.of}`,
    operands: [first.operand, second.operand],
    lines: (): string[] => [
      '  let result = tiled;',
      '  if (tiled <= infinity) { } else {',
      direct()
        .replace('  return total;', '  result = total;')
        .replaceAll(/\bx([01])\[/g, (_, k: string) => `x${Number(k) + 1}[`),
      '  }',
    ],
  };
}

/** Every filter with every window. */
export function convolutionProduct(
  context: Context,
  [x, weight]: readonly [Tensor, Tensor],
  own: Convolution,
  layout: Layout,
  dtype: DType,
  direct: () => string,
): Tensor | undefined {
  if (own.groups !== 1) return undefined;
  const [batch] = x.shape as Four;
  const [filters, ...taps] = weight.shape as Four;
  const [, , rows, columns] = layout.shape as Four;
  const left = tapsOf(context, weight, filters, [1, 2, 3]);
  const right: Factor = {
    operand: context.array(x),
    matrices: batch,
    rows: rows * columns,
    of: `windows ${describe(own)} ${taps.join()} ${columns}`,
    start: () => [coordinates([rows, columns], 'row', 'p'), ...imageStart(x, 'matrix')],
    element: (inner) => {
      const tap = [1, 2].map((axis) => `${inner}t${axis}`) as [string, string];
      const covered = coveredBy(own, x, ['p0', 'p1'], tap, inner);
      return {
        lines: [coordinates(taps, inner, `${inner}t`), ...covered.lines],
        inside: covered.inside,
        index: `image + ${affine(0, [[`${inner}t0`, stride(x, 1)]])} + ${covered.index}`,
      };
    },
  };
  const inner = taps.reduce((count, extent) => count * extent, 1);
  const finish = finishOf(direct, right, left);
  return product(context, { name: 'conv2d', left, right, inner, finish }, layout, dtype);
}

/** For each element of the input, every tap of every filter with the window whose tap lay there. */
export function inputGradientProduct(
  context: Context,
  [g, weight]: readonly [Tensor, Tensor],
  own: Convolution,
  layout: Layout,
  dtype: DType,
  direct: () => string,
): Tensor | undefined {
  if (own.groups !== 1) return undefined;
  const [batch, , windowsDown, windowsAcross] = g.shape as Four;
  const [filters, depth, ...taps] = weight.shape as Four;
  const [, , height, width] = layout.shape as Four;
  const left = tapsOf(context, weight, depth, [0, 2, 3]);
  const right: Factor = {
    operand: context.array(g),
    matrices: batch,
    rows: height * width,
    of: `places ${describe(own)} ${taps.join()} ${width}`,
    start: () => [coordinates([height, width], 'row', 'p'), ...imageStart(g, 'matrix')],
    element: (inner) => {
      const ways = ([0, 1] as const).map((axis) =>
        windowAt(own, axis, [windowsDown, windowsAcross][axis] as number, `p${axis}`, inner),
      );
      return {
        lines: [coordinates([filters, ...taps], inner, `${inner}t`), ...ways.flatMap(({ lines }) => lines)],
        inside: ways.flatMap(({ inside }) => inside),
        index: `image + ${affine(0, [
          [`${inner}t0`, stride(g, 1)],
          ...ways.map(({ index }, axis) => [index, stride(g, 2 + axis)] as const),
        ])}`,
      };
    },
  };
  const inner = filters * taps[0] * taps[1];
  const finish = finishOf(direct, right, left);
  return product(context, { name: 'conv2dGradInput', left, right, inner, finish }, layout, dtype);
}

/**
 * For each tap of each filter, all windows.
 * @param isSplit whether each image of the batch has a sum of its own, the first axis of the result
 */
export function weightGradientProduct(
  context: Context,
  [x, g]: readonly [Tensor, Tensor],
  own: Convolution,
  layout: Layout,
  dtype: DType,
  direct: () => string,
  isSplit: boolean,
): Tensor | undefined {
  if (own.groups !== 1) return undefined;
  const [batch, filters, rows, columns] = g.shape as Four;
  const taps = layout.shape.slice(-3) as [number, number, number];
  const windows = isSplit ? [rows, columns] : [batch, rows, columns];
  const matrices = isSplit ? batch : 1;
  /** Names of a window's image, row and column, given its place along the inner axis. */
  const window = (inner: string): [string, string, string] =>
    isSplit ? ['matrix', `${inner}w0`, `${inner}w1`] : [`${inner}w0`, `${inner}w1`, `${inner}w2`];
  const left: Factor = {
    operand: context.array(g),
    matrices,
    rows: filters,
    of: `of windows ${windows.join()}`,
    start: () => [`  const base = ${affine(g.offset, [['row', stride(g, 1)]])};`],
    element: (inner) => {
      const [image, down, across] = window(inner);
      const index = affine(0, [
        ['base', 1],
        [image, stride(g, 0)],
        [down, stride(g, 2)],
        [across, stride(g, 3)],
      ]);
      return { lines: [coordinates(windows, inner, `${inner}w`)], inside: [], index };
    },
  };
  const right: Factor = {
    operand: context.array(x),
    matrices,
    rows: taps[0] * taps[1] * taps[2],
    of: `taps ${describe(own)} ${taps.join()} ${windows.join()}`,
    start: () => [
      coordinates(taps, 'row', 't'),
      `  const base = ${affine(x.offset, [['t0', stride(x, 1)]])};`,
    ],
    element: (inner) => {
      const [image, ...place] = window(inner);
      const covered = coveredBy(own, x, place, ['t1', 't2'], inner);
      return {
        lines: [coordinates(windows, inner, `${inner}w`), ...covered.lines],
        inside: covered.inside,
        index: `base + ${affine(0, [[image, stride(x, 0)]])} + ${covered.index}`,
      };
    },
  };
  const inner = windows.reduce((count, extent) => count * extent, 1);
  const finish = finishOf(direct, right, left);
  return product(context, { name: 'conv2dGradWeight', left, right, inner, finish }, layout, dtype);
}

/** Weights as rows: of each filter, or of each channel of the input; along the inner axis the other `axes`. */
function tapsOf(context: Context, weight: Tensor, rows: number, axes: readonly number[]): Factor {
  const inner = axes.map((axis) => weight.shape[axis] as number);
  const strides = axes.map((axis) => stride(weight, axis));
  const own = axes.includes(0) ? 1 : 0;
  return {
    operand: context.array(weight),
    matrices: 1,
    rows,
    of: `weights ${inner.join()} ${axes.join()}`,
    start: () => [`  const base = ${affine(weight.offset, [['row', stride(weight, own)]])};`],
    element: (name) => ({
      lines: [coordinates(inner, name, `${name}t`)],
      inside: [],
      index: affine(0, [['base', 1], ...steps(`${name}t`, strides)]),
    }),
  };
}

function imageStart(x: Tensor, image: string): string[] {
  return [`  const image = ${affine(x.offset, [[image, stride(x, 0)]])};`];
}

/** The element that a tap of a window covers; none in the padding. */
function coveredBy(
  { stride: step, padding, dilation }: Convolution,
  x: Tensor,
  window: readonly string[],
  tap: readonly string[],
  inner: string,
): Element {
  const names = [`${inner}down`, `${inner}across`];
  const isPadded = padding.flat().some((extent) => extent !== 0);
  return {
    lines: names.map(
      (name, axis) =>
        `  const ${name} = ${window[axis]} * ${step[axis]} + ${tap[axis]} * ${dilation[axis]} - ${padding[axis]![0]};`,
    ),
    inside: isPadded ? names.flatMap((name, axis) => [`${name} >= 0`, `${name} < ${x.shape[2 + axis]}`]) : [],
    index: affine(
      0,
      names.map((name, axis) => [name, stride(x, 2 + axis)] as const),
    ),
  };
}

/** The window along an axis whose tap lay at `place`, if there is one. */
function windowAt(
  { stride: steps, padding, dilation }: Convolution,
  axis: 0 | 1,
  count: number,
  place: string,
  inner: string,
): Element {
  const step = steps[axis] as number;
  const name = `${inner}window${axis}`;
  const way = `${place} + ${padding[axis]![0]} - ${inner}t${axis + 1} * ${dilation[axis]}`;
  const inside = [`${name} >= 0`, `${name} < ${count}`];
  if (step === 1) return { lines: [`  const ${name} = ${way};`], inside, index: name };
  return {
    lines: [
      `  const ${inner}way${axis} = ${way};`,
      `  const ${name} = Math.floor((${inner}way${axis} + 0.25) / ${step});`,
    ],
    inside: [`${name} * ${step} === ${inner}way${axis}`, ...inside],
    index: name,
  };
}

function describe({ stride: step, padding, dilation }: Convolution): string {
  return `${step.join()} ${padding.join()} ${dilation.join()}`;
}

function stride(x: Tensor, axis: number): number {
  return x.layout.strides[axis] as number;
}
