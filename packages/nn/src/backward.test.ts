import { type Parameter, valueAndGrad } from '@renyi/autodiff';
import { crossEntropy, Generator, scope, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Adam } from './adam.js';
import { mlp } from './mlp.js';
import type { Optimizer } from './optimizer.js';
import { SGD } from './sgd.js';

const inputs = new Generator(2).normal([32, 20]);
const labels = tensor(Int32Array.from({ length: 32 }, (_, i) => i % 5));

/** What five steps make of a network, written in either style. */
function train(style: 'valueAndGrad' | 'backward', make: Make): readonly (readonly number[])[] {
  const network = mlp([20, 64, 5], { generator: new Generator(1) });
  const optimizer = make(network.parameters());
  const loss = (): Tensor => crossEntropy(network.forward(inputs), labels);
  if (style === 'backward') network.requireGrad();
  for (let i = 0; i < 5; i++) {
    scope(() => {
      if (style === 'valueAndGrad') optimizer.step(valueAndGrad(loss, network.parameters()).gradients);
      else {
        optimizer.zeroGrad();
        loss().backward();
        optimizer.step();
      }
    });
  }
  return Object.values(network.stateDict()).map((x) => [...x.dataSync()]);
}

type Make = (parameters: readonly Parameter[]) => Optimizer;
const adam: Make = (parameters) => new Adam(parameters, { learningRate: 0.01 });
const sgd: Make = (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9 });

describe('loss.backward() and optimizer.step()', () => {
  it.each([
    ['Adam', adam],
    ['SGD with momentum', sgd],
  ])('train as valueAndGrad does, bit for bit: %s', (_name, make) => {
    expect(train('backward', make)).toEqual(train('valueAndGrad', make));
  });

  const network = mlp([20, 8, 5], { generator: new Generator(1) }).requireGrad();
  const parameters = network.parameters();
  const optimizer = new SGD(parameters, { learningRate: 0.1 });

  it('a step without gradients says what is missing', () => {
    expect(() => optimizer.step()).toThrow(
      /^step: expected gradients, or parameters for which backward\(\) has collected some; got none\. Call requireGrad\(\)/,
    );
  });

  it('a parameter that the loss does not depend on has gradient 0', () => {
    const before = parameters.map(({ value }) => [...value.dataSync()]);
    (parameters[0] as (typeof parameters)[number]).value.sum().backward();
    optimizer.step();
    const moved = parameters.map(({ value }, i) => value.dataSync().some((x, k) => x !== before[i]?.[k]));
    expect(moved).toEqual([true, false, false, false]);
    expect(parameters.map(({ value }) => value.trace === null)).toEqual([false, false, false, false]);
  });

  it('the state is made of constants, and is loaded into variables', () => {
    const state = network.stateDict();
    expect(Object.values(state).map(({ trace }) => trace)).toEqual([null, null, null, null]);
    const other = mlp([20, 8, 5], { generator: new Generator(3) }).requireGrad();
    other.loadStateDict(state);
    crossEntropy(other.forward(inputs), labels).backward();
    expect(other.parameters().every(({ grad }) => grad !== null)).toBe(true);
  });

  it('gradients of several batches add up until they are forgotten', () => {
    optimizer.zeroGrad();
    expect(parameters.map(({ grad }) => grad)).toEqual([null, null, null, null]);
    const bias = parameters[3] as (typeof parameters)[number];
    for (let i = 0; i < 3; i++) bias.value.sum().backward();
    expect(bias.grad?.toArray()).toEqual([3, 3, 3, 3, 3]);
  });
});
