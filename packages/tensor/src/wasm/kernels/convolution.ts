import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import type { Sink } from '../threads/calls.js';
import { addressInOrder } from './contiguous.js';
import { type Extents, extentsOf } from './convolution-extents.js';
import { multiply, multiplyInto, type Panels, panelsFor, type Product, usesSmall } from './product.js';
import { type Range, ranges } from './ranges.js';
import { isWorthSliding, slide, slideBack } from './sliding.js';

/**
 * Convolution and its two adjoints in float32: with steps of 1 as filters that slide over the images, else one image and group at a time as
 * products with the matrix of the windows.
 */
export function convolutionKernels(context: Context): FastKernels {
  return {
    conv2d: convolve(context),
    conv2dGradInput: convolveBack(context),
    conv2dGradWeight: correlate(context),
  };
}

/** Whether a call is worth the kernels: enough products, and float32 throughout. */
function isWorthIt(context: Context, a: Tensor, b: Tensor, e: Extents): boolean {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return false;
  return context.takes((e.batch * e.filters * e.taps * e.windows) / 4);
}

/** Offsets in bytes of an image and group in x, the weight, and y. */
interface Offsets {
  readonly x: number;
  readonly weight: number;
  readonly y: number;
}

/** Fewer multiplications than this are not worth a second thread. */
const smallestShared = 2 ** 20;

/**
 * Calls `visit` with the offsets in bytes of each image and group in x, the weight, and y, and with where the calls go: images
 * are shared by threads, each of which has a matrix of windows of its own.
 * @param product one of those that are made
 */
function forEachPart(
  context: Context,
  operation: string,
  e: Extents,
  product: Product,
  isShared: boolean,
  visit: (sink: Sink, at: Offsets, columns: number, panels: Panels) => void,
): void {
  const part =
    ({ from, to }: Range) =>
    (sink: Sink): void => {
      const columns = e.isPointwise ? 0 : context.stage.temporary(operation, 4 * e.taps * e.windows + 16);
      const panels = panelsFor(context, operation, product);
      for (let n = from; n < to; n++) {
        for (let group = 0; group < e.groups; group++) {
          const at: Offsets = {
            x: 4 * (n * e.channels + group * e.depth) * e.pixels,
            weight: 4 * group * e.width * e.taps,
            y: 4 * (n * e.filters + group * e.width) * e.windows,
          };
          visit(sink, at, columns, panels);
        }
      }
    };
  const threads =
    isShared && e.batch * e.filters * e.taps * e.windows >= smallestShared ? context.threads : 1;
  context.together(ranges(e.batch, threads, 1).map(part));
}

/** What all three products share: a matrix in row-major order, no bias, and no relu. */
const plain = { bias: 0, rectifies: false, accumulates: false } as const;

function convolve(context: Context): FastKernel<'conv2d'> {
  return ([x, weight], attributes, layout, dtype) => {
    const e = extentsOf(x.shape, weight.shape, layout.shape, attributes);
    if (!isWorthIt(context, x, weight, e)) return undefined;
    const { stage } = context;
    return stage.attempt('conv2d', layout, dtype, (out) => {
      const [images, filters] = [
        addressInOrder(context, 'conv2d', x),
        addressInOrder(context, 'conv2d', weight),
      ];
      // A zero of the padding times an infinite weight is NaN, where the window's element is to have no influence.
      if (e.isPadded && !areFinite(context, filters, weight.size)) return false;
      if (e.sliding !== undefined && isWorthSliding(context, e.sliding)) {
        slide(context, 'conv2d', e.sliding, { y: out, x: images, weights: filters }, false);
        return true;
      }
      const product = (at: Offsets, columns: number): Product => ({
        ...plain,
        c: out + at.y,
        a: filters + at.weight,
        b: columns === 0 ? images + at.x : columns,
        rows: e.width,
        inner: e.taps,
        columns: e.windows,
        rowC: 4 * e.windows,
        rowA: 4 * e.taps,
        innerA: 4,
        innerB: 4 * e.windows,
        columnB: 4,
      });
      const first = product({ x: 0, weight: 0, y: 0 }, 0);
      forEachPart(context, 'conv2d', e, first, !usesSmall(context, first), (sink, at, columns, panels) => {
        if (columns !== 0) sink(context.convolution.toColumns, columns, images + at.x, ...e.columns);
        multiplyInto(sink, context, product(at, columns), panels);
      });
      return true;
    });
  };
}

function convolveBack(context: Context): FastKernel<'conv2dGradInput'> {
  return ([g, weight], attributes, layout, dtype) => {
    const e = extentsOf(layout.shape, weight.shape, g.shape, attributes);
    if (!isWorthIt(context, g, weight, e)) return undefined;
    const { stage } = context;
    return stage.result('conv2dGradInput', layout, dtype, (out) => {
      const cotangents = addressInOrder(context, 'conv2dGradInput', g);
      const filters = addressInOrder(context, 'conv2dGradInput', weight);
      if (
        e.slidingBack !== undefined &&
        isWorthSliding(context, e.slidingBack) &&
        areFinite(context, filters, weight.size)
      ) {
        const weights = stage.temporary('conv2dGradInput', 4 * weight.size + 16);
        exchangeChannels(context, weights, filters, e);
        slide(context, 'conv2dGradInput', e.slidingBack, { y: out, x: cotangents, weights }, true);
        return;
      }
      if (!e.isPointwise) stage.memory.view('float32').fill(0, out / 4, out / 4 + layout.size);
      const product = (at: Offsets, columns: number): Product => ({
        ...plain,
        c: columns === 0 ? out + at.x : columns,
        a: filters + at.weight,
        b: cotangents + at.y,
        rows: e.taps,
        inner: e.width,
        columns: e.windows,
        rowC: 4 * e.windows,
        rowA: 4,
        innerA: 4 * e.taps,
        innerB: 4 * e.windows,
        columnB: 4,
      });
      const first = product({ x: 0, weight: 0, y: 0 }, 0);
      forEachPart(
        context,
        'conv2dGradInput',
        e,
        first,
        !usesSmall(context, first),
        (sink, at, columns, panels) => {
          multiplyInto(sink, context, product(at, columns), panels);
          if (columns !== 0) sink(context.convolution.addColumns, columns, out + at.x, ...e.columns);
        },
      );
    });
  };
}

function correlate(context: Context): FastKernel<'conv2dGradWeight'> {
  return ([x, g], attributes, layout, dtype) => {
    const e = extentsOf(x.shape, layout.shape, g.shape, attributes);
    if (!isWorthIt(context, x, g, e)) return undefined;
    const { stage } = context;
    return stage.attempt('conv2dGradWeight', layout, dtype, (out) => {
      const images = addressInOrder(context, 'conv2dGradWeight', x);
      const cotangents = addressInOrder(context, 'conv2dGradWeight', g);
      if (e.isPadded && !areFinite(context, cotangents, g.size)) return false;
      if (
        e.sliding !== undefined &&
        isWorthSliding(context, e.sliding) &&
        areFinite(context, images, x.size)
      ) {
        slideBack(context, 'conv2dGradWeight', e.sliding, { weights: out, x: images, g: cotangents });
        return true;
      }
      // One image after the other, with all groups of each: they meet in one sum.
      let done = 0;
      const product = (at: Offsets, columns: number): Product => ({
        ...plain,
        c: out + at.weight,
        a: cotangents + at.y,
        b: columns === 0 ? images + at.x : columns,
        rows: e.width,
        inner: e.windows,
        columns: e.taps,
        rowC: 4 * e.taps,
        rowA: 4 * e.windows,
        innerA: 4,
        innerB: 4,
        columnB: 4 * e.windows,
        accumulates: done >= e.groups,
      });
      const first = product({ x: 0, weight: 0, y: 0 }, 0);
      forEachPart(context, 'conv2dGradWeight', e, first, false, (sink, at, columns, panels) => {
        if (columns !== 0) sink(context.convolution.toColumns, columns, images + at.x, ...e.columns);
        multiply(context, 'conv2dGradWeight', product(at, columns), panels);
        done += 1;
      });
      return true;
    });
  };
}

/** The weights [groups, filters, channels, taps] as [groups, channels, filters, taps]. */
function exchangeChannels(context: Context, out: number, weights: number, e: Extents): void {
  const taps = e.taps / e.depth;
  for (let group = 0; group < e.groups; group++) {
    for (let channel = 0; channel < e.depth; channel++) {
      const to = out + 4 * (group * e.depth + channel) * e.width * taps;
      const from = weights + 4 * (group * e.width * e.depth + channel) * taps;
      context.copy(to, from, e.width, taps, 4 * e.taps, 4);
    }
  }
}

/** Whether all elements at an address are finite. */
function areFinite(context: Context, address: number, count: number): boolean {
  return context.convolution.areFinite(address, count) === 1;
}
