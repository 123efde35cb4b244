import type { Kernels } from '../../backend.js';
import type { DType } from '../../dtype.js';
import { Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context, Operand } from '../context.js';
import { affine, coordinates, steps, sumLoop } from '../text.js';
import { mapElements, readInto } from './elementwise.js';
import { checkBounds } from './indexing.js';
import { maxLoop } from './reductions.js';

/** The largest logit of each row of x [..., classes] and log(sum(e^(x - largest))): both [...]. */
interface RowStatistics {
  readonly largest: Tensor;
  readonly logSum: Tensor;
}

/** Both by a kernel each. */
export function rowStatistics(context: Context, x: Tensor): RowStatistics {
  const classes = x.shape.at(-1) as number;
  const rows = Layout.contiguous(x.shape.slice(0, -1));
  const operand = context.array(x);
  const stride = x.layout.strides.at(-1) as number;
  const start = [
    coordinates(rows.shape.length === 0 ? [1] : rows.shape, 'i', 'c'),
    `  const base = ${affine(x.offset, steps('c', x.layout.strides.slice(0, -1)))};`,
  ].join('\n');
  const read = `x0[${affine(0, [
    ['base', 1],
    ['r', stride],
  ])}]`;
  const largest = context.run(
    { name: 'row maximum', body: `${start}\n${maxLoop(classes, '', read)}\n  return best;` },
    [operand],
    rows,
    'float32',
  );
  const sum = sumLoop(classes, `      part = part + expOf(${read} - x1[i]);`);
  const logSum = context.run(
    { name: 'row log-sum', body: `${start}\n${sum}\n  return logOf(total, infinity, nan);` },
    [operand, context.array(largest)],
    rows,
    'float32',
  );
  return { largest, logSum };
}

/** An operand [...] as it is read for each class of [..., classes]. */
export function perRow(context: Context, x: Tensor): Operand {
  const operand = context.array(x);
  return { ...operand, strides: [...operand.strides, 0] };
}

/** x less its row's log-sum of exponentials, given as `rowStatistics` has it. */
export function logSoftmaxOf(
  context: Context,
  x: Tensor,
  { largest, logSum }: RowStatistics,
  layout: Layout,
  dtype: DType,
): Tensor {
  const operands = [context.array(x), perRow(context, largest), perRow(context, logSum)];
  return mapElements(context, 'logSoftmax', operands, 'a - b - c', layout, dtype);
}

export function softmaxKernels(
  context: Context,
): Kernels<'softmax' | 'logSoftmax' | 'logSumExp' | 'softmaxCrossEntropy' | 'softmaxCrossEntropyGradient'> {
  return {
    softmax: ([x], _, layout, dtype) => {
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      const { largest, logSum } = rowStatistics(context, x);
      const operands = [context.array(x), perRow(context, largest), perRow(context, logSum)];
      return mapElements(context, 'softmax', operands, 'expOf(a - b - c)', layout, dtype);
    },
    logSoftmax: ([x], _, layout, dtype) => {
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      return logSoftmaxOf(context, x, rowStatistics(context, x), layout, dtype);
    },
    logSumExp: ([x], _, layout, dtype) => {
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      const { largest, logSum } = rowStatistics(context, x);
      // Beside an infinite largest element nothing counts, and what is infinite less itself is NaN.
      const body = '  if (Math.abs(x0[i]) < infinity) { return x0[i] + x1[i]; }\n  return x0[i];';
      const operands = [context.array(largest), context.array(logSum)];
      return context.run({ name: 'logSumExp', body }, operands, layout, dtype);
    },
    softmaxCrossEntropy: ([logits, labels], _, layout, dtype) => {
      checkBounds('crossEntropy', 'label', labels, logits.shape.at(-1) as number);
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      const { largest, logSum } = rowStatistics(context, logits);
      const operands = [
        context.array(logits),
        context.array(labels),
        context.array(largest),
        context.array(logSum),
      ];
      const { strides } = logits.layout;
      const body = [
        coordinates(layout.shape.length === 0 ? [1] : layout.shape, 'i', 'c'),
        `  const label = x1[${affine(labels.offset, steps('c', labels.layout.strides))}];`,
        '  if (label < 0) { return nan; }',
        `  if (label >= ${logits.shape.at(-1)}) { return nan; }`,
        `  const own = x0[${affine(logits.offset, [...steps('c', strides.slice(0, -1)), ['label', strides.at(-1) as number]])}];`,
        '  return x3[i] - (own - x2[i]);',
      ].join('\n');
      return context.run({ name: 'softmaxCrossEntropy', body }, operands, layout, dtype);
    },
    softmaxCrossEntropyGradient: ([logits, labels, g], _, layout, dtype) => {
      const classes = logits.shape.at(-1) as number;
      checkBounds('crossEntropy', 'label', labels, classes);
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      const { largest, logSum } = rowStatistics(context, logits);
      const perClass = [largest, logSum, labels, g].map((x) => perRow(context, x));
      const body = [
        readInto([context.array(logits), ...perClass], layout.shape, ['x', 'm', 's', 'label', 'g']),
        coordinates([layout.size / classes, classes], 'i', 'r'),
        '  if (label < 0) { return nan; }',
        `  if (label >= ${classes}) { return nan; }`,
        '  if (label === r1) { return g * expm1Of(x - m - s); }',
        '  return g * expOf(x - m - s);',
      ].join('\n');
      const operands = [context.array(logits), ...perClass];
      return context.run({ name: 'softmaxCrossEntropyGradient', body }, operands, layout, dtype);
    },
  };
}
