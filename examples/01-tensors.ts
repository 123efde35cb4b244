/*
 * Tensors: n-dimensional arrays of numbers that never change. Every operation makes a new one.
 */
import { matmul, softmax, sum, tensor } from '@renyi/tensor';

// A shape, an element type, and the elements.
const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
console.log(x.shape, x.dtype); // => [ 2, 3 ] float32

// Shapes that differ are broadcast: an axis that is missing or has extent 1 is repeated. Here a row is added to each row.
console.log(x.add(tensor([10, 20, 30])).toArray()); // => [ [ 11, 22, 33 ], [ 14, 25, 36 ] ]

// Reductions fold axes; axis -1 is the last one.
console.log(sum(x, { axis: -1 }).toArray()); // => [ 6, 15 ]

// A transpose moves no element: it reads the same storage in another order.
console.log(matmul(x, x.transpose()).toArray()); // => [ [ 14, 32 ], [ 32, 77 ] ]

// float64 on request; integers and booleans have their own types.
const logits = tensor([0, Math.log(3)], { dtype: 'float64' });
console.log(softmax(logits)); // => tensor([0.2500, 0.7500], shape [2], float64)
console.log(tensor([1, 2], { dtype: 'int32' }).add(0.5).dtype); // => float32

// What does not fit says so.
try {
  x.add(tensor([1, 2]));
} catch (error) {
  console.log((error as Error).message);
  // => add: expected shapes that broadcast; got [2, 3] and [2]: …
}
