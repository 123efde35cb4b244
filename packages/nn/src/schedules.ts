import { checkOptions, ConfigError } from '@renyi/tensor';

/**
 * A setting that changes with time: a pure function of the number of steps made so far, 0 before the first. It has no
 * state, so a run that resumes at step n goes on exactly as the uninterrupted one.
 *
 * @example
 * import { chain, cosine, linear, type Schedule } from '@renyi/nn';
 * const rate: Schedule = chain([linear({ from: 0, to: 0.1, steps: 5 }), cosine({ from: 0.1, steps: 95 })], [5]);
 * console.log(rate(0), rate(5), rate(100)); // => 0 0.1 0
 */
export type Schedule = (step: number) => number;

/** The same value at every step. @see torch.optim.lr_scheduler.ConstantLR, with its factor at 1 */
export function constant(value: number): Schedule {
  finite('constant', { value });
  return () => value;
}

/**
 * from · factor^floor(step / every): a stair with treads of `every` steps.
 * @throws ConfigError for numbers that are not finite, or an `every` that is no whole number of at least 1
 * @see torch.optim.lr_scheduler.StepLR
 */
export function stepDecay(options: {
  readonly from: number;
  readonly every: number;
  /** 0.1 by default. */
  readonly factor?: number;
}): Schedule {
  checkOptions('stepDecay', options);
  const { from, every, factor = 0.1 } = options;
  finite('stepDecay', { from, factor });
  wholeSteps('stepDecay', { every });
  return (step) => from * factor ** Math.floor(step / every);
}

/**
 * from · factor^(number of milestones reached): falls at steps that are named.
 * @throws ConfigError for numbers that are not finite, or milestones that are not whole and ascending
 * @see torch.optim.lr_scheduler.MultiStepLR
 */
export function multiStep(options: {
  readonly from: number;
  readonly milestones: readonly number[];
  /** 0.1 by default. */
  readonly factor?: number;
}): Schedule {
  checkOptions('multiStep', options);
  const { from, factor = 0.1 } = options;
  finite('multiStep', { from, factor });
  ascending('multiStep', options.milestones);
  const milestones = [...options.milestones];
  return (step) => from * factor ** milestones.filter((milestone) => milestone <= step).length;
}

/** from · factor^step. @throws ConfigError for numbers that are not finite @see torch.optim.lr_scheduler.ExponentialLR */
export function exponential(options: { readonly from: number; readonly factor: number }): Schedule {
  checkOptions('exponential', options);
  const { from, factor } = options;
  finite('exponential', { from, factor });
  return (step) => from * factor ** step;
}

/**
 * A straight line from `from` at step 0 to `to` at step `steps`, where it stays: a warm-up, or a decay to 0.
 * @throws ConfigError for numbers that are not finite, or `steps` that is no whole number of at least 1
 * @see torch.optim.lr_scheduler.LinearLR
 */
export function linear(options: {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}): Schedule {
  checkOptions('linear', options);
  const { from, to, steps } = options;
  finite('linear', { from, to });
  wholeSteps('linear', { steps });
  return (step) => (step >= steps ? to : from + (to - from) * (step / steps));
}

/**
 * to + (from - to) (1 + cos(π step / steps)) / 2: half a cosine wave from `from` to `to`. After `steps` it rises
 * again, as PyTorch's does: a wave of period 2 steps.
 * @throws ConfigError for numbers that are not finite, or `steps` that is no whole number of at least 1
 * @see torch.optim.lr_scheduler.CosineAnnealingLR. I. Loshchilov, F. Hutter, "SGDR", ICLR 2017.
 */
export function cosine(options: {
  readonly from: number;
  /** 0 by default. */
  readonly to?: number;
  readonly steps: number;
}): Schedule {
  checkOptions('cosine', options);
  const { from, to = 0, steps } = options;
  finite('cosine', { from, to });
  wholeSteps('cosine', { steps });
  return (step) => between(from, to, step / steps);
}

/**
 * Up from `from` to `peak` over the first part of `steps` steps, then down to `to` at the last of them
 * (step number steps - 1), where it stays; both ways along half a cosine wave, or straight.
 * Momentum goes the other way: `oneCycle({ from: 0.95, peak: 0.85, to: 0.95, steps })`.
 * @throws ConfigError for numbers that are not finite, `steps` that is no whole number of at least 2, or a rise that
 *   is not within them
 * @see torch.optim.lr_scheduler.OneCycleLR. L. N. Smith, N. Topin, "Super-Convergence", 2018.
 */
export function oneCycle(options: {
  readonly peak: number;
  readonly steps: number;
  /** peak / 25 by default. */
  readonly from?: number;
  /** from / 10,000 by default. */
  readonly to?: number;
  /** The part of the steps in which it goes to the peak, above 0 and below 1; 0.3 by default. */
  readonly rise?: number;
  /** The form of both ways; `cosine` by default. */
  readonly shape?: 'cosine' | 'linear';
}): Schedule {
  checkOptions('oneCycle', options);
  const { peak, steps, rise = 0.3, shape = 'cosine' } = options;
  const { from = peak / 25 } = options;
  const { to = from / 1e4 } = options;
  finite('oneCycle', { peak, from, to });
  wholeSteps('oneCycle', { steps });
  const top = rise * steps - 1;
  const bottom = steps - 1;
  if (!(top > 0 && top < bottom)) {
    throw new ConfigError('oneCycle', {
      expected: 'a rise above 1 / steps and below 1',
      got: `${rise} of ${steps} steps`,
    });
  }
  if (shape !== 'cosine' && shape !== 'linear') {
    throw new ConfigError('oneCycle', { expected: `shape 'cosine' or 'linear'`, got: String(shape) });
  }
  const way = shape === 'cosine' ? between : (a: number, b: number, part: number) => a + (b - a) * part;
  return (step) => {
    if (step >= bottom) return to;
    return step <= top ? way(from, peak, step / top) : way(peak, to, (step - top) / (bottom - top));
  };
}

/**
 * One schedule after the other: schedule i from step boundaries[i - 1] on, counting its own steps from 0.
 * @param boundaries where each but the first begins, ascending: one fewer than there are schedules
 * @throws ConfigError unless they are @see torch.optim.lr_scheduler.SequentialLR
 */
export function chain(schedules: readonly Schedule[], boundaries: readonly number[]): Schedule {
  if (schedules.length === 0 || boundaries.length !== schedules.length - 1) {
    throw new ConfigError('chain', {
      expected: 'schedules and, for each but the first, the step at which it begins',
      got: `${schedules.length} schedules and ${boundaries.length} boundaries`,
    });
  }
  ascending('chain', boundaries);
  const begins = [0, ...boundaries];
  return (step) => {
    const current = begins.findLastIndex((begin) => begin <= step);
    return (schedules[current] as Schedule)(step - (begins[current] as number));
  };
}

/**
 * A schedule that counts epochs, for a setting that counts steps: it changes every `stepsPerEpoch` steps.
 * @throws ConfigError unless that is a whole number of at least 1
 */
export function perEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  wholeSteps('perEpoch', { stepsPerEpoch });
  return (step) => schedule(Math.floor(step / stepsPerEpoch));
}

/** From a at part 0 to b at part 1 along half a cosine wave. */
function between(a: number, b: number, part: number): number {
  return b + (a - b) * ((1 + Math.cos(Math.PI * part)) / 2);
}

function finite(operation: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isFinite(value)) continue;
    throw new ConfigError(operation, { expected: `a finite number ${name}`, got: String(value) });
  }
}

function wholeSteps(operation: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isSafeInteger(count) && count >= 1) continue;
    throw new ConfigError(operation, {
      expected: `${name} to be a whole number of at least 1`,
      got: String(count),
    });
  }
}

function ascending(operation: string, steps: readonly number[]): void {
  const isAscending =
    Array.isArray(steps) &&
    steps.every((step, i) => Number.isSafeInteger(step) && step > (i === 0 ? 0 : (steps[i - 1] as number)));
  if (isAscending) return;
  throw new ConfigError(operation, {
    expected: 'ascending steps above 0',
    got: Array.isArray(steps) ? `[${steps.join(', ')}]` : String(steps),
  });
}
