import type { Tensor } from '../../tensor.js';
import { arrayOf } from '../../reference/storage.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import { addressInOrder } from './contiguous.js';
import { inOverrunningRows, inRows } from './parts.js';

/** Indices along the last axis, in float32 (gather: any dtype of 4 bytes), and the largest elements of windows without padding. */
export function indexingKernels(context: Context): FastKernels {
  return {
    gather: gather(context),
    scatterAdd: scatterAdd(context),
    maxPool2dIndices: largest(context),
  };
}

/** Whether rows of indices meet the rows of x one by one. */
function areRows(x: Tensor, indices: Tensor, axis: number): boolean {
  return axis === x.rank - 1 && x.shape.every((extent, i) => i === axis || extent === indices.shape[i]);
}

function gather(context: Context): FastKernel<'gather'> {
  return ([x, indices], { axis }, layout, dtype) => {
    const isWide = x.dtype === 'float32' || x.dtype === 'int32';
    if (!isWide || !context.takes(layout.size) || !areRows(x, indices, axis)) return undefined;
    const [extent, count] = [x.shape[axis] as number, indices.shape[axis] as number];
    return context.stage.attempt('gather', layout, dtype, (out) => {
      const source = addressInOrder(context, 'gather', x);
      const places = addressInOrder(context, 'gather', indices);
      return withoutFailure(context, 'gather', (failed) => {
        const rows = layout.size / count;
        inRows(context, rows, count, true, (sink, from, own) => {
          const [to, start] = [out + 4 * from * count, source + 4 * from * extent];
          sink(context.indexing.gather, to, start, places + 4 * from * count, own, extent, count, failed);
        });
      });
    });
  };
}

function scatterAdd(context: Context): FastKernel<'scatterAdd'> {
  return ([x, indices, updates], { axis }, layout, dtype) => {
    if (x.dtype !== 'float32' || updates.dtype !== 'float32') return undefined;
    if (!context.takes(layout.size) || !areRows(x, indices, axis)) return undefined;
    const [extent, count] = [x.shape[axis] as number, indices.shape[axis] as number];
    const { stage } = context;
    return stage.attempt('scatterAdd', layout, dtype, (out) => {
      // One number for all, as where there is nothing to add to: a row of it is enough.
      const isConstant = x.layout.strides.every((step) => step === 0);
      const source = isConstant
        ? filledRow(context, 'scatterAdd', arrayOf(x)[x.offset] as number, extent)
        : addressInOrder(context, 'scatterAdd', x);
      const strideX = isConstant ? 0 : 4 * extent;
      const places = addressInOrder(context, 'scatterAdd', indices);
      const added = addressInOrder(context, 'scatterAdd', updates);
      const isExact = extent % 4 === 0;
      const rows = { out, count: layout.size / extent, bytes: 4 * extent, elements: extent, isExact };
      return withoutFailure(context, 'scatterAdd', (failed) => {
        inOverrunningRows(context, 'scatterAdd', rows, (sink, from, own, to) => {
          const start = source + strideX * from;
          const [indices, updates] = [places + 4 * from * count, added + 4 * from * count];
          const room = [stage.temporary('scatterAdd', 8 * extent), stage.temporary('scatterAdd', 4 * extent)];
          const extents = [own, extent, count, failed] as const;
          sink(context.indexing.scatter, to, start, strideX, indices, updates, ...extents, ...room);
        });
      });
    });
  };
}

/** Whether `compute` leaves alone the int32 whose address it is given. (Where it does not, an index is out of range: the loop says which.) */
function withoutFailure({ stage }: Context, operation: string, compute: (failed: number) => void): boolean {
  const failed = stage.temporary(operation, 4);
  stage.memory.view('int32')[failed / 4] = 0;
  compute(failed);
  return stage.memory.view('int32')[failed / 4] === 0;
}

/** The address of `count` float32 that are all the same. */
function filledRow({ stage }: Context, operation: string, value: number, count: number): number {
  const address = stage.temporary(operation, 4 * count + 16);
  stage.memory.view('float32').fill(value, address / 4, address / 4 + count);
  return address;
}

function largest(context: Context): FastKernel<'maxPool2dIndices'> {
  return ([x], { kernel, stride, padding, dilation }, layout, dtype) => {
    if (x.dtype !== 'float32' || !context.takes(layout.size)) return undefined;
    if (padding.flat().some((end) => end > 0)) return undefined;
    const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
    const [windowsDown, windowsAcross] = layout.shape.slice(2) as [number, number];
    return context.stage.result('maxPool2d', layout, dtype, (out) => {
      const images = addressInOrder(context, 'maxPool2d', x);
      const windows = windowsDown * windowsAcross;
      const elements = windows * kernel[0] * kernel[1];
      const isExact = windowsAcross % 4 === 0;
      const planes = { out, count: batch * channels, bytes: 4 * windows, elements, isExact };
      inOverrunningRows(context, 'maxPool2d', planes, (sink, from, own, to) => {
        const [start, extents] = [images + 4 * from * height * width, [height, width] as const];
        const steps = [...kernel, ...stride, ...dilation] as const;
        sink(context.indexing.largest, to, start, own, ...extents, windowsDown, windowsAcross, ...steps);
      });
    });
  };
}
