import { reshapedStrides } from '../../layout.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import { copyInOrder } from './contiguous.js';

/** Views are views on every backend; these are the copies: a reshape of elements out of order, and operands one after the other. */
export function rearrangementKernels(context: Context): FastKernels {
  return { reshape: reshape(context), concat: concat(context) };
}

function concat(context: Context): FastKernel<'concat'> {
  return (inputs, { axis }, layout, dtype) => {
    const areWide = inputs.every((x) => x.dtype === dtype && (dtype === 'float32' || dtype === 'int32'));
    const isOutermost = layout.shape.every((extent, own) => own >= axis || extent === 1);
    if (!areWide || !isOutermost || !context.takes(layout.size)) return undefined;
    return context.stage.result('concat', layout, dtype, (out) => {
      let next = out;
      for (const x of inputs) {
        // Each runs over into the next one, which comes after it.
        if (x.size > 0) copyInOrder(context, next, context.stage.address('concat', x), x);
        next += 4 * x.size;
      }
    });
  };
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
