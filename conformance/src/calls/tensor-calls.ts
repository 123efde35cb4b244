import * as api from '@renyi/tensor';
import { type Tensor, tensor, wasmBackend } from '@renyi/tensor';
import { axis, type Call, choice, extents, filling, integer, positions, real, whole } from './argument.js';

/** 1/8, 2/8, ...: in the domain of every function. */
function numbers(...shape: number[]): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tensor(
    Array.from({ length: size }, (_, i) => (i + 1) / 8),
    { shape },
  );
}

const bools = (values: boolean[], ...shape: number[]): Tensor =>
  tensor(values.map(Number), { dtype: 'bool', shape });
const ints = (values: number[], ...shape: number[]): Tensor => tensor(values, { dtype: 'int32', shape });

type Functions = typeof api;
/** A well-conditioned matrix. */
const positive = (n: number): Tensor => api.add(api.eye(n), api.ones([n, n]));

const functions: Readonly<Record<string, unknown>> = { ...api };
type Arguments = () => readonly unknown[];

const unaryNames = [
  'abs',
  'ceil',
  'cos',
  'erf',
  'erfc',
  'exp',
  'expm1',
  'floor',
  'isFinite',
  'isNaN',
  'log',
  'log1p',
  'logSigmoid',
  'logicalNot',
  'mish',
  'neg',
  'reciprocal',
  'relu',
  'round',
  'rsqrt',
  'selu',
  'sigmoid',
  'sign',
  'silu',
  'sin',
  'softsign',
  'sqrt',
  'square',
  'tanh',
] as const satisfies readonly (keyof Functions)[];

const binaryNames = [
  'add',
  'div',
  'equal',
  'greater',
  'greaterEqual',
  'less',
  'lessEqual',
  'logaddexp',
  'logicalAnd',
  'logicalOr',
  'logicalXor',
  'maximum',
  'minimum',
  'mul',
  'notEqual',
  'pow',
  'sub',
  'xlogy',
] as const satisfies readonly (keyof Functions)[];

const reductionNames = [
  'all',
  'any',
  'logSumExp',
  'max',
  'mean',
  'min',
  'prod',
  'sum',
] as const satisfies readonly (keyof Functions)[];

const searchNames = [
  'argmax',
  'argmin',
  'argsort',
  'cumsum',
  'maxWithIndices',
  'minWithIndices',
  'sort',
] as const satisfies readonly (keyof Functions)[];

function all(names: readonly string[], args: Arguments): Record<string, Arguments> {
  return Object.fromEntries(names.map((name) => [name, args]));
}

const elementwise: Readonly<Record<string, Arguments>> = {
  ...all(unaryNames, () => [numbers(2, 3)]),
  ...all(binaryNames, () => [numbers(2, 3), numbers(3)]),
  cast: () => [numbers(2, 3), 'float64'],
  clamp: () => [numbers(2, 3), 0.25, 0.5],
  elu: () => [numbers(2, 3), { alpha: real(1) }],
  gelu: () => [numbers(2, 3), { approximate: choice('tanh') }],
  hardtanh: () => [numbers(2, 3), { low: real(0.25), high: real(0.5) }],
  leakyRelu: () => [numbers(2, 3), { negativeSlope: real(0.1) }],
  softplus: () => [numbers(2, 3), { beta: real(2), threshold: real(20) }],
  where: () => [bools([true, false, true], 3), numbers(2, 3), numbers(3)],
};

const rearrangements: Readonly<Record<string, Arguments>> = {
  concat: () => [[numbers(2, 3), numbers(1, 3)], { axis: axis(0) }],
  diagonal: () => [numbers(2, 3)],
  embed: () => [numbers(2, 3), extents(4, 5), { starts: [1, 0], fill: filling(0) }],
  expand: () => [numbers(1, 3), extents(2, 3)],
  flatten: () => [numbers(2, 3), { start: axis(0), end: axis(1) }],
  flip: () => [numbers(2, 3), { axis: axis([0, 1]) }],
  pad: () => [
    numbers(2, 3),
    [
      [1, 0],
      [0, 2],
    ],
    { value: filling(0) },
  ],
  reshape: () => [numbers(2, 3), extents(3, 2)],
  select: () => [numbers(2, 3), whole(1, 'DomainError'), { axis: axis(0) }],
  slice: () => [numbers(2, 3), [[0, 2], -1]],
  split: () => [numbers(2, 3), whole(2, 'ShapeError'), { axis: axis(1) }],
  squeeze: () => [numbers(2, 1, 3), { axis: axis(1) }],
  stack: () => [[numbers(2, 3), numbers(2, 3)], { axis: axis(0) }],
  tile: () => [numbers(2, 3), extents(2, 1)],
  trace: () => [numbers(2, 3)],
  transpose: () => [numbers(2, 3), [1, 0]],
  tril: () => [numbers(2, 3), { diagonal: integer(0) }],
  triu: () => [numbers(2, 3), { diagonal: integer(0) }],
  unsqueeze: () => [numbers(2, 3), axis(1)],
};

const indexing: Readonly<Record<string, Arguments>> = {
  booleanMask: () => [numbers(2, 3), bools([true, false], 2)],
  gather: () => [numbers(2, 3), ints([0, 2], 2, 1), axis(1)],
  indexAdd: () => [numbers(2, 3), positions(ints([0, 0], 2)), numbers(2, 3), { axis: axis(0) }],
  indexSelect: () => [numbers(2, 3), positions(ints([0, 2], 2)), { axis: axis(1) }],
  maskedFill: () => [numbers(2, 3), bools([true, false, true], 3), filling(0)],
  oneHot: () => [ints([0, 2], 2), whole(3, 'ShapeError')],
  scatterAdd: () => [numbers(2, 3), ints([0, 2], 2, 1), numbers(2, 1), axis(1)],
  take: () => [numbers(2, 3), positions(ints([0, 2, 1, 0], 2, 2)), { axis: axis(1) }],
};

const reductions: Readonly<Record<string, Arguments>> = {
  ...all(reductionNames, () => [numbers(2, 3), { axis: axis([0, 1]) }]),
  ...all(searchNames, () => [numbers(2, 3), { axis: axis(1) }]),
  norm: () => [numbers(2, 3), { p: real(3, 'DomainError'), axis: axis([0, 1]) }],
  std: () => [numbers(2, 3), { correction: real(0, 'DomainError'), axis: axis([0, 1]) }],
  topK: () => [numbers(2, 3), whole(2, 'DomainError'), { axis: axis(1) }],
  variance: () => [numbers(2, 3), { correction: real(0, 'DomainError'), axis: axis([0, 1]) }],
  logSoftmax: () => [numbers(2, 3), { axis: axis(1) }],
  softmax: () => [numbers(2, 3), { axis: axis(1) }],
};

const linearAlgebra: Readonly<Record<string, Arguments>> = {
  dot: () => [numbers(3), numbers(3)],
  einsum: () => ['ij,jk->ik', numbers(2, 3), numbers(3, 2)],
  linear: () => [numbers(2, 3), numbers(4, 3), { bias: numbers(4), activation: choice('relu') }],
  matmul: () => [numbers(2, 3), numbers(3, 2)],
  outer: () => [numbers(2), numbers(3)],
  cholesky: () => [positive(3)],
  triangularSolve: () => [positive(3), numbers(3, 2)],
};

const windows = { stride: whole(1), padding: whole(1) };
const networks: Readonly<Record<string, Arguments>> = {
  adaptiveAvgPool1d: () => [numbers(1, 2, 4), whole(2)],
  adaptiveAvgPool2d: () => [numbers(1, 2, 4, 4), whole(2)],
  avgPool1d: () => [numbers(1, 2, 4), whole(2), windows],
  avgPool2d: () => [numbers(1, 2, 4, 4), whole(2), windows],
  batchNorm: () => [
    numbers(3, 2),
    { weight: numbers(2), bias: numbers(2), mean: numbers(2), variance: numbers(2) },
  ],
  conv1d: () => [
    numbers(1, 2, 4),
    numbers(2, 2, 3),
    { bias: numbers(2), ...windows, dilation: whole(1), groups: whole(1) },
  ],
  conv2d: () => [
    numbers(1, 2, 4, 4),
    numbers(2, 2, 3, 3),
    { bias: numbers(2), ...windows, dilation: whole(1), groups: whole(1) },
  ],
  convTranspose1d: () => [
    numbers(1, 2, 4),
    numbers(2, 2, 3),
    { bias: numbers(2), ...windows, groups: whole(1) },
  ],
  convTranspose2d: () => [
    numbers(1, 2, 4, 4),
    numbers(2, 2, 3, 3),
    { bias: numbers(2), ...windows, groups: whole(1) },
  ],
  crossEntropy: () => [
    numbers(2, 3),
    ints([0, 2], 2),
    { weight: numbers(3), reduction: choice('sum'), labelSmoothing: real(0.1) },
  ],
  groupNorm: () => [numbers(2, 4, 3), whole(2, 'ShapeError'), { weight: numbers(4), bias: numbers(4) }],
  layerNorm: () => [numbers(2, 3), extents(3), { weight: numbers(3), bias: numbers(3) }],
  maxPool1d: () => [numbers(1, 2, 4), whole(2), windows],
  maxPool2d: () => [numbers(1, 2, 4, 4), whole(2), windows],
  nllLoss: () => [numbers(2, 3), ints([0, 2], 2), { weight: numbers(3), reduction: choice('sum') }],
  renyiDivergence: () => [numbers(2, 3), numbers(2, 3), 2],
  renyiGradientAlpha: () => [numbers(2, 3), numbers(2, 3), 2],
  renyiGradientP: () => [numbers(2, 3), numbers(2, 3), 2],
  renyiGradientQ: () => [numbers(2, 3), numbers(2, 3), 2],
};

const creation: Readonly<Record<string, Arguments>> = {
  arange: () => [real(4, 'DomainError')],
  eye: () => [whole(2, 'ShapeError'), { columns: whole(3, 'ShapeError') }],
  full: () => [extents(2, 3), filling(1)],
  fullLike: () => [numbers(2, 3), filling(1)],
  linspace: () => [real(0, 'DomainError'), real(1, 'DomainError'), whole(5, 'ShapeError')],
  ones: () => [extents(2, 3)],
  onesLike: () => [numbers(2, 3)],
  tensor: () => [[1, 2, 3, 4, 5, 6], { shape: extents(2, 3) }],
  to: () => [numbers(2, 3), wasmBackend],
  zeros: () => [extents(2, 3)],
  zerosLike: () => [numbers(2, 3)],
};

/** The chapters of the catalogue. */
export type Chapter =
  | 'elementwise'
  | 'rearrangements'
  | 'indexing'
  | 'reductions'
  | 'linearAlgebra'
  | 'networks'
  | 'creation';

function callsOf(table: Readonly<Record<string, Arguments>>): Call[] {
  return Object.entries(table).map(([name, args]) => ({
    name,
    args,
    f: functions[name] as Call['f'],
  }));
}

/** A right call of every public function of tensors, by chapter. */
export const tensorCalls: Readonly<Record<Chapter, readonly Call[]>> = {
  elementwise: callsOf(elementwise),
  rearrangements: callsOf(rearrangements),
  indexing: callsOf(indexing),
  reductions: callsOf(reductions),
  linearAlgebra: callsOf(linearAlgebra),
  networks: callsOf(networks),
  creation: callsOf(creation),
};
