// @ts-check
/** What functions make of NaN, infinities, signed zeros and of nothing: the rows of a table, each of which is tested. */

import * as t from '@renyi/tensor';

/** @typedef {t.Tensor} Tensor */
/** @typedef {readonly number[]} List */

/**
 * @typedef {object} Special
 * @property {string} call as a person writes it
 * @property {(...x: Tensor[]) => Tensor} f along the last axis, or element by element
 * @property {readonly List[]} operands
 * @property {List} result
 */

/**
 * @param {string} call @param {(...x: Tensor[]) => Tensor} f @param {readonly List[]} operands @param {number | List} result
 * @returns {Special}
 */
const row = (call, f, operands, result) => ({
  call,
  f,
  operands,
  result: typeof result === 'number' ? [result] : result,
});

/** A function along the last axis. @param {string} call @param {(x: Tensor) => Tensor} f @param {readonly (readonly [List, number | List])[]} pairs */
const along = (call, f, pairs) => pairs.map(([x, result]) => row(call, f, [x], result));

/** A function of one element. @param {string} call @param {(x: Tensor) => Tensor} f @param {List} x @param {List} result */
const each = (call, f, x, result) => row(call, f, [x], result);

const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
const axis = -1;

/** @type {Readonly<Record<string, readonly Special[]>>} */
export const specialValues = {
  'Sums and products': [
    ...along('sum', (x) => t.sum(x, { axis }), [
      [[1, nan], nan],
      [[1, inf], inf],
      [[inf, -inf], nan],
      [[-0, -0], 0],
      [[], 0],
    ]),
    ...along('mean', (x) => t.mean(x, { axis }), [
      [[inf, 1], inf],
      [[], nan],
    ]),
    ...along('prod', (x) => t.prod(x, { axis }), [
      [[nan, 0], nan],
      [[0, inf], nan],
      [[-0, 2], -0],
      [[], 1],
    ]),
    ...along('variance', (x) => t.variance(x, { axis }), [
      [[5], nan],
      [[1, inf], nan],
      [[2, 2, 2], 0],
    ]),
    ...along('norm', (x) => t.norm(x, { axis }), [
      [[-inf, 1], inf],
      [[nan, inf], nan],
      [[-0, 0], 0],
      [[1e38, 0], 1e38],
      [[], 0],
    ]),
    ...along('cumsum', (x) => t.cumsum(x), [
      [
        [1, inf, 1, -inf, 1],
        [1, inf, inf, nan, nan],
      ],
    ]),
    row(
      'matmul',
      (a, b) => t.matmul(t.unsqueeze(a, -2), t.unsqueeze(b, -1)).reshape([...a.shape.slice(0, -1)]),
      [
        [0, 0],
        [nan, inf],
      ],
      nan,
    ),
  ],
  'The largest and the smallest': [
    ...along('max', (x) => t.max(x, { axis }), [
      [[1, nan, inf], nan],
      [[-0, 0], 0],
      [[-inf, -inf], -inf],
    ]),
    ...along('min', (x) => t.min(x, { axis }), [
      [[1, nan, -inf], nan],
      [[0, -0], -0],
    ]),
    ...along('argmax', (x) => t.argmax(x, { axis }), [
      [[1, nan, inf, nan], 1],
      [[0, 3, 3], 1],
      [[-0, 0], 0],
    ]),
    ...along('argmin', (x) => t.argmin(x, { axis }), [
      [[1, nan, -inf], 1],
      [[2, 2], 0],
    ]),
    ...along('sort', (x) => t.sort(x), [
      [
        [nan, 1, -inf, inf],
        [-inf, 1, inf, nan],
      ],
    ]),
    ...along('sort, descending', (x) => t.sort(x, { descending: true }), [
      [
        [1, nan, inf],
        [nan, inf, 1],
      ],
    ]),
    row(
      'maximum',
      (a, b) => t.maximum(a, b),
      [
        [nan, 1, -0],
        [1, nan, 0],
      ],
      [nan, nan, 0],
    ),
    row(
      'minimum',
      (a, b) => t.minimum(a, b),
      [
        [nan, 1, -0],
        [1, nan, 0],
      ],
      [nan, nan, -0],
    ),
    each('clamp to [0, 1]', (x) => t.clamp(x, 0, 1), [nan, inf, -inf], [nan, 1, 0]),
  ],
  'Sums of exponentials': [
    ...along('logSumExp', (x) => t.logSumExp(x, { axis }), [
      [[1000, 1000], 1000 + Math.LN2],
      [[-1000, -1000], -1000 + Math.LN2],
      [[-inf, 3], 3],
      [[-inf, -inf], -inf],
      [[inf, 1], inf],
      [[nan, inf], nan],
      [[], -inf],
    ]),
    ...along('softmax', (x) => t.softmax(x), [
      [
        [1000, 1000],
        [0.5, 0.5],
      ],
      [
        [-1000, -1000],
        [0.5, 0.5],
      ],
      [
        [1000, -1000],
        [1, 0],
      ],
      [
        [-inf, 0],
        [0, 1],
      ],
      [
        [-inf, -inf],
        [nan, nan],
      ],
      [
        [inf, 0],
        [nan, nan],
      ],
    ]),
    ...along('logSoftmax', (x) => t.logSoftmax(x), [
      [
        [1000, -1000],
        [0, -2000],
      ],
      [
        [-inf, 0],
        [-inf, 0],
      ],
      [
        [-inf, -inf],
        [nan, nan],
      ],
    ]),
    row(
      'logaddexp',
      (a, b) => t.logaddexp(a, b),
      [
        [-inf, inf, 1000, nan],
        [-inf, -inf, 1000, inf],
      ],
      [-inf, inf, 1000 + Math.LN2, nan],
    ),
  ],
  'Element by element': [
    row(
      'div',
      (a, b) => t.div(a, b),
      [
        [1, 1, 0, inf],
        [0, -0, 0, inf],
      ],
      [inf, -inf, nan, nan],
    ),
    row(
      'mul',
      (a, b) => t.mul(a, b),
      [
        [0, -1, nan],
        [inf, 0, 0],
      ],
      [nan, -0, nan],
    ),
    row(
      'pow',
      (a, b) => t.pow(a, b),
      [
        [nan, 0, 1, -8],
        [0, 0, nan, 1 / 3],
      ],
      [1, 1, 1, nan],
    ),
    row(
      'xlogy',
      (a, b) => t.xlogy(a, b),
      [
        [0, 0, 0],
        [0, inf, nan],
      ],
      [0, 0, nan],
    ),
    row(
      'equal',
      (a, b) => t.equal(a, b),
      [
        [nan, 0, inf],
        [nan, -0, inf],
      ],
      [0, 1, 1],
    ),
    row(
      'less',
      (a, b) => t.less(a, b),
      [
        [nan, 1, -0],
        [1, nan, 0],
      ],
      [0, 0, 0],
    ),
    row(
      'where',
      (a, b) => t.where(t.less(t.abs(a), inf), a, b),
      [
        [1, inf, nan],
        [nan, 2, 3],
      ],
      [1, 2, 3],
    ),
    each('exp', (x) => t.exp(x), [-inf, inf, nan, -0], [0, inf, nan, 1]),
    each('expm1', (x) => t.expm1(x), [-inf, inf, nan, -0], [-1, inf, nan, -0]),
    each('log', (x) => t.log(x), [0, -0, -1, inf, nan], [-inf, -inf, nan, inf, nan]),
    each('log1p', (x) => t.log1p(x), [-1, -2, -0, inf], [-inf, nan, -0, inf]),
    each('sqrt', (x) => t.sqrt(x), [-0, -1, inf, nan], [-0, nan, inf, nan]),
    each('sin', (x) => t.sin(x), [-0, inf, nan], [-0, nan, nan]),
    each('cos', (x) => t.cos(x), [-0, inf, nan], [1, nan, nan]),
    each('tanh', (x) => t.tanh(x), [-0, inf, -inf, nan], [-0, 1, -1, nan]),
    each('sigmoid', (x) => t.sigmoid(x), [-inf, inf, nan], [0, 1, nan]),
    each('softplus', (x) => t.softplus(x), [-inf, inf, nan], [0, inf, nan]),
    each('erf', (x) => t.erf(x), [-inf, inf, -0, nan], [-1, 1, -0, nan]),
    each('relu', (x) => t.relu(x), [-1, inf, nan], [0, inf, nan]),
    each('abs', (x) => t.abs(x), [-0, -inf, nan], [0, inf, nan]),
    each('sign', (x) => t.sign(x), [-0, -inf, nan], [-0, -1, nan]),
    each('round', (x) => t.round(x), [0.5, 1.5, 2.5, -0.4, inf], [0, 2, 2, -0, inf]),
    each('floor', (x) => t.floor(x), [-0.5, -0, -inf, nan], [-1, -0, -inf, nan]),
    each('ceil', (x) => t.ceil(x), [-0.5, -0, inf, nan], [-0, -0, inf, nan]),
    each('cast to int32', (x) => t.cast(x, 'int32'), [nan, inf, -1.9], [0, 0, -1]),
    each('cast to bool', (x) => t.cast(x, 'bool'), [nan, -0, 0.5], [1, 0, 1]),
  ],
};
