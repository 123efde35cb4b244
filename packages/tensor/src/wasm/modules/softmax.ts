import { f32, f32x4, f64, f64x2, i32, i32x4, v128 } from '../emitter/instructions.js';
import { call, type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import type { Expression } from '../emitter/expression.js';
import { exp } from './elementary.js';
import { forEachVector, maximumOfRow, upperHalf } from './rows.js';

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

export interface SoftmaxFunctions {
  readonly logSoftmax: LogSoftmaxFunction;
  readonly crossEntropy: CrossEntropyFunction;
}

/**
 * x - log sum exp x for rows of float32. As in the reference kernel the largest element is kept out of the sum, so that log p of
 * a class that is nearly certain is -1e-20 rather than a rounded 0:
 *
 *     log sum exp x = m + log1p(ties + sum over x_i < m of exp(x_i - m))
 *
 * where `ties` counts the other elements that equal the maximum m. The sum is float64, and so are the logarithm and the
 * last subtraction.
 */
export function softmaxModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  const log1p = module.import('log1p', { x: 'f64' }, 'f64');

  /** log1p(ties + sum of the others), and NaN where the row is no distribution. */
  const rest = module.function('rest', { x: 'i32', classes: 'i32', largest: 'f32' }, 'f64', (f, p) => {
    const exponentialOf = exp(f);
    const largest = f.let(f32x4.splat(p.largest));
    // Two sums, so that neither waits for the other.
    const [lower, upper] = [f.local('v128'), f.local('v128')];
    const ties = f.local('v128');
    forEachVector(f, p.x, p.classes, Number.NEGATIVE_INFINITY, (x) => {
      const isTie = f.let(f32x4.eq(x, largest));
      f.set(ties, i32x4.sub(ties, isTie)); // ones are -1
      const terms = f.let(v128.andnot(exponentialOf(f32x4.sub(x, largest)), isTie));
      f.set(lower, f64x2.add(lower, f64x2.promoteLowF32x4(terms)));
      f.set(upper, f64x2.add(upper, f64x2.promoteLowF32x4(upperHalf(terms))));
    });
    const others = [0, 1, 2, 3].map((lane) => i32x4.extractLane(ties, lane)).reduce((a, b) => i32.add(a, b));
    const sums = f.let(f64x2.add(lower, upper));
    const sum = f64.add(f64x2.extractLane(sums, 0), f64x2.extractLane(sums, 1));
    const undefinedRow = f64.promote(f32.sub(p.largest, p.largest));
    const terms = f64.add(sum, f64.convertI32S(i32.sub(others, 1)));
    f.return(f64.add(call(log1p, { x: terms }), undefinedRow));
  });

  const rowsParameters = { out: 'i32', x: 'i32', rows: 'i32', classes: 'i32' } as const;
  module.function('logSoftmax', rowsParameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.classes, 2));
    f.for({ from: 0, to: p.rows }, () => {
      const largest = f.let(maximumOfRow(f, p.x, p.classes));
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
      const largest = f.let(maximumOfRow(f, p.x, p.classes));
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
  return module.toBytes();
}
