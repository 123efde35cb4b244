import { f32, f32x4, f64, f64x2, i32, i32x4, v128 } from '../emitter/instructions.js';
import { call, type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import type { Expression } from '../emitter/expression.js';
import type { Body, Locals } from '../emitter/function.js';
import { exp, expOfDifference, type PairFunction } from './elementary.js';
import { forEachVector, largestOfRow, upperHalf } from './rows.js';

/** (out, x, rows, classes): the log-probabilities of each row. */
export type LogSoftmaxFunction = (out: number, x: number, rows: number, classes: number) => void;

/** (out, x, rows, classes, labels): the loss of each row. Labels are within their range. */
export type CrossEntropyFunction = (
  out: number,
  x: number,
  rows: number,
  classes: number,
  labels: number,
) => void;

/** (out, x, rows, classes, labels, g): g (softmax - the indicator of the label) of each row. Labels are within their range. */
export type CrossEntropyGradientFunction = (
  out: number,
  x: number,
  rows: number,
  classes: number,
  labels: number,
  g: number,
) => void;

export interface SoftmaxFunctions {
  /** (out, x, rows, classes): the probabilities of each row. */
  readonly softmax: LogSoftmaxFunction;
  readonly logSoftmax: LogSoftmaxFunction;
  readonly crossEntropy: CrossEntropyFunction;
  readonly crossEntropyGradient: CrossEntropyGradientFunction;
}

const roundedPower: PairFunction = (f) => {
  const powerOf = exp(f);
  return (a, b) => powerOf(f32x4.sub(a, b));
};

/**
 * x - log sum exp x for rows of float32. As in the reference kernel the largest element is kept out of the sum, so that log p of
 * a class that is nearly certain is -1e-20 rather than a rounded 0:
 *
 *     log sum exp x = m + log1p(ties + sum over x_i < m of exp(x_i - m))
 *
 * where `ties` counts the other elements that equal the maximum m. The sum is float64, and so are the logarithm and the
 * last subtraction. Probabilities are exp(x_i - m) / (1 + ties + sum); that of a label less 1 is minus the sum of the others,
 * so that it has its digits where the label is nearly certain.
 */
export function softmaxModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  const log1p = module.import('log1p', { x: 'f64' }, 'f64');

  const rowParameters = { x: 'i32', classes: 'i32', largest: 'f32' } as const;
  /**
   * ties + sum of the others, and NaN where the row is no distribution. `power` gives exp(x_i - m); `see` gets all of them, four at a
   * time.
   */
  const defineOthers = (
    f: Body,
    p: Locals<typeof rowParameters>,
    power: PairFunction,
    see: (powers: Expression<'v128'>) => void,
  ): Expression<'f64'> => {
    const powerOf = power(f);
    const largest = f.let(f32x4.splat(p.largest));
    // Two sums, so that neither waits for the other.
    const [lower, upper] = [f.local('v128'), f.local('v128')];
    const ties = f.local('v128');
    forEachVector(f, p.x, p.classes, Number.NEGATIVE_INFINITY, (x) => {
      const isTie = f.let(f32x4.eq(x, largest));
      f.set(ties, i32x4.sub(ties, isTie)); // ones are -1
      const powers = f.let(powerOf(x, largest));
      see(powers);
      const terms = f.let(v128.andnot(powers, isTie));
      f.set(lower, f64x2.add(lower, f64x2.promoteLowF32x4(terms)));
      f.set(upper, f64x2.add(upper, f64x2.promoteLowF32x4(upperHalf(terms))));
    });
    const others = [0, 1, 2, 3].map((lane) => i32x4.extractLane(ties, lane)).reduce((a, b) => i32.add(a, b));
    const sums = f.let(f64x2.add(lower, upper));
    const sum = f64.add(f64x2.extractLane(sums, 0), f64x2.extractLane(sums, 1));
    const undefinedRow = f64.promote(f32.sub(p.largest, p.largest));
    return f64.add(f64.add(sum, f64.convertI32S(i32.sub(others, 1))), undefinedRow);
  };
  /** log1p of them; the rounding of x - m counts for nothing in a sum. */
  const rest = module.function('rest', rowParameters, 'f64', (f, p) => {
    f.return(call(log1p, { x: defineOthers(f, p, roundedPower, () => undefined) }));
  });
  /** The same without a logarithm, where all exp(x_i - m) are stored. */
  const powers = module.function('powers', { ...rowParameters, out: 'i32' }, 'f64', (f, p) => {
    const others = defineOthers(f, p, expOfDifference, (own) => {
      f.do(v128.store(p.out, own));
      f.increment(p.out, 16);
    });
    f.return(others);
  });
  /** Multiplies a row. */
  const scale = (
    f: Body,
    row: Expression<'i32'>,
    bytes: Expression<'i32'>,
    factor: Expression<'f32'>,
  ): void => {
    const factors = f.let(f32x4.splat(factor));
    const end = f.let(i32.add(row, bytes));
    f.forAddresses({ from: row, to: end, step: 16 }, (at) =>
      f.do(v128.store(at, f32x4.mul(v128.load(at), factors))),
    );
  };

  const rowsParameters = { out: 'i32', x: 'i32', rows: 'i32', classes: 'i32' } as const;
  module.function('softmax', rowsParameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.classes, 2));
    f.for({ from: 0, to: p.rows }, () => {
      const largest = f.let(largestOfRow(f, p.x, p.classes));
      const others = call(powers, { x: p.x, classes: p.classes, largest, out: p.out });
      scale(f, p.out, bytes, f32.demote(f64.div(1, f64.add(1, others))));
      f.increment(p.x, bytes);
      f.increment(p.out, bytes);
    });
  });

  module.function('logSoftmax', rowsParameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.classes, 2));
    f.for({ from: 0, to: p.rows }, () => {
      const largest = f.let(largestOfRow(f, p.x, p.classes));
      const wideLargest = f.let(f64x2.splat(f64.promote(largest)));
      const wideRest = f.let(f64x2.splat(call(rest, { x: p.x, classes: p.classes, largest })));
      const shifted = (x: Expression<'v128'>): Expression<'v128'> =>
        f32x4.demoteF64x2Zero(f64x2.sub(f64x2.sub(f64x2.promoteLowF32x4(x), wideLargest), wideRest));
      f.for({ from: 0, to: bytes, step: 16 }, (i) => {
        const x = f.let(v128.load(i32.add(p.x, i)));
        f.do(v128.store(i32.add(p.out, i), v128.shuffle32(shifted(x), shifted(upperHalf(x)), [0, 1, 4, 5])));
      });
      f.increment(p.x, bytes);
      f.increment(p.out, bytes);
    });
  });

  module.function('crossEntropy', { ...rowsParameters, labels: 'i32' }, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.classes, 2));
    f.for({ from: 0, to: p.rows }, () => {
      const largest = f.let(largestOfRow(f, p.x, p.classes));
      const own = f64.promote(f32.load(i32.add(p.x, i32.shl(i32.load(p.labels), 2))));
      const logProbability = f64.sub(
        f64.sub(own, f64.promote(largest)),
        call(rest, { x: p.x, classes: p.classes, largest }),
      );
      // 0 - x, so that no loss is 0 and not -0.
      f.do(f32.store(p.out, f32.demote(f64.sub(0, logProbability))));
      f.increment(p.x, bytes);
      f.increment(p.out, 4);
      f.increment(p.labels, 4);
    });
  });

  const gradientParameters = { ...rowsParameters, labels: 'i32', g: 'i32' } as const;
  module.function('crossEntropyGradient', gradientParameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.classes, 2));
    const others = f.local('f64');
    f.for({ from: 0, to: p.rows }, () => {
      const largest = f.let(largestOfRow(f, p.x, p.classes));
      f.set(others, call(powers, { x: p.x, classes: p.classes, largest, out: p.out }));
      const total = f.let(f64.add(1, others));
      const g = f.let(f64.promote(f32.load(p.g)));
      const label = f.let(i32.shl(i32.load(p.labels), 2));
      const own = f.let(f64.promote(f32.load(i32.add(p.out, label))));
      f.if(f32.ne(f32.load(i32.add(p.x, label)), largest), () => f.set(others, f64.sub(total, own)));
      scale(f, p.out, bytes, f32.demote(f64.div(g, total)));
      const change = f64.sub(0, f64.div(others, total));
      f.do(f32.store(i32.add(p.out, label), f32.demote(f64.mul(g, change))));
      f.increment(p.x, bytes);
      f.increment(p.out, bytes);
      f.increment(p.labels, 4);
      f.increment(p.g, 4);
    });
  });
  return module.toBytes();
}
