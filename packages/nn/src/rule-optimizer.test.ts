import { Parameter, valueAndGrad } from '@renyi/autodiff';
import { ConfigError, Generator, ShapeError, Tensor, tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Adagrad } from './adagrad.js';
import { Adam, AdamW } from './adam.js';
import { NAdam } from './nadam.js';
import type { Optimizer, OptimizerState } from './optimizer.js';
import { RAdam } from './radam.js';
import { RMSprop } from './rmsprop.js';
import { cosine, linear, oneCycle } from './schedules.js';
import type { RuleOptimizer } from './rule-optimizer.js';
import { SGD } from './sgd.js';

type Make = (parameters: readonly Parameter[]) => Optimizer;

/** Every optimizer, and every kind of state that it keeps. */
const optimizers: Readonly<Record<string, Make>> = {
  SGD: (parameters) => new SGD(parameters, { learningRate: 0.1 }),
  'SGD with momentum': (parameters) =>
    new SGD(parameters, { learningRate: 0.1, momentum: 0.9, dampening: 0.5, weightDecay: 0.01 }),
  'SGD with schedules': (parameters) =>
    new SGD(parameters, {
      learningRate: oneCycle({ peak: 0.5, steps: 12 }),
      momentum: oneCycle({ from: 0.95, peak: 0.85, to: 0.95, steps: 12 }),
      nesterov: true,
    }),
  Adam: (parameters) => new Adam(parameters, { learningRate: cosine({ from: 0.1, steps: 20 }) }),
  'Adam with amsgrad': (parameters) => new Adam(parameters, { amsgrad: true, weightDecay: 0.1 }),
  AdamW: (parameters) => new AdamW(parameters, { learningRate: linear({ from: 0, to: 0.1, steps: 5 }) }),
  NAdam: (parameters) => new NAdam(parameters, {}),
  RAdam: (parameters) => new RAdam(parameters, { learningRate: 0.1, betas: [0.9, 0.9] }),
  RMSprop: (parameters) => new RMSprop(parameters, {}),
  'RMSprop with all': (parameters) => new RMSprop(parameters, { momentum: 0.9, centered: true }),
  Adagrad: (parameters) => new Adagrad(parameters, { initialSum: 0.1, learningRateDecay: 0.01 }),
};
const each = Object.entries(optimizers);

/** Parameters of two shapes and dtypes; the same each time. */
function freshParameters(): Parameter[] {
  const generator = new Generator(8);
  return [generator.normal([2, 3]), generator.normal([]), generator.normal([4], { dtype: 'float64' })].map(
    (value) => new Parameter(value),
  );
}

/** The gradients of step t: a function of t and the parameters, as in training. */
function gradientsAt(t: number, parameters: readonly Parameter[]): Tensor[] {
  return parameters.map(({ value }) => value.mul(Math.cos(t)).add(Math.sin(3 * t)));
}

function train(optimizer: Optimizer, from: number, to: number): void {
  for (let t = from; t < to; t++) optimizer.step(gradientsAt(t, optimizer.parameters));
}

function bits(parameters: readonly Parameter[]): number[][] {
  return parameters.map(({ value }) => [...new Uint32Array(value.dataSync().buffer)]);
}

/** As it would come back from a file. */
function throughBytes({ steps, tensors }: OptimizerState): OptimizerState {
  const copied = Object.entries(tensors).map(
    ([name, x]) => [name, tensor(x.dataSync(), { shape: x.shape })] as const,
  );
  return { steps: JSON.parse(JSON.stringify(steps)), tensors: Object.fromEntries(copied) };
}

describe.each(each)('%s', (_, make) => {
  it('goes on from a saved state bit for bit, wherever it was saved: train(m), save, load, train(n) = train(m + n)', () => {
    const whole = freshParameters();
    train(make(whole), 0, 12);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }), (saves) => {
        let parameters = freshParameters();
        let optimizer = make(parameters);
        let done = 0;
        for (const next of [...saves.sort((a, b) => a - b), 12]) {
          train(optimizer, done, next);
          done = next;
          const state = throughBytes(optimizer.stateDict());
          parameters = parameters.map(({ value }) => new Parameter(value));
          optimizer = make(parameters);
          optimizer.loadStateDict(state);
        }
        expect(bits(parameters)).toEqual(bits(whole));
      }),
      { numRuns: 10 },
    );
  });

  it('changes nothing in prepare, and counts a step when it is made', () => {
    const parameters = freshParameters();
    const optimizer = make(parameters);
    train(optimizer, 0, 2);
    const before = [bits(parameters), optimizer.stateDict()];
    const prepared = optimizer.prepare(gradientsAt(2, parameters));
    expect([bits(parameters), optimizer.stateDict()]).toEqual(before);
    prepared.commit();
    expect(optimizer.stateDict().steps).toBe(3);
    expect(parameters.map(({ value }) => value)).toEqual(prepared.values);
  });

  it('leaves alone what others have: gradients, values, and a state that was asked for', () => {
    const parameters = freshParameters();
    const optimizer = make(parameters);
    const [gradients, values] = [gradientsAt(0, parameters), parameters.map(({ value }) => value)];
    optimizer.step(gradients);
    train(optimizer, 1, 3);
    const { tensors } = optimizer.stateDict();
    const before = Object.values(tensors).map((x) => x.toArray());
    train(optimizer, 3, 6);
    expect([...gradients, ...values, ...Object.values(tensors)].some((x) => x.isDisposed)).toBe(false);
    expect(Object.values(tensors).map((x) => x.toArray())).toEqual(before);
  });

  it('frees what it has kept when it is replaced', () => {
    const parameters = freshParameters();
    const optimizer = make(parameters);
    const disposed = vi.spyOn(Tensor.prototype, 'dispose');
    train(optimizer, 0, 5);
    const freed = disposed.mock.contexts.length;
    disposed.mockRestore();
    const slots = Object.keys(optimizer.stateDict().tensors).length;
    // All but the last; the first velocity may be the gradient itself.
    expect(freed).toBeLessThanOrEqual(4 * slots);
    expect(freed).toBeGreaterThanOrEqual(3 * slots);
  });

  it('takes the same steps in place, and frees what it has made when that is replaced', () => {
    const [due, parameters] = [freshParameters(), freshParameters()];
    const first = parameters.map(({ value }) => value);
    train(make(due), 0, 5);
    const optimizer = make(parameters);
    expect((optimizer as RuleOptimizer<object>).inPlace()).toBe(optimizer);
    const freed: Tensor[] = [];
    for (let t = 0; t < 5; t++) {
      const former = parameters.map(({ value }) => value);
      train(optimizer, t, t + 1);
      if (t > 0) freed.push(...former);
    }
    expect(bits(parameters)).toEqual(bits(due));
    expect(freed.every(({ isDisposed }) => isDisposed)).toBe(true);
    // The first ones are somebody else's.
    expect(first.some(({ isDisposed }) => isDisposed)).toBe(false);
  });

  it('keeps the dtype and shape of every parameter', () => {
    const parameters = freshParameters();
    train(make(parameters), 0, 7);
    expect(parameters.map(({ value }) => [value.dtype, value.shape])).toEqual(
      freshParameters().map(({ value }) => [value.dtype, value.shape]),
    );
  });

  it('goes down a bowl', () => {
    const parameters = [new Parameter(tensor([1.5, -2], { dtype: 'float64' }))];
    const optimizer = make(parameters);
    const loss = (): Tensor =>
      (parameters[0] as Parameter).value.mul((parameters[0] as Parameter).value).sum();
    const losses = Array.from({ length: 30 }, () => {
      const { value, gradients } = valueAndGrad(loss, optimizer.parameters);
      optimizer.step(gradients);
      return value.item();
    });
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
  });

  it('refuses a state of another network, or of another optimizer, with all that is wrong, and stays as it was', () => {
    const parameters = freshParameters();
    const optimizer = make(parameters);
    train(optimizer, 0, 3);
    const before = optimizer.stateDict();
    const other = make(freshParameters().slice(1));
    train(other, 0, 1);
    const tensors = { ...other.stateDict().tensors, '7.unknown': tensor([1]) };
    expect(() => optimizer.loadStateDict({ steps: 1, tensors })).toThrow(ShapeError);
    expect(() => optimizer.loadStateDict({ steps: 1, tensors })).toThrow(/unexpected 7.unknown/);
    for (const steps of [-1, 0.5, Number.NaN]) {
      expect(() => optimizer.loadStateDict({ ...before, steps })).toThrow(ConfigError);
    }
    expect(optimizer.stateDict()).toEqual(before);
  });
});

describe('the state of an optimizer', () => {
  it('has PyTorch’s names', () => {
    const names = each.map(([name, make]) => {
      const optimizer = make([new Parameter(tensor([1]))]);
      train(optimizer, 0, 1);
      return [name, Object.keys(optimizer.stateDict().tensors).join(' ')];
    });
    expect(Object.fromEntries(names)).toEqual({
      SGD: '',
      'SGD with momentum': '0.momentum_buffer',
      'SGD with schedules': '0.momentum_buffer',
      Adam: '0.exp_avg 0.exp_avg_sq',
      'Adam with amsgrad': '0.exp_avg 0.exp_avg_sq 0.max_exp_avg_sq',
      AdamW: '0.exp_avg 0.exp_avg_sq',
      NAdam: '0.exp_avg 0.exp_avg_sq',
      RAdam: '0.exp_avg 0.exp_avg_sq',
      RMSprop: '0.square_avg',
      'RMSprop with all': '0.square_avg 0.grad_avg 0.momentum_buffer',
      Adagrad: '0.sum',
    });
  });

  it('lists everything that is wrong with one', () => {
    const optimizer = new Adam([new Parameter(tensor([1, 2])), new Parameter(tensor([3]))]);
    const tensors = {
      '0.exp_avg': tensor([1, 2, 3]),
      '0.exp_avg_sq': tensor([1, 2], { dtype: 'float64' }),
      '1.exp_avg': tensor([1]),
      '2.exp_avg': tensor([1]),
    };
    expect(() => optimizer.loadStateDict({ steps: 4, tensors })).toThrow(
      'Adam.loadStateDict: expected the state of Adam for 2 parameters after 4 steps; got another: ' +
        '0.exp_avg is [3] instead of [2], 0.exp_avg_sq is float64 instead of float32, missing 1.exp_avg_sq, unexpected 2.exp_avg',
    );
  });
});

describe('groups of parameters', () => {
  const [a, b, c] = [1, 2, 3].map((x) => tensor([x])) as [Tensor, Tensor, Tensor];

  it('take the steps that optimizers of their own would take', () => {
    const [x, y, z] = [new Parameter(a), new Parameter(b), new Parameter(c)];
    const both = new SGD([{ parameters: [x], learningRate: 0.5, momentum: 0.5 }, { parameters: [y, z] }], {
      learningRate: 0.1,
      weightDecay: 0.25,
    });
    const alone = [new Parameter(a), new Parameter(b), new Parameter(c)] as const;
    const first = new SGD([alone[0]], { learningRate: 0.5, momentum: 0.5, weightDecay: 0.25 });
    const second = new SGD(alone.slice(1), { learningRate: 0.1, weightDecay: 0.25 });
    expect(both.parameters).toEqual([x, y, z]);
    for (let t = 0; t < 4; t++) {
      for (const optimizer of [both, first, second]) train(optimizer, t, t + 1);
    }
    expect([x, y, z].map(({ value }) => value.item())).toEqual(alone.map(({ value }) => value.item()));
    expect(both.nextSettings().map(({ learningRate }) => learningRate)).toEqual([0.5, 0.1, 0.1]);
  });

  it('may be empty beside others', () => {
    const groups = [{ parameters: [new Parameter(a)] }, { parameters: [] }];
    expect(new SGD(groups, { learningRate: 1 }).parameters).toHaveLength(1);
  });

  it('refuse what is wrong with their own settings, and what a list of parameters refuses', () => {
    const x = new Parameter(a);
    const make = (groups: object[]): SGD => new SGD(groups as never, { learningRate: 0.1 });
    expect(() => make([{ parameters: [x], learningRate: -1 }])).toThrow(
      'SGD: expected learningRate above 0; got -1',
    );
    expect(() => make([{ parameters: [x], lr: 1 }])).toThrow(/expected one of learningRate, .*; got lr/);
    expect(() => make([{ parameters: [x], nesterov: true }])).toThrow('with nesterov');
    expect(() => make([{ parameters: [x] }, { parameters: [x] }])).toThrow('each parameter once');
    expect(() => make([{ parameters: [] }])).toThrow('parameters to update');
    expect(() => make([{ parameters: [x] }, new Parameter(b)])).toThrow('both in one list');
  });
});

describe('a schedule as a setting', () => {
  it('is asked for the number of steps made', () => {
    const asked: number[] = [];
    const learningRate = (step: number): number => {
      asked.push(step);
      return 1 / (1 + step);
    };
    const optimizer = new SGD([new Parameter(tensor([1])), new Parameter(tensor([2]))], { learningRate });
    train(optimizer, 0, 3);
    expect(asked).toEqual([0, 1, 2]);
  });

  it('may pass through 0, but not be negative or NaN: then nothing moves', () => {
    const parameter = new Parameter(tensor([1]));
    const rates = [0, -1, Number.NaN, Number.POSITIVE_INFINITY];
    for (const rate of rates) {
      const optimizer = new SGD([parameter], { learningRate: () => rate });
      const step = (): void => optimizer.step([tensor([1])]);
      if (rate === 0) expect(step).not.toThrow();
      else expect(step).toThrow(`SGD: expected learningRate above 0; got ${rate}`);
      expect([parameter.value.item(), optimizer.steps]).toEqual([1, rate === 0 ? 1 : 0]);
    }
  });

  it('must keep to the range of its setting', () => {
    const optimizer = new SGD([new Parameter(tensor([1]))], { learningRate: 1, momentum: () => 1 });
    expect(() => optimizer.step([tensor([1])])).toThrow('momentum in [0, 1)');
  });
});

describe('settings', () => {
  const x = [new Parameter(tensor([1]))];
  it.each([
    ['Adam', 'betas', () => new Adam(x, { betas: [0.9, 1] })],
    ['Adam', 'betas', () => new Adam(x, { betas: [0.9] as never })],
    ['Adam', 'epsilon', () => new Adam(x, { epsilon: -1 })],
    ['Adam', 'amsgrad', () => new Adam(x, { amsgrad: 1 as never })],
    ['AdamW', 'weightDecay', () => new AdamW(x, { weightDecay: Number.NaN })],
    ['NAdam', 'momentumDecay', () => new NAdam(x, { momentumDecay: -1 })],
    ['RAdam', 'learningRate', () => new RAdam(x, { learningRate: 0 })],
    ['RMSprop', 'decay', () => new RMSprop(x, { decay: 1 })],
    ['RMSprop', 'momentum', () => new RMSprop(x, { momentum: -0.1 })],
    ['Adagrad', 'initialSum', () => new Adagrad(x, { initialSum: -1 })],
    ['Adagrad', 'learningRateDecay', () => new Adagrad(x, { learningRateDecay: Number.POSITIVE_INFINITY })],
  ])('%s refuses an impossible %s', (name, setting, make) => {
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(`${name}: expected ${setting} `);
  });
});
