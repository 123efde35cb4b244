import type { Kernels } from '../../backend.js';
import type { DType } from '../../dtype.js';
import { Layout } from '../../layout.js';
import type { Convolution } from '../../primitives/convolution.js';
import type { Convolutions } from '../../primitives/signatures.js';
import { type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { affine, coordinates, loop, within } from '../text.js';
import { convolutionProduct, inputGradientProduct, weightGradientProduct } from './convolution-product.js';

/** So many numbers of what windows cover are copied at once; beyond, images are taken a few at a time. */
const mostCopied = 2 ** 23;

/** As many terms as one kernel sums for the gradient of a weight; beyond, it leaves the sum over the batch to another. */
const longest = 4096;

/** Large ones as products; others directly: each element of the result gathers its own terms, and what lies in the padding is skipped. */
export function convolutionKernels(context: Context): Kernels<keyof Convolutions> {
  const imagesOf = (x: Tensor, start: number, count: number): Tensor => {
    const layout = new Layout([count, ...x.shape.slice(1)], x.layout.strides);
    return context.view(x, layout, x.offset + start * (x.layout.strides[0] as number));
  };

  /** What `compute` makes of a few images of `x` at a time, if all of them are too many for one copy of `copied` numbers an image. */
  const inPieces = (
    [x, ...others]: readonly [Tensor, ...(readonly Tensor[])],
    copied: number,
    { groups }: Convolution,
    compute: (images: Tensor, count: number, others: readonly Tensor[]) => Tensor,
  ): Tensor[] | undefined => {
    const [batch] = x.shape as Four;
    const pieces = Math.min(batch, Math.ceil((batch * copied) / mostCopied));
    if (pieces <= 1 || groups !== 1) return undefined;
    const most = Math.ceil(batch / pieces);
    return Array.from({ length: Math.ceil(batch / most) }, (_, piece) => {
      const start = piece * most;
      const count = Math.min(most, batch - start);
      const views = [x, ...others].map((own) => imagesOf(own, start, count));
      const result = compute(views[0] as Tensor, count, views.slice(1));
      for (const view of views) view.dispose();
      return result;
    });
  };

  const joined = (parts: readonly Tensor[], layout: Layout, dtype: DType): Tensor => {
    const { concat } = (parts[0] as Tensor).storage.backend.kernels;
    const result = concat!(parts, { axis: 0 }, layout, dtype);
    for (const part of parts) part.dispose();
    return result;
  };

  const kernels: Kernels<keyof Convolutions> = {
    conv2d: ([x, weight], attributes, layout, dtype) => {
      const windows = layout.shape.slice(2);
      const copied = sizeOf(windows) * sizeOf(weight.shape.slice(1));
      const parts = inPieces([x], copied, attributes, (images, count) =>
        kernels.conv2d([images, weight], attributes, withImages(layout, count), dtype),
      );
      if (parts !== undefined) return joined(parts, layout, dtype);
      const [, , height, width] = x.shape as Four;
      const [filters, depth, tapsDown, tapsAcross] = weight.shape as Four;
      const { stride, padding, dilation, groups } = attributes;
      const source = index(x, ['c0', `first + c`, 'down', 'across']);
      const tap = index(weight, ['c1', 'c', 'k', 'l']);
      const body = [
        coordinates(layout.shape, 'i', 'c'),
        `  const first = ${firstChannel('c1', filters / groups, depth)};`,
        '  let total = 0;',
        ...loop('c', depth, [
          '  let part = 0;',
          ...loop('k', tapsDown, [
            `  const down = c2 * ${stride[0]} + k * ${dilation[0]} - ${padding[0]![0]};`,
            ...within(
              'down',
              height,
              loop('l', tapsAcross, [
                `  const across = c3 * ${stride[1]} + l * ${dilation[1]} - ${padding[1]![0]};`,
                ...within('across', width, [`  part = part + x0[${source}] * x1[${tap}];`]),
              ]),
            ),
          ]),
          '  total = total + part;',
        ]),
        '  return total;',
      ].join('\n');
      return (
        convolutionProduct(context, [x, weight], attributes, layout, dtype, () => body) ??
        context.run({ name: 'conv2d', body }, [context.array(x), context.array(weight)], layout, dtype)
      );
    },

    conv2dGradInput: ([g, weight], attributes, layout, dtype) => {
      const places = layout.shape.slice(2);
      const copied = sizeOf(places) * sizeOf([weight.shape[0] as number, ...weight.shape.slice(2)]);
      const some = inPieces([g], copied, attributes, (images, count) =>
        kernels.conv2dGradInput([images, weight], attributes, withImages(layout, count), dtype),
      );
      if (some !== undefined) return joined(some, layout, dtype);
      const [, filters, rows, columns] = g.shape as Four;
      const [, depth, tapsDown, tapsAcross] = weight.shape as Four;
      const { stride, padding, dilation, groups } = attributes;
      const share = filters / groups;
      const cotangent = index(g, ['c0', `group * ${share} + f`, 'row', 'column']);
      const tap = index(weight, [`group * ${share} + f`, `c1 - group * ${depth}`, 'k', 'l']);
      const body = [
        coordinates(layout.shape, 'i', 'c'),
        `  const group = Math.floor((c1 + 0.25) / ${depth});`,
        '  let total = 0;',
        ...loop('f', share, [
          '  let part = 0;',
          ...loop('k', tapsDown, [
            ...windowAt('row', `c2 + ${padding[0]![0]} - k * ${dilation[0]}`, stride[0] as number, rows, [
              ...loop('l', tapsAcross, [
                ...windowAt(
                  'column',
                  `c3 + ${padding[1]![0]} - l * ${dilation[1]}`,
                  stride[1] as number,
                  columns,
                  [`  part = part + x0[${cotangent}] * x1[${tap}];`],
                ),
              ]),
            ]),
          ]),
          '  total = total + part;',
        ]),
        '  return total;',
      ].join('\n');
      return (
        inputGradientProduct(context, [g, weight], attributes, layout, dtype, () => body) ??
        context.run(
          { name: 'conv2dGradInput', body },
          [context.array(g), context.array(weight)],
          layout,
          dtype,
        )
      );
    },

    conv2dGradWeight: ([x, g], attributes, layout, dtype) => {
      const [batch, , rows, columns] = g.shape as Four;
      const copied = rows * columns * sizeOf(layout.shape.slice(1));
      const some = inPieces([x, g], copied, attributes, (images, _, [own]) =>
        kernels.conv2dGradWeight([images, own as Tensor], attributes, layout, dtype),
      );
      if (some !== undefined) return some.reduce((total, part) => added(total, part, layout, dtype));
      const isSplit = batch * rows * columns > longest;
      const operands = [context.array(x), context.array(g)];
      const parts = isSplit ? Layout.contiguous([batch, ...layout.shape]) : layout;
      const body = (): string => gradWeightBody(x, g, attributes, layout.shape, isSplit);
      const result =
        weightGradientProduct(context, [x, g], attributes, parts, dtype, body, isSplit) ??
        context.run({ name: 'conv2dGradWeight', body: body() }, operands, parts, dtype);
      if (!isSplit) return result;
      return x.storage.backend.kernels.sum!([result], { axes: [0], keepDims: false }, layout, dtype);
    },
  };
  return kernels;
}

function withImages({ shape }: Layout, count: number): Layout {
  return Layout.contiguous([count, ...shape.slice(1)]);
}

/** The sum of two tensors that nobody else has. */
function added(a: Tensor, b: Tensor, layout: Layout, dtype: DType): Tensor {
  const total = a.storage.backend.kernels.add!([a, b], {}, layout, dtype);
  a.dispose();
  b.dispose();
  return total;
}

function gradWeightBody(
  x: Tensor,
  g: Tensor,
  { stride, padding, dilation, groups }: Convolution,
  weight: Shape,
  isSplit: boolean,
): string {
  const [, , height, width] = x.shape as Four;
  const [batch, filters, rows, columns] = g.shape as Four;
  const depth = weight[1] as number;
  const shape = isSplit ? [batch, ...weight] : weight;
  const [f, c, k, l] = (isSplit ? ['c1', 'c2', 'c3', 'c4'] : ['c0', 'c1', 'c2', 'c3']) as [
    string,
    string,
    string,
    string,
  ];
  const n = isSplit ? 'c0' : 'n';
  const source = index(x, [n, `first + ${c}`, 'down', 'across']);
  const cotangent = index(g, [n, f, 'row', 'column']);
  const overRows = loop('row', rows, [
    '  let part = 0;',
    `  const down = row * ${stride[0]} + ${k} * ${dilation[0]} - ${padding[0]![0]};`,
    ...within(
      'down',
      height,
      loop('column', columns, [
        `  const across = column * ${stride[1]} + ${l} * ${dilation[1]} - ${padding[1]![0]};`,
        ...within('across', width, [`  part = part + x0[${source}] * x1[${cotangent}];`]),
      ]),
    ),
    '  total = total + part;',
  ]);
  return [
    coordinates(shape, 'i', 'c'),
    `  const first = ${firstChannel(f, filters / groups, depth)};`,
    '  let total = 0;',
    ...(isSplit ? overRows : loop('n', batch, overRows)),
    '  return total;',
  ].join('\n');
}

type Four = readonly [number, number, number, number];

/** The window whose tap lies `reach` further than the window's first element, if it is a whole one. */
function windowAt(
  name: string,
  reach: string,
  stride: number,
  count: number,
  body: readonly string[],
): string[] {
  const inside = within(name, count, body);
  if (stride === 1) return [`  const ${name} = ${reach};`, ...inside];
  return [
    `  const ${name}reach = ${reach};`,
    `  const ${name} = Math.floor((${name}reach + 0.25) / ${stride});`,
    `  if (${name} * ${stride} === ${name}reach) {`,
    ...inside,
    '  }',
  ];
}

/** The first channel of the group to which a filter belongs. */
function firstChannel(filter: string, share: number, depth: number): string {
  return `Math.floor((${filter} + 0.25) / ${share}) * ${depth}`;
}

/** The index of an element, given an expression for each coordinate. */
function index({ offset, layout: { strides } }: Tensor, at: readonly string[]): string {
  return affine(
    offset,
    at.map((expression, axis) => [`(${expression})`, strides[axis] as number] as const),
  );
}
