import { tensor, zeros } from './create.js';
import { matmul } from './ops/matmul.js';
import type { Tensor } from './tensor.js';

/*
 * Compile-time claims about shapes: each line below an expected error must not compile, and the compiler reports an expected
 * error that is none.
 */

const a = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const b = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);
const dynamic: Tensor = a;
const rows: number[][] = [[1]];

// A literal tells its shape: nested arrays, a scalar, and what is given as shape.
export const matrix: readonly [2, 3] = a.shape;
export const vector: readonly [2] = tensor([true, false]).shape;
export const scalar: readonly [] = tensor(3).shape;
export const given: readonly [2, 2] = tensor(new Float32Array(4), { shape: [2, 2] }).shape;
export const cube: Tensor<[1, 2, 1]> = tensor([[[1], [2]]]);

// @ts-expect-error It is that and no other.
export const other: readonly [3, 2] = a.shape;
// @ts-expect-error Nor is a tensor of one known shape one of another.
export const otherTensor: Tensor<[3, 2]> = a;

// What is no literal has any shape.
export const unknownRows: readonly number[] = tensor(rows).shape;
export const unknownZeros: readonly number[] = zeros([2, 3]).shape;
// @ts-expect-error So that nothing is promised of it.
export const promised: readonly [1, 1] = tensor(rows).shape;

// A product of known shapes has a known shape.
export const product: Tensor<[2, 2]> = matmul(a, b);
export const method: readonly [3, 3] = b.matmul(a).shape;
export const column: readonly [2] = matmul(a, tensor([1, 2, 3])).shape;
export const row: readonly [3] = matmul(tensor([1, 2]), a).shape;
export const dot: readonly [] = matmul(tensor([1, 2]), tensor([3, 4])).shape;

// @ts-expect-error The inner extents differ, and the message says that they are 3 and 2.
matmul(a, a);
// @ts-expect-error
a.matmul(a);
// @ts-expect-error
matmul(a, tensor([1, 2]));
export const message: Parameters<typeof a.matmul<[2, 3]>>[0] extends 'matmul: inner extents 3 and 2 differ'
  ? true
  : false = true;

// Where one of them is not known, nothing is in the way.
export const products: Tensor[] = [
  matmul(a, dynamic),
  matmul(dynamic, a),
  dynamic.matmul(a),
  a.matmul(dynamic),
];
export const batch: Tensor = matmul(zeros([5, 2, 3]), b);
export const partly: Tensor = matmul(a as Tensor<[number, number]>, a);
export const f = (x: Tensor): Tensor => matmul(a, x).matmul(x);
export const asFunction: (x: Tensor, y: Tensor) => Tensor = matmul;

// A variable takes the results of operations, of which nothing is known.
let w = tensor([1, 2]);
w = w.mul(2);
export const list: Tensor[] = [w, a, dynamic];

// @ts-expect-error Elements are numbers or booleans.
tensor([['a']]);
