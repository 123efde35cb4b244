import { type Parameter, valueAndGrad } from '@renyi/autodiff';
import {
  crossEntropy,
  DisposedError,
  Generator,
  memory,
  scope,
  type Tensor,
  tensor,
  wasmBackend,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Adam } from './adam.js';
import { BatchNorm1d, BatchNorm2d } from './layers/batch-norm.js';
import { mlp } from './mlp.js';
import type { Module } from './module.js';
import type { Optimizer } from './optimizer.js';
import type { RuleOptimizer } from './rule-optimizer.js';
import { SGD } from './sgd.js';

const optimizers: readonly (readonly [string, (parameters: readonly Parameter[]) => Optimizer])[] = [
  ['SGD', (parameters) => new SGD(parameters, { learningRate: 0.1 })],
  ['SGD with momentum', (parameters) => new SGD(parameters, { learningRate: 0.1, momentum: 0.9 })],
  ['Adam', (parameters) => new Adam(parameters, { learningRate: 0.01, amsgrad: true })],
];

/** The losses of a few steps on a network whose weights are large enough for linear memory, and what scopes still hold then. */
function train(
  make: (parameters: readonly Parameter[]) => Optimizer,
  isScoped: boolean,
): { losses: number[]; held: number } {
  const network = mlp([20, 64, 5], { generator: new Generator(1) });
  const parameters = network.parameters();
  const optimizer = make(parameters);
  const inputs = new Generator(2).normal([32, 20]);
  const labels = tensor(Int32Array.from({ length: 32 }, (_, i) => i % 5));
  const losses: number[] = [];
  const step = (): void => {
    const { value, gradients } = valueAndGrad(
      (): Tensor => crossEntropy(network.forward(inputs), labels),
      parameters,
    );
    losses.push(value.item());
    optimizer.step(gradients);
  };
  for (let i = 0; i < 5; i++) {
    if (isScoped) scope(step);
    else step();
  }
  return { losses, held: memory().backends['wasm']?.bytes ?? 0 };
}

describe('a training step that is a scope', () => {
  it.each(optimizers)('learns the same as one that is none, and leaves nothing behind: %s', (_, make) => {
    const { losses } = train(make, false);
    expect(losses[4]).toBeLessThan(losses[0] as number);
    expect(train(make, true)).toEqual({ losses, held: 0 });
  });
});

describe('running averages of a batch', () => {
  it('leave nothing of its size behind, before the step is over', () => {
    const x = new Generator(1).normal([8, 4, 16, 16]);
    const held = (trackRunningStats: boolean): number => {
      const layer = new BatchNorm2d(4, { trackRunningStats });
      return scope(() => {
        const before = memory().backends['wasm']?.bytes ?? 0;
        layer.forward(x);
        return { bytes: (memory().backends['wasm']?.bytes ?? 0) - before, layer };
      }).bytes;
    };
    expect(held(false)).toBeGreaterThan(0);
    expect(held(true) - held(false)).toBeLessThan(4 * x.size);
  });
});

describe('a state dict', () => {
  it('keeps its running means, whether they were taken or loaded, when later steps replace them', () => {
    const layer = new BatchNorm1d(3);
    const x = new Generator(1).normal([5, 3]);
    const step = (): void => scope(() => void layer.forward(x));
    step();
    const taken = layer.stateDict();
    const means = taken['running_mean']?.toArray();
    step();
    step();
    expect(taken['running_mean']?.toArray()).toEqual(means);
    layer.loadStateDict(taken);
    step();
    step();
    expect(taken['running_mean']?.toArray()).toEqual(means);
    expect(taken['num_batches_tracked']?.item()).toBe(1);
  });
});

describe('steps in place', () => {
  const train1000 = (optimizer: RuleOptimizer<object>, network: Module, inputs: Tensor): Set<string> => {
    const labels = tensor(Int32Array.from({ length: 9 }, (_, i) => i % 2));
    const held = new Set<string>();
    for (let i = 0; i < 1000; i++) {
      scope(() => {
        const loss = (): Tensor => crossEntropy(network.forward(inputs), labels);
        optimizer.step(valueAndGrad(loss, optimizer.parameters).gradients);
      });
      if (i > 0) held.add(JSON.stringify(memory().backends['wasm']));
    }
    return held;
  };
  const stepper =
    (optimizer: RuleOptimizer<object>, network: Module, inputs: Tensor): (() => void) =>
    () => {
      const loss = (): Tensor => network.forward(inputs).sum();
      optimizer.step(valueAndGrad(loss, optimizer.parameters).gradients);
    };
  const make = (): [RuleOptimizer<object>, Module, Tensor] => {
    const network = mlp([8, 48, 2], { generator: new Generator(1) });
    const optimizer = new SGD(network.parameters(), { learningRate: 1e-3, momentum: 0.9 });
    return [optimizer, network, new Generator(2).normal([9, 8])];
  };

  it('keep weights and velocities in the memory of kernels, as many bytes after 1000 steps as after 2, and learn the same', () => {
    const [plain, due, inputs] = make();
    expect([...train1000(plain, due, inputs)]).toEqual(['{"tensors":0,"bytes":0}']);
    const [optimizer, network] = make();
    const held = [...train1000(optimizer.inPlace(), network, inputs)];
    // Of 48 x 8 elements each, in 1,536 bytes and 32 over which vectors may run: 25 lines of 64.
    expect(held).toEqual(['{"tensors":2,"bytes":3200}']);
    for (const [i, { value }] of network.parameters().entries()) {
      expect(value.dataSync()).toEqual((due.parameters()[i] as Parameter).value.dataSync());
    }
    for (const { value } of network.parameters()) value.dispose();
    for (const velocity of Object.values(optimizer.stateDict().tensors)) velocity.dispose();
    expect(memory().backends['wasm']).toEqual({ tensors: 0, bytes: 0 });
  });

  it('free no value that a state dict has, and none that was loaded', () => {
    const [optimizer, network, inputs] = make();
    const step = stepper(optimizer.inPlace(), network, inputs);
    step();
    const taken = network.stateDict();
    const weights = Object.values(taken).map((x) => x.toArray());
    step();
    step();
    expect(Object.values(taken).map((x) => x.toArray())).toEqual(weights);
    network.loadStateDict(taken);
    step();
    step();
    expect(Object.values(taken).map((x) => x.toArray())).toEqual(weights);
  });

  it('tell whoever has read a value that it is gone', () => {
    const [optimizer, network, inputs] = make();
    const step = stepper(optimizer.inPlace(), network, inputs);
    step();
    const [{ value }] = network.parameters() as [Parameter];
    step();
    expect(() => value.add(1)).toThrow(DisposedError);
  });
});

describe('the memory of kernels', () => {
  it('is as large after 10,000 training steps as after the first hundred', () => {
    const network = mlp([8, 48, 2], { generator: new Generator(1) });
    const parameters = network.parameters();
    const optimizer = new SGD(parameters, { learningRate: 1e-3, momentum: 0.9 });
    const inputs = new Generator(2).normal([9, 8]);
    const labels = tensor(Int32Array.from({ length: 9 }, (_, i) => i % 2));
    const { linearMemory } = wasmBackend as unknown as {
      readonly linearMemory: { readonly capacityBytes: number };
    };
    const capacities = new Set<number>();
    for (let i = 0; i < 10_000; i++) {
      scope(() => {
        const loss = (): Tensor => crossEntropy(network.forward(inputs), labels);
        optimizer.step(valueAndGrad(loss, parameters).gradients);
      });
      expect(memory().backends['wasm']).toEqual({ tensors: 0, bytes: 0 });
      if (i >= 100) capacities.add(linearMemory.capacityBytes);
    }
    expect([...capacities]).toHaveLength(1);
  });
});
