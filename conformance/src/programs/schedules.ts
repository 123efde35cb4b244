import {
  constant,
  cosine,
  exponential,
  linear,
  multiStep,
  oneCycle,
  ReduceOnPlateau,
  type Schedule,
  stepDecay,
} from '@renyi/nn';
import type { Program } from '../adapter-contract.js';
import type { GoldenCase } from '../format.js';
import { UnsupportedError } from '../unsupported.js';

interface Options {
  readonly step_size: number;
  readonly gamma?: number;
  readonly milestones: readonly number[];
  readonly T_max: number;
  readonly eta_min?: number;
  readonly max_lr: number;
  readonly total_steps: number;
  readonly pct_start?: number;
  readonly anneal_strategy?: 'cos' | 'linear';
  readonly div_factor?: number;
  readonly final_div_factor?: number;
  readonly factor?: number;
  readonly start_factor?: number;
  readonly end_factor?: number;
  readonly total_iters?: number;
  readonly mode?: 'min' | 'max';
  readonly patience?: number;
  readonly threshold?: number;
  readonly cooldown?: number;
  readonly min_lr?: number;
}

interface ScheduleCase extends GoldenCase {
  readonly attrs: {
    readonly schedule: string;
    readonly base_lr: number;
    readonly options: Options;
    /** What a plateau observes, one number a step. */
    readonly metrics?: readonly number[];
  };
  /** lr[0] is the rate before the first step. */
  readonly lr: readonly number[];
}

/** PyTorch's schedules, with PyTorch's defaults. */
const schedules: Readonly<Record<string, (from: number, options: Options) => Schedule>> = {
  step: (from, { step_size: every, gamma: factor = 0.1 }) => stepDecay({ from, every, factor }),
  multistep: (from, { milestones, gamma: factor = 0.1 }) => multiStep({ from, milestones, factor }),
  exponential: (from, { gamma: factor = 1 }) => exponential({ from, factor }),
  cosine: (from, { T_max: steps, eta_min: to = 0 }) => cosine({ from, to, steps }),
  linear_warmup: (from, { start_factor: start = 1 / 3, end_factor: end = 1, total_iters: steps = 5 }) =>
    linear({ from: from * start, to: from * end, steps }),
  constant: (from, { factor = 1 / 3, total_iters: steps = 5 }) => {
    const [low, high] = [constant(from * factor), constant(from)];
    return (step) => (step < steps ? low : high)(step);
  },
  onecycle: (_, options) => {
    const {
      max_lr: peak,
      total_steps: steps,
      pct_start: rise = 0.3,
      anneal_strategy: shape = 'cos',
    } = options;
    const from = peak / (options.div_factor ?? 25);
    const to = from / (options.final_div_factor ?? 1e4);
    return oneCycle({ peak, steps, from, to, rise, shape: shape === 'cos' ? 'cosine' : 'linear' });
  },
};

export const lrSchedule: Program = (golden) => {
  const { attrs, lr } = golden as unknown as ScheduleCase;
  const { schedule: name, base_lr: from, options, metrics = [] } = attrs;
  if (name === 'reduce_on_plateau') {
    const { min_lr: minimum = 0, ...others } = options;
    const plateau = new ReduceOnPlateau({ from, minimum, ...others });
    const rates = [plateau.value, ...metrics.map((metric) => plateau.observe(metric))];
    return [{ name: 'lr', got: rates.slice(0, lr.length), want: lr }];
  }
  const schedule = schedules[name]?.(from, options);
  if (schedule === undefined) throw new UnsupportedError(`schedule ${name}`);
  return [{ name: 'lr', got: lr.map((_, step) => schedule(step)), want: lr }];
};
