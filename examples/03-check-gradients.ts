/*
 * Are these derivatives right? A derivative is a limit of differences, so it can be held against a difference.
 */
import { checkGradients, grad, stopGradient } from '@renyi/autodiff';
import { log, sum, type Tensor, tensor } from '@renyi/tensor';

// By hand: (f(x + h) - f(x - h)) / 2 h. The smaller h, the better the formula and the worse the rounding: the cube root
// of the machine epsilon is where both errors are alike.
const f = (x: Tensor): Tensor => log(x).mul(x);
const h = Math.cbrt(Number.EPSILON);
const at = (x: number): number => f(tensor(x, { dtype: 'float64' })).item();
const difference = (at(2 + h) - at(2 - h)) / (2 * h);
const derivative = grad(f)(tensor(2, { dtype: 'float64' })).item(); // 1 + log 2
console.log(Math.abs(difference - derivative) < 1e-9); // => true

// The same for tensors, in random directions, by both modes, and for the second derivative.
const x = tensor([0.5, 1.5, 3]);
console.log(String(checkGradients(f, [x])));
// => 12 directional derivatives agree, worst error … (tolerance 7.3e-8)

// A mistake is found: a constant that should not be one.
const wrong = (y: Tensor): Tensor => sum(log(stopGradient(y)).mul(y));
const report = checkGradients(wrong, [x], { order: 1 });
console.log(
  report.ok,
  report.failures.map(({ mode, input }) => `${mode} ${input}`),
);
// => false [ 'reverse 0', 'forward 0', 'reverse 0', 'forward 0' ]
