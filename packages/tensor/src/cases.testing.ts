import type fc from 'fast-check';
import { convolutions } from './cases/convolution.testing.js';
import { rearrangements } from './cases/rearrangements.testing.js';
import { type DType, dtypes } from './dtype.js';
import {
  atBroadcast,
  broadcast,
  elementwise,
  type Expected,
  logSumExp,
  reduced,
  rowOf,
  slackOfLogSoftmax,
  slackOfSum,
  sumOf,
} from './oracle.testing.js';
import type { Attributes, Inputs, PrimitiveName } from './primitive.js';
import * as plans from './plans.testing.js';
import { renyiPerClass, renyiPerRow } from './renyi-formula.testing.js';
import { indexAt, indicesOf, positionOf, type Table } from './tables.testing.js';

/** How a primitive is called, and what it must answer. */
interface Conduct<Operands, A> {
  readonly calls: fc.Arbitrary<plans.Call<A>>;
  readonly dtype: (operands: Each<Operands, DType>, attributes: A) => DType;
  readonly oracle: (operands: Each<Operands, Table>, attributes: A) => Expected;
}

export type Case<N extends PrimitiveName> = Conduct<Inputs<N>, Attributes<N>>;

/** As many as a primitive has operands. */
type Each<Operands, T> = { readonly [K in keyof Operands]: T };

const widest = (operands: readonly DType[]): DType =>
  dtypes[Math.max(...operands.map((dtype) => dtypes.indexOf(dtype)))] as DType;
const first = ([dtype]: readonly DType[]): DType => dtype as DType;
const arithmetic = (operands: readonly DType[]): DType =>
  widest(operands) === 'bool' ? 'int32' : widest(operands);
const float = (operands: readonly DType[]): DType => (widest(operands) === 'float64' ? 'float64' : 'float32');
const bool = (): DType => 'bool';

type UnaryName = 'neg' | 'exp' | 'expm1' | 'log' | 'log1p' | 'sqrt' | 'tanh' | 'relu';
type BinaryName = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'equal' | 'less';
type DTypeRule = (operands: readonly DType[]) => DType;

const unary = (dtype: DTypeRule, f: (x: number) => number): Case<UnaryName> => ({
  calls: plans.unary,
  dtype,
  oracle: elementwise(f as (...values: number[]) => number),
});
const binary = (dtype: DTypeRule, f: (a: number, b: number) => number): Case<BinaryName> => ({
  calls: plans.binary,
  dtype,
  oracle: elementwise(f as (...values: number[]) => number),
});
/** One case for each primitive: one without does not compile. */
export const cases: { readonly [N in PrimitiveName]: Case<N> } = {
  add: binary(arithmetic, (a, b) => a + b),
  sub: binary(arithmetic, (a, b) => a - b),
  mul: binary(arithmetic, (a, b) => a * b),
  div: binary(float, (a, b) => a / b),
  pow: binary(float, (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b)),
  equal: binary(bool, (a, b) => Number(a === b)),
  less: binary(bool, (a, b) => Number(a < b)),
  where: {
    calls: plans.where,
    dtype: ([, a, b]) => widest([a, b]),
    oracle: elementwise((condition, a, b) => (condition === 0 ? b : a) as number),
  },
  neg: unary(arithmetic, (x) => -x),
  exp: unary(float, Math.exp),
  expm1: unary(float, Math.expm1),
  log: unary(float, Math.log),
  log1p: unary(float, Math.log1p),
  sqrt: unary(float, Math.sqrt),
  tanh: unary(float, Math.tanh),
  relu: unary(arithmetic, (x) => Math.max(x, 0)),
  cast: {
    calls: plans.cast,
    dtype: (_operands, { dtype }) => dtype,
    oracle: ([x]) => x,
  },

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

  ...convolutions,

  logSoftmax: {
    calls: plans.logSoftmax,
    dtype: float,
    oracle: ([x]) => ({
      shape: x.shape,
      at: (index) => x.at(index) - logSumExp(rowOf(x, index.slice(0, -1))),
      slack: (index) => slackOfLogSoftmax(rowOf(x, index.slice(0, -1))),
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
  renyi: { calls: plans.renyi, dtype: renyiDType, oracle: renyiPerRow('divergence') },
  renyiGradientP: { calls: plans.renyi, dtype: renyiDType, oracle: renyiPerClass('gradientP') },
  renyiGradientQ: { calls: plans.renyi, dtype: renyiDType, oracle: renyiPerClass('gradientQ') },
  renyiGradientAlpha: { calls: plans.renyi, dtype: renyiDType, oracle: renyiPerRow('gradientAlpha') },
};

/** The order's own precision has no say. */
function renyiDType(operands: readonly DType[]): DType {
  return widest(operands.slice(0, 2));
}

/** Broadcast along the leading axes alone: an extent of 1 in the matrix itself is no invitation. */
function atMatrix({ shape, at }: Table, index: readonly number[]): number {
  const own = index.slice(index.length - shape.length);
  return at(own.map((i, axis) => (axis < shape.length - 2 && shape[axis] === 1 ? 0 : i)));
}
