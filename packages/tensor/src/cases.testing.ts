import { alongAxis } from './cases/along-axis.testing.js';
import { convolutions } from './cases/convolution.testing.js';
import { elementwise } from './cases/elementwise.testing.js';
import { arithmetic, type Case, first, float, widest } from './cases/forms.testing.js';
import { linear } from './cases/linear.testing.js';
import { normalize } from './cases/normalize.testing.js';
import { pooling } from './cases/pooling.testing.js';
import { rearrangements } from './cases/rearrangements.testing.js';
import { triangular } from './cases/triangular.testing.js';
import type { DType } from './dtype.js';
import {
  atBroadcast,
  broadcast,
  logSumExp,
  reduced,
  rowOf,
  slackOfLogSoftmax,
  slackOfSum,
  sumOf,
} from './oracle.testing.js';
import type { PrimitiveName } from './primitive.js';
import * as plans from './plans.testing.js';
import { renyiPerClass, renyiPerRow } from './renyi-formula.testing.js';
import { type Index, indexAt, indicesOf, positionOf, type Table } from './tables.testing.js';

/** One case for each primitive: one without does not compile. */
export const cases: { readonly [N in PrimitiveName]: Case<N> } = {
  ...elementwise,

  sum: {
    calls: plans.sum,
    dtype: arithmetic,
    oracle: ([x], { axes, keepDims }) => {
      const { shape, at } = reduced(x, axes, keepDims);
      return { shape, at: (index) => sumOf(at(index)), slack: (index) => slackOfSum(at(index)) };
    },
  },
  max: {
    calls: plans.max,
    dtype: first,
    oracle: ([x], { axes, keepDims }) => {
      const { shape, at } = reduced(x, axes, keepDims);
      return { shape, at: (index) => Math.max(...at(index)) };
    },
  },

  ...alongAxis,

  reshape: {
    calls: plans.reshape,
    dtype: first,
    oracle: ([x], { shape }) => ({
      shape,
      at: (index) => x.at(indexAt(positionOf(index, shape), x.shape)),
    }),
  },
  transpose: {
    calls: plans.transpose,
    dtype: first,
    oracle: ([x], { axes }) => ({
      shape: axes.map((axis) => x.shape[axis] as number),
      at: (index) => x.at(axes.map((_, axis) => index[axes.indexOf(axis)] as number)),
    }),
  },
  expand: {
    calls: plans.expand,
    dtype: first,
    oracle: ([x], { shape }) => ({ shape, at: (index) => atBroadcast(x, index) }),
  },
  ...rearrangements,

  gather: {
    calls: plans.gather,
    dtype: first,
    oracle: ([x, indices], { axis }) => ({
      shape: indices.shape,
      at: (index) => x.at(index.with(axis, indices.at(index))),
    }),
  },
  scatterAdd: {
    calls: plans.scatterAdd,
    dtype: first,
    oracle: ([x, indices, updates], { axis }) => {
      const terms = (target: readonly number[]): number[] => [
        x.at(target),
        ...indicesOf(indices.shape)
          .filter((index) => index.with(axis, indices.at(index)).every((i, place) => i === target[place]))
          .map(updates.at),
      ];
      return {
        shape: x.shape,
        at: (index) => sumOf(terms(index)),
        slack: (index) => slackOfSum(terms(index)),
      };
    },
  },
  oneHot: {
    calls: plans.oneHot,
    dtype: (_operands, { dtype }) => dtype,
    oracle: ([labels], { classes }) => ({
      shape: [...labels.shape, classes],
      at: (index) => Number(labels.at(index.slice(0, -1)) === index.at(-1)),
    }),
  },

  matmul: {
    calls: plans.matmul,
    dtype: arithmetic,
    oracle: ([a, b]) => {
      const inner = a.shape.at(-1) as number;
      const batch = broadcast([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
      const terms = (index: readonly number[]): number[] => {
        const [i, j] = index.slice(-2) as [number, number];
        return Array.from({ length: inner }, (_, k) => {
          const [left, right] = [
            [...index.slice(0, -2), i, k],
            [...index.slice(0, -2), k, j],
          ];
          return atMatrix(a, left) * atMatrix(b, right);
        });
      };
      return {
        shape: [...batch, a.shape.at(-2) as number, b.shape.at(-1) as number],
        at: (index) => sumOf(terms(index)),
        slack: (index) => slackOfSum(terms(index)),
      };
    },
  },

  linear,
  ...triangular,
  ...convolutions,
  ...pooling,

  softmax: {
    calls: plans.logSoftmax,
    dtype: float,
    oracle: ([x]) => ({
      shape: x.shape,
      at: (index) => probabilityAt(x, index),
      slack: (index) => slackOfProbability(x, index),
    }),
  },
  logSoftmax: {
    calls: plans.logSoftmax,
    dtype: float,
    oracle: ([x]) => ({
      shape: x.shape,
      at: (index) => x.at(index) - logSumExp(rowOf(x, index.slice(0, -1))),
      slack: (index) => slackOfLogSoftmax(rowOf(x, index.slice(0, -1))),
    }),
  },
  normalize,
  logSumExp: {
    calls: plans.logSoftmax,
    dtype: float,
    oracle: ([x]) => ({
      shape: x.shape.slice(0, -1),
      at: (index) => logSumExp(rowOf(x, index)),
      slack: (index) => slackOfLogSoftmax(rowOf(x, index)),
    }),
  },
  softmaxCrossEntropy: {
    calls: plans.softmaxCrossEntropy,
    dtype: ([logits]) => float([logits]),
    oracle: ([logits, labels]) => ({
      shape: labels.shape,
      at: (index) => {
        const row = rowOf(logits, index);
        return logSumExp(row) - (row[labels.at(index)] as number);
      },
      slack: (index) => slackOfLogSoftmax(rowOf(logits, index)),
    }),
  },
  softmaxCrossEntropyGradient: {
    calls: plans.softmaxCrossEntropyGradient,
    dtype: ([logits, , g]) => float([logits, g]),
    oracle: ([logits, labels, g]) => {
      const isLabel = (index: Index): number => Number(labels.at(index.slice(0, -1)) === index.at(-1));
      return {
        shape: logits.shape,
        at: (index) => g.at(index.slice(0, -1)) * (probabilityAt(logits, index) - isLabel(index)),
        // The difference from 1 rounds by its own size at most.
        slack: (index) =>
          Math.abs(g.at(index.slice(0, -1))) * (slackOfProbability(logits, index) + 2 * isLabel(index)),
      };
    },
  },
  renyi: { calls: plans.renyi, dtype: renyiDType, oracle: renyiPerRow('divergence') },
  renyiGradientP: { calls: plans.renyi, dtype: renyiDType, oracle: renyiPerClass('gradientP') },
  renyiGradientQ: { calls: plans.renyi, dtype: renyiDType, oracle: renyiPerClass('gradientQ') },
  renyiGradientAlpha: { calls: plans.renyi, dtype: renyiDType, oracle: renyiPerRow('gradientAlpha') },
};

/** e^x / sum e^x of the row under an index. */
function probabilityAt(x: Table, index: Index): number {
  return Math.exp(x.at(index) - logSumExp(rowOf(x, index.slice(0, -1))));
}

/** The error of the logarithm is the relative one of the probability; an exponential and a rounding on both sides. */
function slackOfProbability(x: Table, index: Index): number {
  return probabilityAt(x, index) * (slackOfLogSoftmax(rowOf(x, index.slice(0, -1))) + 4);
}

/** The order's own precision has no say. */
function renyiDType(operands: readonly DType[]): DType {
  return widest(operands.slice(0, 2));
}

/** Broadcast along the leading axes alone: an extent of 1 in the matrix itself is no invitation. */
function atMatrix({ shape, at }: Table, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return at(own.map((i, axis) => (axis < shape.length - 2 && shape[axis] === 1 ? 0 : i)));
}
