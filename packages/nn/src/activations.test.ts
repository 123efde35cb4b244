import { checkGradients } from '@renyi/autodiff';
import { type Tensor, tensor } from '@renyi/tensor';
import { expect, it } from 'vitest';
import { ReLU, Tanh } from './activations.js';

const x = tensor(
  [
    [-2, -0.5, 0.25],
    [1, 3, -0.1],
  ],
  { dtype: 'float64' },
);

it.each([
  [new ReLU(), (v: number): number => Math.max(v, 0)],
  [new Tanh(), Math.tanh],
] as const)('%o is its function, element by element, and holds nothing', (module, f) => {
  expect(Array.from(module.forward(x).dataSync())).toEqual(Array.from(x.dataSync(), f));
  expect(module.parameters()).toEqual([]);
  expect(checkGradients((v: Tensor) => module.forward(v), [x]).toString()).toMatch(/agree/);
});

it('NaN stays NaN', () => {
  const nan = tensor([Number.NaN]);
  expect([new ReLU().forward(nan).item(), new Tanh().forward(nan).item()]).toEqual([Number.NaN, Number.NaN]);
});
