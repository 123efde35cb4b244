import { reshapedStrides } from '../../layout.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import { copyInOrder } from './contiguous.js';

/** Views are views on every backend; this is the copy that a reshape of elements out of order makes. */
export function rearrangementKernels(context: Context): FastKernels {
  return { reshape: reshape(context) };
}

function reshape(context: Context): FastKernel<'reshape'> {
  return ([x], _attributes, layout, dtype) => {
    const isWide = dtype === 'float32' || dtype === 'int32';
    if (!isWide || !context.takes(layout.size) || x.layout.isContiguous) return undefined;
    if (reshapedStrides(x.layout, layout.shape) !== undefined) return undefined; // a view
    return context.stage.result('reshape', layout, dtype, (out) => {
      copyInOrder(context, out, context.stage.address('reshape', x), x);
    });
  };
}
