import { Generator } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './index.js';
import { mlp } from './mlp.js';

describe('a safetensors file', () => {
  it('carries a network over', () => {
    const [from, to] = [1, 2].map((seed) => mlp([3, 5, 2], { generator: new Generator(seed) })) as [
      ReturnType<typeof mlp>,
      ReturnType<typeof mlp>,
    ];
    to.loadStateDict(decodeSafetensors(encodeSafetensors(from.stateDict())).tensors);
    const x = new Generator(0).normal([4, 3]);
    expect(to.forward(x).toArray()).toEqual(from.forward(x).toArray());
  });
});
