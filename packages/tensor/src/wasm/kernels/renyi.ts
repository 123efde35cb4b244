import { checkOrder } from '../../checks.js';
import { arrayOf } from '../../reference/storage.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import { type RenyiName, scratchPerClass } from '../modules/renyi.js';
import { addressInOrder } from './contiguous.js';
import { inRows } from './parts.js';

/** Orders for which the formulas of the kernel keep their digits. */
const smallestOrder = 0.05;
const largestOrder = 8;

/** With logits of at most this size over max(alpha, 1), no exponential of the kernel overflows. */
const largestLogit = 160;

/** A logit costs as much as so many elements of a sum: some 25 nanoseconds. */
const weight = 64;

/** The divergence of rows and its gradients where nothing is masked or extreme. */
export function renyiKernels(context: Context): FastKernels {
  return {
    renyi: kernel(context, 'value'),
    renyiGradientP: kernel(context, 'gradientP'),
    renyiGradientQ: kernel(context, 'gradientQ'),
    renyiGradientAlpha: kernel(context, 'gradientAlpha'),
  };
}

/** What errors name as the function that was called. */
const operations: Readonly<Record<RenyiName, string>> = {
  value: 'renyiDivergence',
  gradientP: 'renyiGradientP',
  gradientQ: 'renyiGradientQ',
  gradientAlpha: 'renyiGradientAlpha',
};

function kernel(
  context: Context,
  what: RenyiName,
): FastKernel<'renyi' | 'renyiGradientP' | 'renyiGradientQ' | 'renyiGradientAlpha'> {
  const operation = operations[what];
  return ([p, q, order], _attributes, layout, dtype) => {
    if (p.dtype !== 'float32' || q.dtype !== 'float32' || !context.takes(p.size)) return undefined;
    const alpha = arrayOf(order)[order.offset] as number;
    checkOrder(operation, alpha);
    if (alpha < smallestOrder || alpha > largestOrder) return undefined;
    const classes = p.shape[p.rank - 1] as number;
    const { stage } = context;
    return stage.attempt(operation, layout, dtype, (out) => {
      const [logitsP, logitsQ] = [
        addressInOrder(context, operation, p),
        addressInOrder(context, operation, q),
      ];
      const bound = largestLogit / Math.max(alpha, 1);
      for (const logits of [logitsP, logitsQ]) {
        if (context.renyi.areModerate(logits, p.size, bound) !== 1) return false;
      }
      const rowBytes = 4 * classes;
      const outBytes = what === 'value' || what === 'gradientAlpha' ? 4 : rowBytes;
      inRows(context, p.size / classes, classes * weight, true, (sink, from, count) => {
        const scratch = stage.temporary(operation, classes * scratchPerClass);
        const [ownP, ownQ] = [logitsP + from * rowBytes, logitsQ + from * rowBytes];
        sink(context.renyi[what], out + from * outBytes, ownP, ownQ, count, classes, alpha, scratch);
      });
      return true;
    });
  };
}
