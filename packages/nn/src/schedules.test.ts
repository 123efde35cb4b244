import { ConfigError } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases } from './golden.testing.js';
import { ReduceOnPlateau } from './reduce-on-plateau.js';
import {
  chain,
  constant,
  cosine,
  exponential,
  linear,
  multiStep,
  oneCycle,
  perEpoch,
  type Schedule,
  stepDecay,
} from './schedules.js';

interface Case {
  readonly id: string;
  readonly attrs: {
    readonly schedule: string;
    readonly base_lr: number;
    readonly options: Readonly<Record<string, number>>;
    readonly milestones?: never;
    readonly metrics?: readonly number[];
  };
  readonly lr: readonly number[];
}

const cases = readCases<Case>('operations/optim.json', 'lr_schedule');

/** The same schedule by our names. */
function scheduleOf({ schedule, base_lr: from, options }: Case['attrs']): Schedule {
  const number = (name: string): number => options[name] as number;
  switch (schedule) {
    case 'step':
      return stepDecay({ from, every: number('step_size'), factor: number('gamma') });
    case 'multistep': {
      const milestones = options['milestones'] as unknown as readonly number[];
      return multiStep({ from, milestones, factor: number('gamma') });
    }
    case 'cosine':
      return cosine({ from, to: number('eta_min'), steps: number('T_max') });
    case 'onecycle':
      return oneCycle({ peak: number('max_lr'), steps: number('total_steps') });
    default:
      return linear({
        from: from * number('start_factor'),
        to: from * number('end_factor'),
        steps: number('total_iters'),
      });
  }
}

/** Both sides round a handful of operations on numbers up to 1. */
const tolerance = 20 * Number.EPSILON;

describe('schedules follow PyTorch', () => {
  it.each(cases.filter(({ attrs }) => attrs.metrics === undefined))('$id $attrs.options', (golden) => {
    const schedule = scheduleOf(golden.attrs);
    for (const [step, rate] of golden.lr.entries()) {
      expect(Math.abs(schedule(step) - rate), `step ${step}`).toBeLessThanOrEqual(tolerance);
    }
  });

  it.each(cases.filter(({ attrs }) => attrs.metrics !== undefined))('$id $attrs.options', (golden) => {
    const { base_lr: from, options, metrics = [] } = golden.attrs;
    const plateau = new ReduceOnPlateau({ from, ...options });
    const rates = [plateau.value, ...metrics.map((metric) => plateau.observe(metric))];
    for (const [i, rate] of golden.lr.entries()) {
      expect(Math.abs((rates[i] as number) - rate)).toBeLessThanOrEqual(tolerance);
    }
  });

  it('and would be seen to differ by one step', () => {
    const compared = cases.filter(({ attrs }) => attrs.metrics === undefined);
    expect(compared).toHaveLength(5);
    for (const golden of compared) {
      const schedule = scheduleOf(golden.attrs);
      const late = golden.lr.map((rate, step) => Math.abs(schedule(Math.max(0, step - 1)) - rate));
      expect(Math.max(...late), golden.id).toBeGreaterThan(1e-6);
    }
  });
});

describe('schedules', () => {
  const positive = fc.double({ min: 1e-3, max: 10, noNaN: true });
  const counts = fc.integer({ min: 2, max: 500 });

  it('linear and cosine go from the one value to the other and stay between them', () => {
    fc.assert(
      fc.property(positive, positive, counts, (from, to, steps) => {
        for (const schedule of [linear({ from, to, steps }), cosine({ from, to, steps })]) {
          expect(Math.abs(schedule(0) - from)).toBeLessThanOrEqual(4 * Number.EPSILON * (from + to));
          expect(Math.abs(schedule(steps) - to)).toBeLessThanOrEqual(4 * Number.EPSILON * (from + to));
          const middle = schedule(Math.floor(steps / 2));
          const slack = 4 * Number.EPSILON * (from + to);
          expect(middle).toBeGreaterThanOrEqual(Math.min(from, to) - slack);
          expect(middle).toBeLessThanOrEqual(Math.max(from, to) + slack);
        }
      }),
    );
  });

  it('one cycle rises, then falls, in either shape, and ends where it should and stays there', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 10, max: 200 }), (peak, steps) => {
        for (const shape of ['cosine', 'linear'] as const) {
          const schedule = oneCycle({ peak, steps, shape });
          const values = Array.from({ length: steps }, (_, step) => schedule(step));
          const top = values.indexOf(Math.max(...values));
          expect(values[0]).toBeCloseTo(peak / 25, 12);
          expect(values.at(-1)).toBe(peak / 25 / 1e4);
          expect(schedule(10 * steps)).toBe(values.at(-1));
          for (let i = 1; i < steps; i++) {
            const rises = (values[i] as number) > (values[i - 1] as number);
            expect(rises).toBe(i <= top);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('a chain counts the steps of each part from 0', () => {
    const count: Schedule = (step) => step;
    const chained = chain([count, constant(-1), count], [3, 5]);
    expect([0, 1, 2, 3, 4, 5, 6].map(chained)).toEqual([0, 1, 2, -1, -1, 0, 1]);
  });

  it('perEpoch changes from epoch to epoch', () => {
    const rate = perEpoch(exponential({ from: 8, factor: 0.5 }), 3);
    expect([0, 1, 2, 3, 5, 6].map(rate)).toEqual([8, 8, 8, 4, 4, 2]);
  });

  it.each([
    ['a stair of no width', () => stepDecay({ from: 1, every: 0 })],
    ['half a step', () => linear({ from: 0, to: 1, steps: 2.5 })],
    ['no steps', () => cosine({ from: 1, steps: 0 })],
    ['an infinite rate', () => constant(Number.POSITIVE_INFINITY)],
    ['NaN', () => exponential({ from: 1, factor: Number.NaN })],
    ['milestones out of order', () => multiStep({ from: 1, milestones: [5, 3] })],
    ['a milestone twice', () => multiStep({ from: 1, milestones: [3, 3] })],
    ['a cycle that only rises', () => oneCycle({ peak: 1, steps: 10, rise: 1 })],
    ['a cycle without a rise', () => oneCycle({ peak: 1, steps: 10, rise: 0.1 })],
    ['a cycle of another shape', () => oneCycle({ peak: 1, steps: 10, shape: 'square' as never })],
    ['a chain of nothing', () => chain([], [])],
    ['a chain without boundaries', () => chain([constant(1), constant(2)], [])],
    ['boundaries out of order', () => chain([constant(1), constant(2), constant(3)], [4, 4])],
    ['epochs of no steps', () => perEpoch(constant(1), 0)],
  ])('%s is refused', (_, make) => {
    expect(make).toThrow(ConfigError);
  });
});

describe('ReduceOnPlateau', () => {
  it('goes on from its state', () => {
    const metrics = [1, 0.9, 0.95, 0.99, 0.8, 0.81, 0.82, 0.83, Number.NaN, 0.84];
    const options = { from: 1, factor: 0.5, patience: 1, cooldown: 1 };
    const whole = new ReduceOnPlateau(options);
    const expected = metrics.map((metric) => whole.observe(metric));
    for (const at of metrics.keys()) {
      const first = new ReduceOnPlateau(options);
      for (const metric of metrics.slice(0, at)) first.observe(metric);
      const second = new ReduceOnPlateau(options);
      second.load(JSON.parse(JSON.stringify(first.state)));
      expect(metrics.slice(at).map((metric) => second.observe(metric))).toEqual(expected.slice(at));
    }
  });

  it('waits for more where more is better', () => {
    const plateau = new ReduceOnPlateau({ from: 1, factor: 0.5, patience: 0, mode: 'max' });
    expect([0.5, 0.6, 0.6, 0.7, 0.1].map((accuracy) => plateau.observe(accuracy))).toEqual([
      1, 1, 0.5, 0.5, 0.25,
    ]);
  });

  it('does not count while it cools down, and stops at its minimum', () => {
    const options = { from: 1, factor: 0.5, patience: 0 };
    const observed = (more: object): number[] => {
      const plateau = new ReduceOnPlateau({ ...options, ...more });
      return [0, 1, 1, 1, 1, 1].map((loss) => plateau.observe(loss));
    };
    expect(observed({})).toEqual([1, 0.5, 0.25, 0.125, 0.0625, 0.03125]);
    expect(observed({ cooldown: 2 })).toEqual([1, 0.5, 0.5, 0.5, 0.25, 0.25]);
    expect(observed({ minimum: 0.2 })).toEqual([1, 0.5, 0.25, 0.2, 0.2, 0.2]);
    expect(observed({ minimum: 2 })).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it.each([
    { from: Number.NaN },
    { from: 1, cooldown: -1 },
    { from: 1, minimum: Number.NaN },
    { from: 1, factor: 1 },
    { from: 1, factor: 0 },
    { from: 1, patience: -1 },
    { from: 1, patience: 0.5 },
    { from: 1, threshold: 1 },
    { from: 1, mode: 'less' as 'min' },
  ])('refuses %o', (options) => {
    expect(() => new ReduceOnPlateau(options)).toThrow(ConfigError);
  });

  it('refuses what is no state', () => {
    const plateau = new ReduceOnPlateau({ from: 1 });
    expect(() => plateau.load({ value: Number.NaN, best: null, waited: 0 })).toThrow(ConfigError);
    expect(() => plateau.load({ value: 1, best: null, waited: -1 })).toThrow(ConfigError);
    expect(() => plateau.load({ value: 1, best: null, waited: 0, cooling: 0.5 })).toThrow(ConfigError);
  });
});
