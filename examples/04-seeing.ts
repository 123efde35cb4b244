/*
 * What a derivative does, step by step. `node examples/dist/see.js` shows more of it, and in other forms.
 */
import {
  AnomalyError,
  detectAnomaly,
  grad,
  printGraph,
  printSteps,
  stepThrough,
  trace,
} from '@renyi/autodiff';
import { sqrt, sum, type Tensor, tensor } from '@renyi/tensor';

// The operations of a function are a graph.
const f = (x: Tensor): Tensor => sum(x.mul(x).tanh());
console.log(printGraph(trace(f)(tensor([0, 1]))));
// => graph (%0)
// =>   %0: float32 [2] = input
// =>   %1: float32 [2] = mul %0 %0
// =>   %2: float32 [2] = tanh %1
// =>   %3: float32 []  = sum %2 { axes: [0], keepDims: false }
// => return %3

// The backward pass visits it from the result back. x is used twice, so two contributions meet at %0.
console.log(printSteps(stepThrough(f)(tensor([0, 1]))));
// => forward
// =>   %0: float32 [2] = input                                  [0, 1]
// =>   %1: float32 [2] = mul %0 %0                              [0, 1]
// =>   %2: float32 [2] = tanh %1                                [0, 0.761594]
// =>   %3: float32 []  = sum %2 { axes: [0], keepDims: false }  0.761594
// => backward
// =>   %3 has cotangent 1
// =>     %2 += [1, 1]
// =>   %2 has cotangent [1, 1]
// =>     %1 += [1, 0.419974]
// =>   %1 has cotangent [1, 0.419974]
// =>     %0 += [0, 0.419974]
// =>     %0 += [0, 0.419974], which makes [0, 0.839949]
// => gradients
// =>   %0: [0, 0.839949]

// Which operation made the NaN? The square root has an infinite slope at 0, and x a slope of 0 there.
const norm = (x: Tensor): Tensor => sqrt(sum(x.mul(x)));
console.log(grad(norm)(tensor([0, 0])).toArray()); // => [ NaN, NaN ]
try {
  detectAnomaly(grad(norm))(tensor([0, 0]));
} catch (error) {
  if (error instanceof AnomalyError) console.log(error.phase, error.primitive, error.value);
}
// => backward sqrt Infinity
