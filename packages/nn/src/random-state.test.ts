import { valueAndGrad } from '@renyi/autodiff';
import { crossEntropy, DomainError, Generator, type GeneratorState, ones, tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Adam } from './adam.js';
import { BatchNorm1d } from './layers/batch-norm.js';
import { Dropout } from './layers/dropout.js';
import { TransformerBlock } from './layers/transformer-block.js';
import { Linear } from './linear.js';
import { loadRandomState, randomState } from './random-state.js';
import { Sequential } from './sequential.js';

/** A network with everything that has a state: weights, averages, draws. */
function start(seed: number): { network: Sequential; optimizer: Adam } {
  const generator = new Generator(seed);
  const network = new Sequential(
    new Linear(4, 6, { generator }),
    new BatchNorm1d(6),
    new Dropout(0.5, { generator }),
    new Linear(6, 3, { generator }),
  );
  return { network, optimizer: new Adam(network.parameters(), { learningRate: 0.05 }) };
}

const x = new Generator(1).normal([5, 4]);
const labels = tensor([0, 1, 2, 1, 0], { dtype: 'int32' });

function train({ network, optimizer }: ReturnType<typeof start>, steps: number): number[] {
  return Array.from({ length: steps }, () => {
    const { value, gradients } = valueAndGrad(
      () => crossEntropy(network.forward(x), labels),
      optimizer.parameters,
    );
    optimizer.step(gradients);
    return value.item();
  });
}

describe('a training', () => {
  it('that is saved after m steps and resumed for n is one of m + n, bit for bit, with averages and dropout', () => {
    fc.assert(
      fc.property(fc.nat(4), fc.nat(4), fc.nat(), (m, n, seed) => {
        const whole = start(seed);
        const losses = train(whole, m + n);
        const first = start(seed);
        const before = train(first, m);
        // As it would go through a file.
        const draws = JSON.stringify(randomState(first.network));
        const second = start(seed + 1);
        second.network.loadStateDict(first.network.stateDict());
        second.optimizer.loadStateDict(first.optimizer.stateDict());
        loadRandomState(second.network, JSON.parse(draws) as Record<string, GeneratorState>);
        expect([...before, ...train(second, n)]).toEqual(losses);
        for (const [name, value] of Object.entries(whole.network.stateDict()))
          expect(second.network.stateDict()[name]?.toArray(), name).toEqual(value.toArray());
      }),
      { numRuns: 20 },
    );
  });
});

describe('the random state', () => {
  it('has every module that draws', () => {
    const block = new TransformerBlock(4, 2, { feedForward: 4, generator: new Generator(0) });
    expect(Object.keys(randomState(block))).toEqual(['self_attn', 'dropout', 'dropout1', 'dropout2']);
  });

  it('is refused with everything that is missing or too much, and then nothing changes', () => {
    const { network } = start(0);
    const saved = randomState(network);
    expect(Object.keys(saved)).toEqual(['2']);
    const other = new Generator(9).state;
    expect(() => loadRandomState(network, { 0: other, 5: other })).toThrow(
      'loadRandomState: expected the states of 1 modules; got others: missing 2, unexpected 0, unexpected 5',
    );
    expect(() => loadRandomState(network, { 2: {} as GeneratorState })).toThrow(DomainError);
    network.forward(ones([2, 4]));
    loadRandomState(network, saved);
    expect(randomState(network)).toEqual(saved);
  });
});
