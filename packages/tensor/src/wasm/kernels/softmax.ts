import { checkIndex } from '../../checks.js';
import { arrayOf } from '../../reference/storage.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import { addressInOrder } from './contiguous.js';
import { inRows } from './parts.js';

/** Log-softmax and cross-entropy of rows of float32. */
export function softmaxKernels(context: Context): FastKernels {
  return { logSoftmax: logSoftmax(context), softmaxCrossEntropy: softmaxCrossEntropy(context) };
}

function logSoftmax(context: Context): FastKernel<'logSoftmax'> {
  return ([x], _attributes, layout, dtype) => {
    if (x.dtype !== 'float32' || !context.takes(layout.size)) return undefined;
    const classes = x.shape[x.rank - 1] as number;
    return context.stage.result('logSoftmax', layout, dtype, (out) => {
      const address = addressInOrder(context, 'logSoftmax', x);
      inRows(context, x.size / classes, classes, false, (sink, from, count) => {
        const start = 4 * from * classes;
        sink(context.softmax.logSoftmax, out + start, address + start, count, classes);
      });
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
      const rows = context.stage.address('crossEntropy', labels);
      inRows(context, labels.size, classes, true, (sink, from, count) => {
        const own = [count, classes, rows + 4 * from] as const;
        sink(context.softmax.crossEntropy, out + 4 * from, x + 4 * from * classes, ...own);
      });
    });
  };
}
