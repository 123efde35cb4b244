/*
 * Derivatives of functions of tensors. A gradient is what `backward` of `00-scalar-autodiff.ts` computes, for all elements at once.
 */
import { grad, jvp, Parameter, stopGradient, valueAndGrad, vjp } from '@renyi/autodiff';
import { sum, type Tensor, tensor } from '@renyi/tensor';

// The gradient of a function is a function.
const cubes = (x: Tensor): Tensor => sum(x.mul(x).mul(x));
const x = tensor([1, 2, 3]);
console.log(grad(cubes)(x).toArray()); // => [ 3, 12, 27 ]

// So it has a gradient itself: 6 x.
console.log(grad((y) => sum(grad(cubes)(y)))(x).toArray()); // => [ 6, 12, 18 ]

// The neuron of the first example, by all three of its numbers.
const neuron = ({ w, x: input, b }: { w: Tensor; x: Tensor; b: Tensor }): Tensor =>
  w.mul(input).add(b).tanh();
const { w, x: input, b } = grad(neuron)({ w: tensor(0.5), x: tensor(2), b: tensor(-1) });
console.log(w.item(), input.item(), b.item()); // => 2 0.5 1

// Reverse mode multiplies the Jacobian with a vector from the left, forward mode from the right.
const squares = (y: Tensor): Tensor => y.mul(y);
const [left] = vjp(squares, [x]).pullback(tensor([1, 10, 100]));
console.log(left?.toArray()); // => [ 2, 40, 600 ]
console.log(jvp(squares, [x], [tensor([1, 10, 100])]).tangent.toArray()); // => [ 2, 40, 600 ]

// What is stopped counts as a constant.
console.log(grad((y) => sum(y.mul(stopGradient(y))))(x).toArray()); // => [ 1, 2, 3 ]

// Parameters are boxes: their content is what training replaces, and what a loss is differentiated by.
const weight = new Parameter(tensor([2, 3]));
const { value, gradients } = valueAndGrad(() => sum(weight.value.mul(weight.value)), [weight]);
console.log(value.item(), gradients[0].toArray()); // => 13 [ 4, 6 ]
