import { type DType, isFloat, promote, toFloat } from '../dtype.js';
import { DTypeError, ShapeError } from '../errors.js';
import type { Primitive } from '../primitive.js';
import { checkRows, formatShape, sameShape, type Shape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** exp(x) / sum(exp(x)) along the last axis. */
export const softmax: Primitive<'softmax'> = {
  name: 'softmax',
  shape: ([x]) => {
    checkRows('softmax', x.shape);
    return x.shape;
  },
  dtype: ([x]) => toFloat(x.dtype),
  broadcasts: false,
};

/** x - log(sum(exp(x))) along the last axis. */
export const logSoftmax: Primitive<'logSoftmax'> = {
  name: 'logSoftmax',
  shape: ([x]) => {
    checkRows('logSoftmax', x.shape);
    return x.shape;
  },
  dtype: ([x]) => toFloat(x.dtype),
  broadcasts: false,
};

/** (x - mean) / sqrt(variance + epsilon), both over the given axes together; the variance divides by the count. */
export const normalize: Primitive<'normalize'> = {
  name: 'normalize',
  shape: ([x]) => x.shape,
  dtype: ([x]) => toFloat(x.dtype),
  broadcasts: false,
};

/** log(sum(exp(x))) for each row: [..., n] gives [...]. */
export const logSumExp: Primitive<'logSumExp'> = {
  name: 'logSumExp',
  shape: ([x]) => {
    if (x.rank === 0) throw new ShapeError('logSumExp', { expected: 'rows [..., n]', got: 'a scalar' });
    return x.shape.slice(0, -1);
  },
  dtype: ([x]) => toFloat(x.dtype),
  broadcasts: false,
};

/** -logSoftmax(logits)[label] for each row: [..., classes] and [...] give [...]. */
export const softmaxCrossEntropy: Primitive<'softmaxCrossEntropy'> = {
  name: 'softmaxCrossEntropy',
  shape: ([logits, labels]) => {
    checkPerRow('crossEntropy', 'labels', logits, labels);
    return labels.shape;
  },
  dtype: ([logits, labels]) => {
    checkLabels('crossEntropy', labels);
    return toFloat(logits.dtype);
  },
  broadcasts: false,
};

/** Its pullback, g (softmax(logits) - oneHot(labels)): [..., classes], [...] and [...] give [..., classes]. */
export const softmaxCrossEntropyGradient: Primitive<'softmaxCrossEntropyGradient'> = {
  name: 'softmaxCrossEntropyGradient',
  shape: ([logits, labels, g]) => {
    checkPerRow('crossEntropy', 'labels', logits, labels);
    checkPerRow('crossEntropy', 'cotangents', logits, g);
    return logits.shape;
  },
  dtype: ([logits, labels, g]) => {
    checkLabels('crossEntropy', labels);
    return promote(toFloat(logits.dtype), g.dtype);
  },
  broadcasts: false,
};

function checkPerRow(operation: string, what: string, logits: Tensor, perRow: Tensor): void {
  checkRows(operation, logits.shape);
  const rows = logits.shape.slice(0, -1);
  if (sameShape(rows, perRow.shape)) return;
  throw new ShapeError(operation, {
    expected: `${what} of shape ${formatShape(rows)}, one for each row of ${formatShape(logits.shape)}`,
    got: formatShape(perRow.shape),
  });
}

function checkLabels(operation: string, { dtype }: Tensor): void {
  if (dtype === 'int32') return;
  throw new DTypeError(operation, {
    expected: 'labels of dtype int32 (class indices)',
    got: dtype,
    remedy: `Make them with tensor(labels, { dtype: 'int32' })`,
  });
}

type RenyiName = 'renyi' | 'renyiGradientP' | 'renyiGradientQ' | 'renyiGradientAlpha';

/** The divergence and its three gradients share their rules; they differ in whether a row gives one number or `classes`. */
function renyiRules(operation: string, result: (rows: Shape) => Shape): Omit<Primitive<RenyiName>, 'name'> {
  return {
    shape: ([logitsP, logitsQ, alpha]) => {
      checkRows(operation, logitsP.shape);
      if (!sameShape(logitsP.shape, logitsQ.shape)) {
        throw new ShapeError(operation, {
          expected: 'logits of one shape [..., classes]',
          got: `${formatShape(logitsP.shape)} and ${formatShape(logitsQ.shape)}`,
        });
      }
      if (alpha.rank !== 0) {
        throw new ShapeError(operation, {
          expected: 'one order alpha of shape []',
          got: formatShape(alpha.shape),
        });
      }
      return result(logitsP.shape);
    },
    dtype: ([logitsP, logitsQ, alpha]): DType => {
      for (const x of [logitsP, logitsQ, alpha]) {
        if (!isFloat(x.dtype)) {
          throw new DTypeError(operation, { expected: 'float32 or float64', got: x.dtype });
        }
      }
      return promote(logitsP.dtype, logitsQ.dtype);
    },
    broadcasts: false,
  };
}

/** D_alpha(softmax(logitsP) || softmax(logitsQ)) for each row, in nats. The order is read in its own precision. */
export const renyi: Primitive<'renyi'> = {
  name: 'renyi',
  ...renyiRules('renyiDivergence', (rows) => rows.slice(0, -1)),
};
/** Its derivative with respect to logitsP, alpha / (alpha - 1) (escort - p). */
export const renyiGradientP: Primitive<'renyiGradientP'> = {
  name: 'renyiGradientP',
  ...renyiRules('renyiGradientP', (rows) => rows),
};
/** Its derivative with respect to logitsQ, q - escort. */
export const renyiGradientQ: Primitive<'renyiGradientQ'> = {
  name: 'renyiGradientQ',
  ...renyiRules('renyiGradientQ', (rows) => rows),
};
/** Its derivative with respect to alpha, KL(escort || p) / (alpha - 1)^2. */
export const renyiGradientAlpha: Primitive<'renyiGradientAlpha'> = {
  name: 'renyiGradientAlpha',
  ...renyiRules('renyiGradientAlpha', (rows) => rows.slice(0, -1)),
};
