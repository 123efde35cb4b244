import type { Parameter } from '@renyi/autodiff';
import { describe, expect, it } from 'vitest';
import { Adagrad } from './adagrad.js';
import { Adam, AdamW } from './adam.js';
import { readCases } from './golden.testing.js';
import { deviation as deviationOf, type OptimizerCase } from './golden-optimizer.testing.js';
import { NAdam } from './nadam.js';
import type { Optimizer } from './optimizer.js';
import { RAdam } from './radam.js';
import { RMSprop } from './rmsprop.js';

type Options = Readonly<Record<string, unknown>>;

type Case = OptimizerCase<Options>;

const cases = readCases<Case>('operations/optim.json', 'optimizer').filter(
  ({ attrs }) => attrs.optimizer !== 'sgd',
);

/** Our names of PyTorch's settings. */
const names: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  eps: 'epsilon',
  weight_decay: 'weightDecay',
  alpha: 'decay',
  lr_decay: 'learningRateDecay',
  initial_accumulator_value: 'initialSum',
  momentum_decay: 'momentumDecay',
};

function renamed(options: Options): Options {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [names[key] ?? key, value]));
}

const makers: Readonly<Record<string, (parameters: readonly Parameter[], options: Options) => Optimizer>> = {
  adam: (parameters, options) => new Adam(parameters, options),
  adamw: (parameters, options) => new AdamW(parameters, options),
  rmsprop: (parameters, options) => new RMSprop(parameters, options),
  adagrad: (parameters, options) => new Adagrad(parameters, options),
  // PyTorch 1.13, which made these cases, counts a factor of the momentum twice; later versions do not.
  nadam: (parameters, options) => new NAdam(parameters, { countTwice: true, ...options }),
  radam: (parameters, options) => new RAdam(parameters, options),
};

/** How far an optimizer with these options strays from a case, in units of the tolerance. */
function deviation(golden: Case, options: Options = renamed(golden.attrs.options)): number {
  return deviationOf(
    golden,
    (parameters) => makers[golden.attrs.optimizer]?.(parameters, options) as Optimizer,
  );
}

describe('the optimizers follow PyTorch', () => {
  it.each(cases)('$id $attrs.options', (golden) => {
    expect(golden.params_after_step).toHaveLength(12);
    expect(deviation(golden)).toBeLessThanOrEqual(1);
  });
});

/** Settings that differ a little from those of the case, or another rule in the place of the right one. */
const faults: readonly [string, (golden: Case) => number][] = [
  ['epsilon larger', (golden) => deviation(golden, { ...renamed(golden.attrs.options), epsilon: 1e-4 })],
  [
    'learning rate off by a factor 1.0005',
    (golden) =>
      deviation(golden, {
        ...renamed(golden.attrs.options),
        learningRate: 1.0005 * Number(golden.attrs.options['lr']),
      }),
  ],
  [
    'Adam and AdamW in each other’s place',
    (golden) => {
      const other = { adam: 'adamw', adamw: 'adam' }[golden.attrs.optimizer] ?? golden.attrs.optimizer;
      const weightDecay = 0.1;
      return deviation(
        { ...golden, attrs: { ...golden.attrs, optimizer: other } },
        { ...renamed(golden.attrs.options), weightDecay },
      );
    },
  ],
  [
    'amsgrad the other way',
    (golden) => {
      const isAdam = golden.attrs.optimizer.startsWith('adam');
      const options = renamed(golden.attrs.options);
      return deviation(golden, isAdam ? { ...options, amsgrad: options['amsgrad'] !== true } : options);
    },
  ],
  [
    'centered the other way',
    (golden) => {
      const options = renamed(golden.attrs.options);
      const changed = { ...options, centered: options['centered'] !== true };
      return deviation(golden, golden.attrs.optimizer === 'rmsprop' ? changed : options);
    },
  ],
  [
    'a constant momentum in NAdam',
    (golden) => {
      const options = renamed(golden.attrs.options);
      return deviation(
        golden,
        golden.attrs.optimizer === 'nadam' ? { ...options, momentumDecay: 0 } : options,
      );
    },
  ],
  [
    'every factor once in NAdam',
    (golden) => {
      const options = renamed(golden.attrs.options);
      return deviation(
        golden,
        golden.attrs.optimizer === 'nadam' ? { ...options, countTwice: false } : options,
      );
    },
  ],
  [
    'Adam in the place of RAdam',
    (golden) =>
      golden.attrs.optimizer === 'radam'
        ? deviation({ ...golden, attrs: { ...golden.attrs, optimizer: 'adam' } })
        : 0,
  ],
];

describe('the golden cases can tell', () => {
  it.each(faults)('%s', (_, strays) => {
    expect(Math.max(...cases.map(strays))).toBeGreaterThan(1e3);
  });
});
