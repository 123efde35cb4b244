import { ConfigError } from '@renyi/tensor';

/** Where a run is: all that a schedule may depend on. */
export interface Position {
  /** How many steps were made before this one, over all epochs. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** How many epochs the run has. */
  readonly epochs: number;
}

/** A quantity that is constant, or that changes while training runs. Plain data. */
export type Schedule = number | Annealing;

/**
 * How a quantity changes. Time is counted in units u = 0 ... U - 1, the epochs of the run or, with `every: 'step'`, its
 * steps; a value holds for the whole unit. With f = u / (U - 1), from 0 in the first unit to 1 in the last:
 *
 *     linear       (1 - f) from + f to
 *     cosine       w from + (1 - w) to,   w = (1 + cos(pi f)) / 2
 *     exponential  from^(1 - f) to^f
 *     geometric    from factor^u
 *     steps        from factor^floor(u / over)
 *     milestones   from factor^(how many of the epochs `at` are over)
 *     warmUp       min(1, (u + 1) / over) to
 *
 * so the first three begin at `from` and end at `to`, exactly (a run of one unit is all beginning). `to` of a warm-up
 * may be a schedule itself; `over` is a number of epochs everywhere. The two that follow reproduce public code of
 * the method's authors, by epoch e = 0 ... T - 1 of T:
 *
 *     authorsImage  max in epoch 0, then max (1 + cos(pi (e - 1) / T)) / 2: their code sets the order after the epoch,
 *                   with the number of the epoch that is over, so it lags by one and does not reach 0
 *     authorsText   (from + to) / 2 + (from - to) / 2 cos(pi e / T): does not reach `to`; theirs goes from 2 to 0.5
 *
 * Source: github.com/parklize/rdml (the last two).
 */
export type Annealing =
  | ({
      readonly kind: 'linear' | 'cosine' | 'exponential';
      readonly from: number;
      readonly to: number;
    } & Unit)
  | ({ readonly kind: 'geometric'; readonly from: number; readonly factor: number } & Unit)
  | ({
      readonly kind: 'steps';
      readonly from: number;
      readonly factor: number;
      readonly over: number;
    } & Unit)
  | {
      readonly kind: 'milestones';
      readonly from: number;
      readonly factor: number;
      readonly at: readonly number[];
    }
  | ({ readonly kind: 'warmUp'; readonly over: number; readonly to: Schedule } & Unit)
  | { readonly kind: 'authorsImage'; readonly max: number }
  | { readonly kind: 'authorsText'; readonly from: number; readonly to: number };

interface Unit {
  /** How often the value changes: at the start of each epoch (the default) or at each step. */
  readonly every?: 'epoch' | 'step';
}

/** The value of a schedule: a pure function of the position, the same whether a run was resumed or not. */
export function valueAt(schedule: Schedule, position: Position): number {
  if (typeof schedule === 'number') return schedule;
  const { step, stepsPerEpoch, epochs } = position;
  const epoch = Math.floor(step / stepsPerEpoch);
  const bySteps = 'every' in schedule && schedule.every === 'step';
  const unit = bySteps ? step : epoch;
  const last = (bySteps ? epochs * stepsPerEpoch : epochs) - 1;
  const f = last <= 0 ? 0 : Math.min(1, unit / last);
  switch (schedule.kind) {
    case 'linear':
      return (1 - f) * schedule.from + f * schedule.to;
    case 'cosine':
      return mixed(schedule.from, schedule.to, Math.PI * f);
    case 'exponential':
      return schedule.from ** (1 - f) * schedule.to ** f;
    case 'geometric':
      return schedule.from * schedule.factor ** unit;
    case 'steps':
      return schedule.from * schedule.factor ** Math.floor(unit / over(schedule, bySteps, stepsPerEpoch));
    case 'milestones':
      return schedule.from * schedule.factor ** schedule.at.filter((end) => epoch >= end).length;
    case 'warmUp': {
      return (
        Math.min(1, (unit + 1) / over(schedule, bySteps, stepsPerEpoch)) * valueAt(schedule.to, position)
      );
    }
    case 'authorsImage':
      return epoch === 0 ? schedule.max : mixed(schedule.max, 0, (Math.PI * (epoch - 1)) / epochs);
    case 'authorsText':
      return mixed(schedule.from, schedule.to, (Math.PI * epoch) / epochs);
  }
}

function over(schedule: { readonly over: number }, bySteps: boolean, stepsPerEpoch: number): number {
  return bySteps ? schedule.over * stepsPerEpoch : schedule.over;
}

function mixed(from: number, to: number, angle: number): number {
  const weight = (1 + Math.cos(angle)) / 2;
  return weight * from + (1 - weight) * to;
}

/** Whether it has the same value everywhere. */
export function isConstant(schedule: Schedule): schedule is number {
  return typeof schedule === 'number';
}

/** A range of values that a scheduled quantity may take. */
export interface Range {
  /** `an order from 0 to Infinity` */
  readonly text: string;
  readonly includes: (value: number) => boolean;
}

/** The fields of each kind, beside `kind` and `every`: those that are values, and those that are not. */
const fields: Readonly<
  Record<Annealing['kind'], { values: readonly string[]; positive: readonly string[] }>
> = {
  linear: { values: ['from', 'to'], positive: [] },
  cosine: { values: ['from', 'to'], positive: [] },
  exponential: { values: ['from', 'to'], positive: ['from', 'to'] },
  geometric: { values: ['from'], positive: ['factor'] },
  steps: { values: ['from'], positive: ['factor', 'over'] },
  milestones: { values: ['from'], positive: ['factor', 'at'] },
  warmUp: { values: ['to'], positive: ['over'] },
  authorsImage: { values: ['max'], positive: [] },
  authorsText: { values: ['from', 'to'], positive: [] },
};

/**
 * Checks what may have come from a file.
 * @param operation who is asked, for the message
 * @param name what the schedule is for
 * @throws ConfigError for what is no schedule, or has values out of range: those in between are in range with its ends
 */
export function checkSchedule(operation: string, name: string, value: unknown, range: Range): Schedule {
  if (typeof value === 'number') {
    if (range.includes(value)) return value;
    throw new ConfigError(operation, { expected: `${name} to be ${range.text}`, got: String(value) });
  }
  const kinds = Object.keys(fields).join(', ');
  if (typeof value !== 'object' || value === null || !('kind' in value)) {
    throw new ConfigError(operation, {
      expected: `${name} to be ${range.text}, or a schedule { kind, ... } of kind ${kinds}`,
      got: JSON.stringify(value) ?? String(value),
    });
  }
  const { kind, ...given } = value as Record<string, unknown> & { kind: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(fields, kind)) {
    throw new ConfigError(operation, { expected: `${name} to be of kind ${kinds}`, got: String(kind) });
  }
  const { values, positive } = fields[kind as Annealing['kind']];
  const takesUnit = !(kind === 'milestones' || kind.startsWith('authors'));
  const known = new Set([...values, ...positive, ...(takesUnit ? ['every'] : [])]);
  for (const key of Object.keys(given)) {
    if (known.has(key)) continue;
    throw new ConfigError(operation, {
      expected: `${name} (${kind}) with ${[...known].join(', ')}`,
      got: key,
    });
  }
  const { every } = given;
  if (takesUnit && every !== undefined && every !== 'epoch' && every !== 'step') {
    throw new ConfigError(operation, {
      expected: `${name}.every 'epoch' or 'step'`,
      got: JSON.stringify(every),
    });
  }
  for (const key of positive) {
    for (const part of key === 'at' ? listIn(given[key]) : [given[key]])
      checkNumber(operation, `${name}.${key}`, part, aboveZero);
  }
  for (const key of values) {
    if (kind === 'warmUp') checkSchedule(operation, `${name}.${key}`, given[key], range);
    else checkNumber(operation, `${name}.${key}`, given[key], finitePartOf(range));
  }
  return value as Annealing;
}

/** What is no list counts as one with itself in it, which is no number. */
function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value === undefined ? value : JSON.stringify(value)];
}

const aboveZero: Range = {
  text: 'a finite number above 0',
  includes: (x) => x > 0 && x < Number.POSITIVE_INFINITY,
};

function finitePartOf({ text, includes }: Range): Range {
  return { text: `${text}, and finite`, includes: (x) => Number.isFinite(x) && includes(x) };
}

function checkNumber(operation: string, name: string, value: unknown, { text, includes }: Range): void {
  if (typeof value === 'number' && includes(value)) return;
  throw new ConfigError(operation, { expected: `${name} to be ${text}`, got: String(value) });
}
