import { Parameter, valueAndGrad } from '@renyi/autodiff';
import {
  add,
  ConfigError,
  DTypeError,
  Generator,
  mul,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { ReLU } from './activations.js';
import { Linear } from './linear.js';
import { mlp } from './mlp.js';
import { Module, type StateDict } from './module.js';
import { Sequential } from './sequential.js';
import { SGD } from './sgd.js';

const generator = new Generator(0);
const linear = (inputs: number, outputs: number): Linear => new Linear(inputs, outputs, { generator });

/** Modules and parameters in all the places where a network keeps them. */
class Everything extends Module {
  readonly scale = new Parameter(tensor([2]));
  readonly name = 'not a parameter';
  readonly sizes = [1, 2, 3];
  readonly layers = [linear(2, 2), new ReLU(), linear(2, 2)];
  readonly heads = { mean: linear(2, 1), deviation: linear(2, 1) };
  readonly blocks = [[linear(2, 2)], [new Parameter(tensor([1])), null]];
  readonly missing = undefined;
  readonly last = new Sequential(linear(2, 2));

  override forward(x: Tensor): Tensor {
    const y = this.layers.reduce((value, layer) => layer.forward(value), x);
    return mul(this.heads.mean.forward(this.last.forward(y)), this.scale.value);
  }
}

const everything = [
  'scale',
  'layers.0.weight',
  'layers.0.bias',
  'layers.2.weight',
  'layers.2.bias',
  'heads.mean.weight',
  'heads.mean.bias',
  'heads.deviation.weight',
  'heads.deviation.bias',
  'blocks.0.0.weight',
  'blocks.0.0.bias',
  'blocks.1.0',
  'last.0.weight',
  'last.0.bias',
];

/** Two layers with one weight between them. */
class Tied extends Module {
  readonly first = linear(2, 2);
  readonly second = new Linear(2, 2, { generator, bias: false });

  constructor() {
    super();
    (this.second as { weight: Parameter }).weight = this.first.weight;
  }

  override forward(x: Tensor): Tensor {
    return this.second.forward(this.first.forward(x));
  }
}

describe('a module finds its parts', () => {
  it('in fields, arrays and records, in the order of assignment, by PyTorch’s names', () => {
    const module = new Everything();
    expect(module.namedParameters().map(([name]) => name)).toEqual(everything);
    expect(Object.keys(module.stateDict())).toEqual(everything);
    expect(module.parameters()).toEqual(module.namedParameters().map(([, parameter]) => parameter));
    expect(module.modules()).toEqual([
      module,
      ...module.layers,
      module.heads.mean,
      module.heads.deviation,
      module.blocks[0]?.[0],
      module.last,
      ...module.last.layers,
    ]);
  });

  it('has gradients for all that the loss uses', () => {
    const module = new Everything();
    const x = tensor([[0.5, 1]]);
    const { gradients } = valueAndGrad(() => module.forward(x).sum(), module.parameters());
    expect(gradients).toHaveLength(everything.length);
  });

  it('each once where it is shared, so that a step moves tied weights once', () => {
    const tied = new Tied();
    expect(tied.namedParameters().map(([name]) => name)).toEqual(['first.weight', 'first.bias']);
    expect(Object.keys(tied.stateDict())).toEqual(['first.weight', 'first.bias', 'second.weight']);
    const before = tied.first.weight.value;
    const { gradients } = valueAndGrad(() => tied.forward(tensor([[1, 2]])).sum(), tied.parameters());
    new SGD(tied.parameters(), { learningRate: 0.5 }).step(gradients);
    const expected = before.sub(mul(gradients[0] as Tensor, 0.5)).toArray();
    expect(tied.first.weight.value.toArray()).toEqual(expected);
    const layer = linear(2, 2);
    expect(new Sequential(layer, new ReLU(), layer).modules()).toHaveLength(3);
  });

  it('in a record without a prototype too, but not in a Map or Set, which it says', () => {
    class Holder extends Module {
      constructor(readonly held: unknown) {
        super();
      }

      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const bare = Object.assign(Object.create(null) as object, { a: linear(1, 1) });
    expect(new Holder(bare).namedParameters().map(([name]) => name)).toEqual([
      'held.a.weight',
      'held.a.bias',
    ]);
    expect(new Holder(new Map([['a', 1]])).parameters()).toEqual([]);
    for (const collection of [new Map([['a', linear(1, 1)]]), new Set([new Parameter(tensor([1]))])]) {
      expect(() => new Holder(collection).parameters()).toThrow(ConfigError);
    }
  });

  it('unless it contains itself, which it says', () => {
    class Child extends Module {
      constructor(readonly parent: Module) {
        super();
      }
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    class Parent extends Module {
      readonly child = new Child(this);
      override forward(x: Tensor): Tensor {
        return x;
      }
    }
    const parent = new Parent();
    for (const walk of [() => parent.parameters(), () => parent.train(), () => parent.stateDict()]) {
      expect(walk).toThrow(ConfigError);
      expect(walk).toThrow('child.parent, which contains itself');
    }
  });
});

describe('train and eval', () => {
  it('reach every module, and give the module back', () => {
    const module = new Everything();
    expect(module.modules().every(({ training }) => training)).toBe(true);
    expect(module.eval()).toBe(module);
    expect(module.modules().some(({ training }) => training)).toBe(false);
    expect(module.train()).toBe(module);
    expect(module.modules().every(({ training }) => training)).toBe(true);
  });

  it('reach only what is below', () => {
    const net = new Sequential(linear(1, 1), linear(1, 1));
    net.layers[0]?.eval();
    expect(net.modules().map(({ training }) => training)).toEqual([true, false, true]);
  });
});

/** The message of what `loadStateDict` throws, which must leave all as it was. */
function refusal(module: Module, state: StateDict): Error {
  const before = module.stateDict();
  try {
    module.loadStateDict(state);
  } catch (error) {
    expect(module.stateDict()).toEqual(before);
    for (const [name, value] of Object.entries(module.stateDict())) expect(value).toBe(before[name]);
    return error as Error;
  }
  throw new Error('it was not refused');
}

describe('state dicts', () => {
  const net = (seed: number): Sequential => mlp([3, 4, 2], { generator: new Generator(seed) });

  it('carry a network over bit for bit', () => {
    const [from, to] = [net(1), net(2)];
    const x = new Generator(0).normal([5, 3]);
    expect(to.forward(x).toArray()).not.toEqual(from.forward(x).toArray());
    to.loadStateDict(from.stateDict());
    expect(to.forward(x).toArray()).toEqual(from.forward(x).toArray());
    expect(to.stateDict()).toEqual(from.stateDict());
  });

  it('take any order of names', () => {
    const [from, to] = [net(1), net(2)];
    to.loadStateDict(Object.fromEntries(Object.entries(from.stateDict()).reverse()));
    expect(to.stateDict()).toEqual(from.stateDict());
  });

  it('are a copy of what there was: training afterwards does not change them', () => {
    const module = net(1);
    const saved = module.stateDict();
    const before = saved['0.weight']?.toArray();
    const optimizer = new SGD(module.parameters(), { learningRate: 0.1 });
    optimizer.step(module.parameters().map(({ value }) => add(value, 1)));
    expect(saved['0.weight']?.toArray()).toEqual(before);
    expect(module.stateDict()['0.weight']?.toArray()).not.toEqual(before);
  });

  it('are refused with every problem at once, and then nothing changes', () => {
    const { '0.bias': _, ...state } = net(1).stateDict();
    const error = refusal(net(2), {
      ...state,
      '0.weight': zeros([3, 4]),
      '2.bias': zeros([2], { dtype: 'float64' }),
      '4.weight': zeros([1]),
      extra: zeros([1]),
    });
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.message).toBe(
      'loadStateDict: expected the 4 tensors of this module; got others: missing 0.bias, unexpected 4.weight, ' +
        'unexpected extra, 0.weight is [3, 4] instead of [4, 3], 2.bias is float64 instead of float32',
    );
  });

  it('of other dtypes alone are refused as such, all of them named', () => {
    const wide = mlp([3, 4, 2], { generator: new Generator(1), dtype: 'float64' });
    const error = refusal(net(2), wide.stateDict());
    expect(error).toBeInstanceOf(DTypeError);
    for (const name of ['0.weight', '0.bias', '2.weight', '2.bias']) {
      expect(error.message).toContain(`${name} is float64 instead of float32`);
    }
  });

  it('that lack a tensor in any way lack it: empty, undefined, inherited, no tensor', () => {
    const names = ['0.weight', '0.bias', '2.weight', '2.bias'];
    const state = net(1).stateDict();
    const none = Object.fromEntries(names.map((name) => [name, undefined])) as unknown as StateDict;
    const numbers = Object.fromEntries(names.map((name) => [name, [1]])) as unknown as StateDict;
    for (const lacking of [{}, none, numbers, Object.create(state) as StateDict]) {
      expect(refusal(net(2), lacking).message).toContain(names.map((name) => `missing ${name}`).join(', '));
    }
  });

  it('of tied weights have them under each name, and the last one counts, as in PyTorch', () => {
    const [from, to] = [new Tied(), new Tied()];
    to.loadStateDict(from.stateDict());
    expect(to.second.weight).toBe(to.first.weight);
    to.loadStateDict({
      ...from.stateDict(),
      'second.weight': tensor([
        [1, 2],
        [3, 4],
      ]),
    });
    expect(to.first.weight.value.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(refusal(to, { 'first.weight': zeros([2, 2]), 'first.bias': zeros([2]) }).message).toContain(
      'missing second.weight',
    );
  });
});
