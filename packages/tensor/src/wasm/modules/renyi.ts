import type { Expression } from '../emitter/expression.js';
import type { Body, Local } from '../emitter/function.js';
import { f32x4, f64, f64x2, i32, i64x2, v128 } from '../emitter/instructions.js';
import { call, type Callee, type ImportedMemory, ModuleBuilder } from '../emitter/module.js';

type Vector = Expression<'v128'>;

/** (out, logits of P, logits of Q, rows, classes, order, scratch): a number or a row of numbers for each pair of rows. */
export type RenyiFunction = (
  out: number,
  p: number,
  q: number,
  rows: number,
  classes: number,
  alpha: number,
  scratch: number,
) => void;

export interface RenyiFunctions {
  readonly value: RenyiFunction;
  readonly gradientQ: RenyiFunction;
  /** (x, count, bound): 1 if all elements are numbers of at most that size, else 0. */
  readonly areModerate: (x: number, count: number, bound: number) => number;
}

/** Bytes of scratch for each class. */
export const scratchPerClass = 32;

const { add, sub, mul, div, abs } = f64x2;

/**
 * The divergence of rows of float32, and its gradient in Q, for logits that are neither masked nor far from 0 and orders that are neither
 * tiny nor large; the mathematics, and all other cases, are in `reference/renyi-row.ts`. Two pairs of rows at a time, one in each
 * lane, in float64. With d_i = zP_i - zQ_i, e_i = d_i - d_c for the class c that is likeliest in Q, and t = alpha - 1,
 *
 *     r_i = log p_i - log q_i = e_i - log1p(sum_j q_j (e^(e_j) - 1)),   p_i = q_i e^(r_i),
 *     G = sum_i p_i ((e^(t r_i) - 1) / t + e^(-r_i) - 1),   psi = log1p(t G) = log sum_i q_i e^(alpha r_i),   D = psi / t,
 *     q_i - s_i = -q_i (e^(l_i) - 1),   l_i = alpha r_i - psi,
 *
 * where no term of G is negative, and near 0 each is r^2 (t phi2(t r) + phi2(-r)) with phi2(x) = (e^x - 1 - x) / x^2.
 */
export function renyiModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  const log1p = module.import('log1p', { x: 'f64' }, 'f64');
  const log = module.import('log', { x: 'f64' }, 'f64');
  for (const what of ['value', 'gradientQ'] as const) {
    module.function(what, rowsParameters, 'void', (f, p) => rows(f, p, what, { log1p, log }));
  }
  module.function(
    'areModerate',
    { x: 'i32', count: 'i32', bound: 'f32' },
    'i32',
    (f, { x, count, bound }) => {
      const most = f.let(f32x4.splat(bound));
      const beyond = f.local('v128');
      const end = f.let(i32.add(x, i32.shl(count, 2)));
      const lanes = f.local('i32');
      f.while(i32.ltS(x, end), () => {
        // One element at a time in all four lanes at the end, four before.
        f.set(lanes, i32.sub(end, x));
        f.if(
          i32.geS(lanes, 16),
          () => {
            f.set(beyond, v128.or(beyond, v128.not(f32x4.le(f32x4.abs(v128.load(x)), most))));
            f.increment(x, 16);
          },
          () => {
            f.set(beyond, v128.or(beyond, v128.not(f32x4.le(f32x4.abs(v128.load32Splat(x)), most))));
            f.increment(x, 4);
          },
        );
      });
      f.return(i32.eqz(v128.anyTrue(beyond)));
    },
  );
  return module.toBytes();
}

const rowsParameters = {
  out: 'i32',
  p: 'i32',
  q: 'i32',
  rows: 'i32',
  classes: 'i32',
  alpha: 'f64',
  scratch: 'i32',
} as const;

type Logarithm = Callee<{ readonly x: 'f64' }, 'f64'>;

function rows(
  f: Body,
  p: { readonly [K in keyof typeof rowsParameters]: Local<(typeof rowsParameters)[K]> },
  what: 'value' | 'gradientQ',
  { log1p, log }: { readonly log1p: Logarithm; readonly log: Logarithm },
): void {
  const c = (value: number): Vector => f.let(f64x2.splat(value));
  const [zero, one, half] = [c(0), c(1), c(1 / 2)];
  const alpha = f.let(f64x2.splat(p.alpha));
  const t = f.let(sub(alpha, one));
  const exponential = exponentialOf(f);
  const phi2 = seriesOfPhi2(f);
  /** e^x - 1 */
  const expm1 = (x: Vector): Vector => {
    const near = mul(x, add(one, mul(x, phi2(x))));
    return v128.bitselect(near, sub(exponential(x), one), f64x2.lt(abs(x), half));
  };
  const bytes = f.let(i32.shl(p.classes, 2));
  // Of an odd number of rows the last one is computed in both lanes.
  const next = f.local('i32');
  const [p1, q1, out1] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const outBytes = what === 'value' ? 4 : bytes;
  const both = (first: Expression<'i32'>, second: Expression<'i32'>): Vector =>
    f.let(
      f64x2.promoteLowF32x4(v128.shuffle32(v128.load32Zero(first), v128.load32Zero(second), [0, 4, 0, 4])),
    );
  const forEachClass = (visit: (i: Local<'i32'>, q: Local<'i32'>) => void): void => {
    const place = f.local('i32', p.scratch);
    f.for({ from: 0, to: bytes, step: 4 }, (i) => {
      visit(i, place);
      f.increment(place, scratchPerClass);
    });
  };
  const pair = (a: Expression<'f64'>, b: Expression<'f64'>): Vector =>
    v128.shuffle32(f64x2.splat(a), f64x2.splat(b), [0, 1, 4, 5]);

  f.while(i32.gtS(p.rows, 0), () => {
    f.set(next, 0);
    f.if(i32.gtS(p.rows, 1), () => f.set(next, 1));
    f.set(p1, i32.add(p.p, i32.mul(next, bytes)));
    f.set(q1, i32.add(p.q, i32.mul(next, bytes)));
    f.set(out1, i32.add(p.out, i32.mul(next, outBytes)));

    // The likeliest class of Q, and d there.
    const top = f.local('v128', f64x2.splat(Number.NEGATIVE_INFINITY));
    const shift = f.local('v128');
    forEachClass((i) => {
      const zQ = both(i32.add(p.q, i), i32.add(q1, i));
      const d = sub(both(i32.add(p.p, i), i32.add(p1, i)), zQ);
      const isLarger = f.let(f64x2.gt(zQ, top));
      f.set(shift, v128.bitselect(d, shift, isLarger));
      f.set(top, v128.bitselect(zQ, top, isLarger));
    });

    // e^(zQ - top) and e_i, and the sums of the first and of its products with e^(e_i) - 1.
    const [mass, growth] = [f.local('v128', zero), f.local('v128', zero)];
    forEachClass((i, place) => {
      const zQ = both(i32.add(p.q, i), i32.add(q1, i));
      const d = sub(both(i32.add(p.p, i), i32.add(p1, i)), zQ);
      const e = f.let(sub(d, shift));
      const weight = f.let(exponential(f.let(sub(zQ, top))));
      f.do(v128.store(place, weight), v128.store(place, e, 16));
      f.set(mass, add(mass, weight));
      f.set(growth, add(growth, mul(weight, expm1(e))));
    });
    const inverse = f.let(div(one, mass));
    const mean = f.let(mul(growth, inverse));
    const normalizer = f.let(
      pair(call(log1p, { x: f64x2.extractLane(mean, 0) }), call(log1p, { x: f64x2.extractLane(mean, 1) })),
    );

    // q_i and r_i, G, and sum q_i e^(alpha r_i).
    const [excess, total] = [f.local('v128', zero), f.local('v128', zero)];
    forEachClass((_, place) => {
      const q = f.let(mul(v128.load(place), inverse));
      const r = f.let(sub(v128.load(place, 16), normalizer));
      f.do(v128.store(place, q), v128.store(place, r, 16));
      const prob = f.let(mul(q, exponential(r)));
      const x = f.let(mul(t, r));
      const phi = f.let(phi2(x));
      const power = f.let(exponential(x));
      const isNear = f.let(f64x2.lt(abs(x), half));
      // (e^x - 1) / t
      const slope = v128.bitselect(mul(r, add(one, mul(x, phi))), div(sub(power, one), t), isNear);
      const far = add(mul(prob, slope), sub(q, prob));
      const near = mul(mul(prob, mul(r, r)), add(mul(t, phi), phi2(f.let(f64x2.neg(r)))));
      const isVeryNear = v128.and(isNear, f64x2.lt(abs(r), half));
      f.set(excess, add(excess, v128.bitselect(near, far, isVeryNear)));
      f.set(total, add(total, mul(prob, power)));
    });
    const change = f.let(mul(t, excess));
    const psiAt = (lane: 0 | 1): Local<'f64'> => {
      const psi = f.local('f64');
      // Rows that are far apart leave a small sum, whose difference from 1 has no digits.
      f.if(
        f64.lt(f64x2.extractLane(change, lane), -0.5),
        () => f.set(psi, call(log, { x: f64x2.extractLane(total, lane) })),
        () => f.set(psi, call(log1p, { x: f64x2.extractLane(change, lane) })),
      );
      return psi;
    };
    const psi = f.let(pair(psiAt(0), psiAt(1)));
    const store = (at: Expression<'i32'>, at1: Expression<'i32'>, x: Vector): void => {
      const rounded = f.let(f32x4.demoteF64x2Zero(x));
      f.do(v128.store32Lane(at, rounded, 0), v128.store32Lane(at1, rounded, 1));
    };
    if (what === 'value') {
      store(p.out, out1, v128.bitselect(excess, div(psi, t), f64x2.eq(t, zero)));
    } else {
      // Logit gradients sum to 0: a class with more than half the mass has the sum of the others, which has more digits.
      const others = f.local('v128', zero);
      forEachClass((_, place) => {
        const q = f.let(v128.load(place));
        const l = f.let(sub(mul(alpha, v128.load(place, 16)), psi));
        const g = f.let(mul(q, f64x2.neg(expm1(l))));
        f.do(v128.store(place, g, 16));
        f.set(others, add(others, v128.andnot(g, f64x2.gt(q, half))));
      });
      forEachClass((i, place) => {
        const isTop = f64x2.gt(v128.load(place), half);
        const g = v128.bitselect(sub(zero, others), v128.load(place, 16), isTop);
        store(i32.add(p.out, i), i32.add(out1, i), g);
      });
    }
    const passed = f.let(i32.add(next, 1));
    f.increment(p.p, i32.mul(passed, bytes));
    f.increment(p.q, i32.mul(passed, bytes));
    f.increment(p.out, i32.mul(passed, outBytes));
    f.set(p.rows, i32.sub(p.rows, passed));
  });
}

/**
 * e^x = 2^n e^(x - n log 2) for |x| up to 700, within 1e-11: 2^n is made by adding n + 1023 in the lowest bits of a sum, and
 * shifting it to where a float64 has its exponent.
 */
function exponentialOf(f: Body): (x: Vector) => Vector {
  const c = (value: number): Vector => f.let(f64x2.splat(value));
  const high = Math.floor(Math.LN2 * 2 ** 32) / 2 ** 32;
  const [log2E, ln2High, ln2Low, magic] = [
    c(Math.LOG2E),
    c(high),
    c(Math.LN2 - high),
    c(1.5 * 2 ** 52 + 1023),
  ];
  const coefficients = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880].map((factorial) => c(1 / factorial));
  return (x) => {
    const shifted = f.let(add(mul(x, log2E), magic));
    const n = f.let(sub(shifted, magic));
    const r = f.let(sub(sub(x, mul(n, ln2High)), mul(n, ln2Low)));
    const series = coefficients.reduceRight((sum, own) => add(mul(sum, r), own));
    return mul(series, i64x2.shl(shifted, 52));
  };
}

/** (e^x - 1 - x) / x^2 for |x| up to 1/2, within 1e-10. */
function seriesOfPhi2(f: Body): (x: Vector) => Vector {
  const factorials = [2, 6, 24, 120, 720, 5040, 40320, 362880, 3628800];
  const coefficients = factorials.map((factorial): Vector => f.let(f64x2.splat(1 / factorial)));
  return (x) => coefficients.reduceRight((sum, own) => add(mul(sum, x), own));
}
