import { Parameter } from '@renyi/autodiff';
import { ConfigError, DTypeError, Generator, ShapeError, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { readCases } from './golden.testing.js';
import { deviation as deviationOf, type OptimizerCase } from './golden-optimizer.testing.js';
import type { Optimizer } from './optimizer.js';
import { SGD, type SGDOptions } from './sgd.js';

type Case = OptimizerCase<TorchOptions>;

interface TorchOptions {
  readonly lr: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly weight_decay?: number;
  readonly maximize?: boolean;
}

/** All constant here. */
type Numbers = SGDOptions & { readonly learningRate: number; readonly momentum?: number };

type MakeOptimizer = (parameters: readonly Parameter[], options: Numbers) => Pick<Optimizer, 'step'>;

const sgd: MakeOptimizer = (parameters, options) => new SGD(parameters, options);
const cases = readCases<Case>('operations/optim.json', 'optimizer').filter(
  ({ attrs }) => attrs.optimizer === 'sgd',
);

/** How far an optimizer strays from a case, in units of the tolerance. */
function deviation(golden: Case, make: MakeOptimizer): number {
  const { lr: learningRate, weight_decay: weightDecay = 0, ...rest } = golden.attrs.options;
  return deviationOf(golden, (parameters) => make(parameters, { learningRate, weightDecay, ...rest }));
}

describe('SGD follows PyTorch', () => {
  it.each(cases)('$id $attrs.options', (golden) => {
    expect(golden.params_after_step).toHaveLength(12);
    expect(deviation(golden, sgd)).toBeLessThanOrEqual(1);
  });
});

/** What a step of a differently written optimizer makes of w, g and the last velocity. */
type Rule = (
  w: number,
  g: number,
  v: number | undefined,
  o: Required<Numbers>,
) => readonly [w: number, velocity: number];

/** SGD by a rule for single numbers; the right rule, and those that one gets wrong. */
function sgdByRule(rule: Rule): MakeOptimizer {
  return (parameters, given) => {
    const defaults = { momentum: 0, dampening: 0, nesterov: false, weightDecay: 0, maximize: false };
    const options = { ...defaults, ...given };
    const velocities: (number[] | undefined)[] = parameters.map(() => undefined);
    return {
      step: (gradients) => {
        for (const [i, parameter] of parameters.entries()) {
          const g = gradients?.[i]?.dataSync() ?? [];
          const next = Array.from(parameter.value.dataSync(), (w, j) =>
            rule(w, g[j] as number, velocities[i]?.[j], options),
          );
          velocities[i] = next.map(([, v]) => v);
          parameter.value = tensor(
            Float64Array.from(next, ([w]) => w),
            { shape: parameter.value.shape },
          );
        }
      },
    };
  };
}

const rightRule: Rule = (w, g, v, o) => {
  const d = (o.maximize ? -g : g) + o.weightDecay * w;
  const velocity = v === undefined ? d : o.momentum * v + (1 - o.dampening) * d;
  return [w - o.learningRate * (o.nesterov ? d + o.momentum * velocity : velocity), velocity];
};

const wrongRules: Record<string, Rule> = {
  'weight decay after momentum': (w, g, v, o) => {
    const [next, velocity] = rightRule(w, g, v, { ...o, weightDecay: 0 });
    return [next - o.learningRate * o.weightDecay * w, velocity];
  },
  'dampening in the first step too': (w, g, v, o) => rightRule(w, g, v ?? 0, o),
  'no look-ahead': (w, g, v, o) => rightRule(w, g, v, { ...o, nesterov: false }),
  'look-ahead by the last velocity': (w, g, v, o) => {
    const [, velocity] = rightRule(w, g, v, o);
    return o.nesterov ? [w - o.learningRate * (g + o.momentum * (v ?? 0)), velocity] : rightRule(w, g, v, o);
  },
  'the velocity as a running mean': (w, g, v, o) => {
    const velocity = o.momentum * (v ?? 0) + o.learningRate * (1 - o.momentum) * g;
    return [w - velocity, velocity];
  },
  'maximize ignored': (w, g, v, o) => rightRule(w, g, v, { ...o, maximize: false }),
  'momentum off by a factor 1.0005': (w, g, v, o) =>
    rightRule(w, g, v, { ...o, momentum: o.momentum * 1.0005 }),
};

describe('the golden cases can tell', () => {
  it('the rule written for single numbers passes', () => {
    for (const golden of cases)
      expect(deviation(golden, sgdByRule(rightRule)), golden.id).toBeLessThanOrEqual(1);
  });

  it.each(Object.entries(wrongRules))('%s', (_, rule) => {
    // NaN, where only one of the two trajectories is finite, is a difference too.
    const caught = cases.filter((golden) => !(deviation(golden, sgdByRule(rule)) <= 1e3));
    expect(caught).not.toHaveLength(0);
  });
});

const parameter = (values: number[]): Parameter => new Parameter(tensor(values));
const bitsOf = ({ value }: Parameter): Uint32Array => new Uint32Array(value.dataSync().buffer);

describe('SGD', () => {
  it.each([{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true }, { momentum: 0.5, dampening: 0.5 }])(
    'leaves weights alone, bit for bit, where the gradient is 0 and nothing decays: %o',
    (options) => {
      const weights = parameter([1.1, -0.3, 1e-45, 3e38, 0, -0]);
      const before = bitsOf(weights);
      const optimizer = new SGD([weights], { learningRate: 0.1, ...options });
      for (let step = 0; step < 3; step++) optimizer.step([tensor([0, 0, 0, 0, 0, 0])]);
      expect(bitsOf(weights)).toEqual(before);
    },
  );

  it('shrinks weights by 1 - learningRate weightDecay a step where the gradient is 0', () => {
    const weights = new Parameter(tensor([2, -4], { dtype: 'float64' }));
    const optimizer = new SGD([weights], { learningRate: 0.5, weightDecay: 0.25 });
    for (let step = 0; step < 4; step++) optimizer.step([tensor([0, 0], { dtype: 'float64' })]);
    expect(weights.value.toArray()).toEqual([2 * 0.875 ** 4, -4 * 0.875 ** 4]);
  });

  it.each([false, true])(
    'moves by the geometric sums of momentum under a constant gradient g (nesterov: %s)',
    (nesterov) => {
      const [w0, g, learningRate, m] = [1, 0.75, 0.1, 0.9];
      const weights = new Parameter(tensor([w0], { dtype: 'float64' }));
      const optimizer = new SGD([weights], { learningRate, momentum: m, nesterov });
      let moved = 0;
      for (let t = 1; t <= 20; t++) {
        optimizer.step([tensor([g], { dtype: 'float64' })]);
        // v_t = (1 - m^t) / (1 - m) g; with the look-ahead the direction is g + m v_t = v_(t + 1).
        moved += (1 - m ** (nesterov ? t + 1 : t)) / (1 - m);
        // 20 steps of 3 roundings each, of numbers up to 12.
        expect(Math.abs(weights.value.item() - (w0 - learningRate * g * moved))).toBeLessThan(
          20 * 3 * Number.EPSILON * 12,
        );
      }
    },
  );

  it('climbs by as much as it descends', () => {
    const [up, down] = [parameter([1, 2]), parameter([-1, -2])];
    const options = { learningRate: 0.3, momentum: 0.5, weightDecay: 0 };
    const [climbing, descending] = [new SGD([up], { ...options, maximize: true }), new SGD([down], options)];
    for (const g of [tensor([0.5, -1]), tensor([2, 3])]) {
      climbing.step([g]);
      descending.step([g]);
    }
    expect(up.value.neg().toArray()).toEqual(down.value.toArray());
  });

  it('has a velocity for each parameter and for each optimizer', () => {
    const [a, b, alone] = [parameter([1]), parameter([1]), parameter([1])];
    const options = { learningRate: 0.1, momentum: 0.9 };
    const [both, one] = [new SGD([a, b], options), new SGD([alone], options)];
    for (const g of [1, -3, 2]) {
      both.step([tensor([g]), tensor([7 * g])]);
      one.step([tensor([g])]);
    }
    expect(a.value.toArray()).toEqual(alone.value.toArray());
    expect(b.value.toArray()).not.toEqual(a.value.toArray());
  });

  it('keeps the dtype of each parameter', () => {
    const generator = new Generator(3);
    for (const dtype of ['float32', 'float64'] as const) {
      const weights = new Parameter(generator.normal([4], { dtype }));
      const optimizer = new SGD([weights], {
        learningRate: 0.1,
        momentum: 0.9,
        nesterov: true,
        weightDecay: 0.1,
      });
      for (let step = 0; step < 3; step++) optimizer.step([generator.normal([4], { dtype })]);
      expect(weights.value.dtype).toBe(dtype);
    }
  });

  it.each<Partial<Record<keyof SGDOptions, unknown>>>([
    { learningRate: 0 },
    { learningRate: -1 },
    { learningRate: Number.NaN },
    { learningRate: Number.POSITIVE_INFINITY },
    { momentum: 1 },
    { momentum: -0.1 },
    { momentum: Number.NaN },
    { weightDecay: -1e-4 },
    { weightDecay: Number.NaN },
    { weightDecay: Number.POSITIVE_INFINITY },
    { dampening: -0.1, momentum: 0.5 },
    { dampening: 1.1, momentum: 0.5 },
    { dampening: Number.NaN, momentum: 0.5 },
    { nesterov: true },
    { nesterov: true, momentum: 0 },
    { nesterov: true, momentum: 0.5, dampening: 0.5 },
  ])('refuses %o', (bad) => {
    const make = (): SGD => new SGD([parameter([1])], { learningRate: 0.1, ...(bad as Partial<SGDOptions>) });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(
      new RegExp(`expected .*${Object.keys(bad)[0] === 'nesterov' ? 'nesterov' : Object.keys(bad)[0]}`),
    );
  });

  it('refuses no parameters, since such a network would never learn, and one that comes twice', () => {
    const [a, b] = [parameter([1]), parameter([2])];
    expect(() => new SGD([], { learningRate: 0.1 })).toThrow(ConfigError);
    expect(() => new SGD([a, b, a], { learningRate: 0.1 })).toThrow(
      'SGD: expected each parameter once; got parameter 0 again at 2',
    );
  });

  it('holds its own list of parameters', () => {
    const list = [parameter([1])];
    const optimizer = new SGD(list, { learningRate: 0.1 });
    list.push(parameter([2]));
    expect(optimizer.parameters).toHaveLength(1);
  });
});

describe('a step that is refused changes nothing', () => {
  const [wide, integer] = [tensor([1, 1], { dtype: 'float64' }), tensor([1, 1], { dtype: 'int32' })];
  const good = tensor([1, 1]);
  it.each([
    ['too few', [good], ShapeError, 'expected 2 gradients, one for each parameter; got 1'],
    ['too many', [good, good, good], ShapeError, 'expected 2 gradients, one for each parameter; got 3'],
    [
      'another shape, the same size',
      [good, tensor([[1, 1]])],
      ShapeError,
      '[2]; got [1, 2]: gradient 1 of 2',
    ],
    ['a shape that broadcasts', [good, tensor([1])], ShapeError, '[2]; got [1]: gradient 1 of 2'],
    ['a scalar', [good, tensor(1)], ShapeError, '[2]; got []: gradient 1 of 2'],
    ['float64 for float32', [good, wide], DTypeError, 'dtype float32; got float64: gradient 1 of 2'],
    ['int32 for float32', [good, integer], DTypeError, 'dtype float32; got int32: gradient 1 of 2'],
  ] as const)('%s', (_, gradients, error, message) => {
    const options = { learningRate: 0.1, momentum: 0.9 };
    const [disturbed, calm] = [
      [parameter([1, 2]), parameter([3, 4])],
      [parameter([1, 2]), parameter([3, 4])],
    ];
    const [optimizer, twin] = [new SGD(disturbed, options), new SGD(calm, options)];
    for (const each of [optimizer, twin]) each.step([good, good]);
    const before = disturbed.map(({ value }) => value);
    expect(() => optimizer.step(gradients)).toThrow(error);
    expect(() => optimizer.step(gradients)).toThrow(message);
    expect(disturbed.map(({ value }) => value)).toEqual(before);
    // Nor did the velocities move: the next step is that of an optimizer that was never disturbed.
    for (const each of [optimizer, twin]) each.step([good, good]);
    expect(disturbed.map(({ value }) => value.toArray())).toEqual(calm.map(({ value }) => value.toArray()));
  });
});

describe('the state of an optimizer', () => {
  const options = { learningRate: 0.1, momentum: 0.9, nesterov: true };
  const make = (): { w: Parameter; optimizer: SGD } => {
    const w = new Parameter(tensor([1, -2], { dtype: 'float64' }));
    return { w, optimizer: new SGD([w], options) };
  };
  const gradient = (step: number): Tensor[] => [tensor([step + 1, 0.3 * step], { dtype: 'float64' })];

  it('goes on where it was, bit for bit', () => {
    const whole = make();
    for (let step = 0; step < 4; step++) whole.optimizer.step(gradient(step));
    for (let after = 0; after < 4; after++) {
      const first = make();
      for (let step = 0; step < after; step++) first.optimizer.step(gradient(step));
      const second = make();
      second.w.value = first.w.value;
      second.optimizer.loadStateDict(first.optimizer.stateDict());
      for (let step = after; step < 4; step++) second.optimizer.step(gradient(step));
      expect(second.w.value.toArray()).toEqual(whole.w.value.toArray());
    }
  });

  it('of other parameters is refused, and nothing is changed', () => {
    const { optimizer } = make();
    optimizer.step(gradient(0));
    const before = optimizer.stateDict();
    const buffer = tensor([1, 2], { dtype: 'float64' });
    for (const tensors of [
      { '0.momentum_buffer': tensor([1, 2]) },
      { '0.momentum_buffer': tensor([1], { dtype: 'float64' }) },
      { '0.momentum_buffer': buffer, '1.momentum_buffer': buffer },
      { '1.momentum_buffer': buffer },
    ]) {
      expect(() => optimizer.loadStateDict({ steps: 1, tensors: tensors as Record<string, Tensor> })).toThrow(
        ShapeError,
      );
    }
    expect(optimizer.stateDict()).toEqual(before);
  });

  it('has a learning rate that a schedule may set, down to 0', () => {
    const { w, optimizer } = make();
    optimizer.setLearningRate(0);
    optimizer.step(gradient(0));
    expect(w.value.toArray()).toEqual([1, -2]);
    for (const rate of [-1, NaN, Infinity])
      expect(() => optimizer.setLearningRate(rate)).toThrow(ConfigError);
  });
});
