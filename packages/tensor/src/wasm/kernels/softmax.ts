import { checkIndex } from '../../checks.js';
import { arrayOf } from '../../reference/storage.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import { addressInOrder } from './contiguous.js';
import { inOverrunningRows, inRows, type OverrunningRows } from './parts.js';

/** A logit costs as much as so many elements of a sum. */
const weight = 8;

/** Softmax, its logarithm and cross-entropy of rows of float32, and the gradient of the last. */
export function softmaxKernels(context: Context): FastKernels {
  return {
    softmax: perClass(context, 'softmax'),
    logSoftmax: perClass(context, 'logSoftmax'),
    softmaxCrossEntropy: softmaxCrossEntropy(context),
    softmaxCrossEntropyGradient: softmaxCrossEntropyGradient(context),
  };
}

function perClass(context: Context, name: 'softmax' | 'logSoftmax'): FastKernel<typeof name> {
  return ([x], _attributes, layout, dtype) => {
    if (x.dtype !== 'float32' || !context.takes(layout.size)) return undefined;
    const classes = x.shape[x.rank - 1] as number;
    return context.stage.result(name, layout, dtype, (out) => {
      const address = addressInOrder(context, name, x);
      inOverrunningRows(context, name, rowsOf(out, layout.size, classes), (sink, from, count, to) => {
        sink(context.softmax[name], to, address + 4 * from * classes, count, classes);
      });
    });
  };
}

function softmaxCrossEntropy(context: Context): FastKernel<'softmaxCrossEntropy'> {
  return ([logits, labels], _attributes, layout, dtype) => {
    if (logits.dtype !== 'float32' || !context.takes(logits.size) || !labels.layout.isContiguous)
      return undefined;
    const classes = logits.shape[logits.rank - 1] as number;
    checkLabels(labels, classes);
    return context.stage.result('crossEntropy', layout, dtype, (out) => {
      const x = addressInOrder(context, 'crossEntropy', logits);
      const rows = context.stage.address('crossEntropy', labels);
      inRows(context, labels.size, classes * weight, true, (sink, from, count) => {
        const own = [count, classes, rows + 4 * from] as const;
        sink(context.softmax.crossEntropy, out + 4 * from, x + 4 * from * classes, ...own);
      });
    });
  };
}

function softmaxCrossEntropyGradient(context: Context): FastKernel<'softmaxCrossEntropyGradient'> {
  return ([logits, labels, g], _attributes, layout, dtype) => {
    if (logits.dtype !== 'float32' || g.dtype !== 'float32' || !context.takes(layout.size)) return undefined;
    if (!labels.layout.isContiguous) return undefined;
    const classes = logits.shape[logits.rank - 1] as number;
    checkLabels(labels, classes);
    return context.stage.result('crossEntropy', layout, dtype, (out) => {
      const x = addressInOrder(context, 'crossEntropy', logits);
      const rows = context.stage.address('crossEntropy', labels);
      const factors = addressInOrder(context, 'crossEntropy', g);
      inOverrunningRows(
        context,
        'crossEntropy',
        rowsOf(out, layout.size, classes),
        (sink, from, count, to) => {
          const own = [count, classes, rows + 4 * from, factors + 4 * from] as const;
          sink(context.softmax.crossEntropyGradient, to, x + 4 * from * classes, ...own);
        },
      );
    });
  };
}

function rowsOf(out: number, size: number, classes: number): OverrunningRows {
  const [count, isExact] = [size / classes, classes % 4 === 0];
  return { out, count, bytes: 4 * classes, elements: classes * weight, isExact };
}

function checkLabels(labels: Tensor, classes: number): void {
  const values = arrayOf(labels);
  for (let row = 0; row < labels.size; row++) {
    checkIndex('crossEntropy', 'label', values[labels.offset + row] as number, classes);
  }
}
