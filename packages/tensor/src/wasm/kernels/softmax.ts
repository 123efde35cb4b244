import { checkIndex } from '../../checks.js';
import { arrayOf } from '../../reference/storage.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import { addressInOrder } from './contiguous.js';

/** Log-softmax and cross-entropy of rows of float32. */
export function softmaxKernels(context: Context): FastKernels {
  return { logSoftmax: logSoftmax(context), softmaxCrossEntropy: softmaxCrossEntropy(context) };
}

function logSoftmax(context: Context): FastKernel<'logSoftmax'> {
  return ([x], _attributes, layout, dtype) => {
    if (x.dtype !== 'float32' || !context.takes(layout.size)) return undefined;
    const classes = x.shape[x.rank - 1] as number;
    return context.stage.result('logSoftmax', layout, dtype, (out) => {
      context.softmax.logSoftmax(out, addressInOrder(context, 'logSoftmax', x), x.size / classes, classes);
    });
  };
}

function softmaxCrossEntropy(context: Context): FastKernel<'softmaxCrossEntropy'> {
  return ([logits, labels], _attributes, layout, dtype) => {
    if (logits.dtype !== 'float32' || !context.takes(logits.size) || !labels.layout.isContiguous)
      return undefined;
    const classes = logits.shape[logits.rank - 1] as number;
    const values = arrayOf(labels);
    for (let row = 0; row < labels.size; row++) {
      checkIndex('crossEntropy', 'label', values[labels.offset + row] as number, classes);
    }
    return context.stage.result('crossEntropy', layout, dtype, (out) => {
      const x = addressInOrder(context, 'crossEntropy', logits);
      context.softmax.crossEntropy(
        out,
        x,
        labels.size,
        classes,
        context.stage.address('crossEntropy', labels),
      );
    });
  };
}
