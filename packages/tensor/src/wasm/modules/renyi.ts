import type { Expression } from '../emitter/expression.js';
import type { Body, Local } from '../emitter/function.js';
import { f32x4, f64, f64x2, i32, v128 } from '../emitter/instructions.js';
import { call, type Callee, type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import { exponentialOf, seriesOfLogarithm, seriesOfPhi2 } from './wide-exponential.js';

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

/** The divergence and its gradients: one number for each pair of rows, or one for each class. */
const renyiNames = ['value', 'gradientP', 'gradientQ', 'gradientAlpha'] as const;
export type RenyiName = (typeof renyiNames)[number];

export interface RenyiFunctions extends Readonly<Record<RenyiName, RenyiFunction>> {
  /** (x, count, bound): 1 if all elements are numbers of at most that size, else 0. */
  readonly areModerate: (x: number, count: number, bound: number) => number;
}

/** Bytes of scratch for each class. */
export const scratchPerClass = 64;

const { add, sub, mul, div, abs } = f64x2;

/**
 * The divergence of rows of float32, and its gradients, for logits that are neither masked nor far from 0 and orders that are neither
 * tiny nor large; the mathematics, and all other cases, are in `reference/renyi-row.ts`. Two pairs of rows at a time, one in each
 * lane, in float64. With d_i = zP_i - zQ_i, e_i = d_i - d_c for the class c that is likeliest in Q, and t = alpha - 1,
 *
 *     r_i = log p_i - log q_i = e_i - log1p(sum_j q_j (e^(e_j) - 1)),   p_i = q_i e^(r_i),
 *     G = sum_i p_i ((e^(t r_i) - 1) / t + e^(-r_i) - 1),   psi = log1p(t G) = log sum_i q_i e^(alpha r_i),   D = psi / t,
 *     q_i - s_i = -q_i (e^(l_i) - 1),   l_i = alpha r_i - psi,
 *
 * where no term of G is negative, and near 0 each is r^2 (t phi2(t r) + phi2(-r)) with phi2(x) = (e^x - 1 - x) / x^2. With
 * x_i = t (r_i - D), so that s_i = p_i e^(x_i),
 *
 *     alpha (s_i - p_i) / t = alpha p_i (r_i - D) phi1(x_i),   phi1(x) = (e^x - 1) / x = 1 + x phi2(x),
 *     KL(s || p) / t^2 = sum_i p_i (r_i - D)^2 (e^(x_i) (x_i - 1) + 1) / x_i^2,
 *
 * where no term of the sum is negative, and the last quotient is phi1(x) - phi2(x). No exponential is computed twice: e^(r_i) is
 * e^(e_i) over 1 + sum_j q_j (e^(e_j) - 1), and e^(x_i) is e^(t r_i - psi).
 */
export function renyiModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  const log1p = module.import('log1p', { x: 'f64' }, 'f64');
  const log = module.import('log', { x: 'f64' }, 'f64');
  for (const what of renyiNames) {
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
      f.while(i32.ltU(x, end), () => {
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

/** Functions of x, two lanes of each. */
interface Exponentials {
  /** e^x */
  readonly power: Local<'v128'>;
  /** e^x - 1 */
  readonly minusOne: Local<'v128'>;
  /** phi2(x), where x is near 0. */
  readonly phi: Local<'v128'>;
  /** Which lanes are. */
  readonly isNear: Local<'v128'>;
}

/** A class of two rows. */
interface RowClass {
  readonly q: Local<'v128'>;
  readonly r: Local<'v128'>;
  /** p_i */
  readonly prob: Local<'v128'>;
  /** e^(x_i): p_i times this is the escort. */
  readonly power: Local<'v128'>;
}

type Logarithm = Callee<{ readonly x: 'f64' }, 'f64'>;

function rows(
  f: Body,
  p: { readonly [K in keyof typeof rowsParameters]: Local<(typeof rowsParameters)[K]> },
  what: RenyiName,
  { log1p, log }: { readonly log1p: Logarithm; readonly log: Logarithm },
): void {
  const c = (value: number): Vector => f.let(f64x2.splat(value));
  const [zero, one, quarter, half, most] = [c(0), c(1), c(1 / 4), c(1 / 2), c(3 / 4)];
  const alpha = f.let(f64x2.splat(p.alpha));
  const t = f.let(sub(alpha, one));
  const exponential = exponentialOf(f);
  const phi2 = seriesOfPhi2(f);
  const logarithmNear1 = seriesOfLogarithm(f);
  /**
   * e^x, e^x - 1 and phi2(x), which is right where x is near 0. There the others follow from it; networks that learn from each other
   * come to agree, and then nobody is far and no exponential is computed.
   */
  const exponentials = (x: Local<'v128'>): Exponentials => {
    const isNear = f.let(f64x2.lt(abs(x), half));
    const phi = f.let(phi2(x));
    const minusOne = f.let(mul(x, add(one, mul(x, phi))));
    const power = f.let(add(one, minusOne));
    f.if(v128.anyTrue(v128.not(isNear)), () => {
      f.set(power, v128.bitselect(power, exponential(x), isNear));
      f.set(minusOne, v128.bitselect(minusOne, sub(power, one), isNear));
    });
    return { power, minusOne, phi, isNear };
  };
  const bytes = f.let(i32.shl(p.classes, 2));
  // Of an odd number of rows the last one is computed in both lanes.
  const next = f.local('i32');
  const [p1, q1, out1] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const outBytes = what === 'value' || what === 'gradientAlpha' ? 4 : bytes;
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

  /** log(1 + x): a series where x is near 0, which spares calls; else, for each lane, what `far` says. */
  const logarithm = (x: Local<'v128'>, far: (lane: 0 | 1) => Expression<'f64'>): Local<'v128'> => {
    const result = f.let(logarithmNear1(x));
    const isNear = f64x2.lt(abs(x), quarter);
    f.if(v128.anyTrue(v128.not(isNear)), () => f.set(result, pair(far(0), far(1))));
    return result;
  };

  f.while(i32.gtS(p.rows, 0), () => {
    f.set(next, 0);
    f.if(i32.gtS(p.rows, 1), () => f.set(next, 1));
    f.set(p1, i32.add(p.p, i32.mul(next, bytes)));
    f.set(q1, i32.add(p.q, i32.mul(next, bytes)));
    f.set(out1, i32.add(p.out, i32.mul(next, outBytes)));

    // The likeliest class of Q, and d there.
    const top = f.local('v128', f64x2.splat(Number.NEGATIVE_INFINITY));
    const shift = f.local('v128');
    forEachClass((i, place) => {
      const zQ = both(i32.add(p.q, i), i32.add(q1, i));
      const d = f.let(sub(both(i32.add(p.p, i), i32.add(p1, i)), zQ));
      f.do(v128.store(place, zQ), v128.store(place, d, 16));
      const isLarger = f.let(f64x2.gt(zQ, top));
      f.set(shift, v128.bitselect(d, shift, isLarger));
      f.set(top, v128.bitselect(zQ, top, isLarger));
    });

    // e^(zQ - top), e_i and e^(e_i), and the sums of the first and of its products with e^(e_i) - 1.
    const [mass, growth] = [f.local('v128', zero), f.local('v128', zero)];
    forEachClass((_, place) => {
      const e = f.let(sub(v128.load(place, 16), shift));
      const weight = f.let(exponential(f.let(sub(v128.load(place), top))));
      const { power, minusOne } = exponentials(e);
      f.do(v128.store(place, weight), v128.store(place, e, 16), v128.store(place, power, 32));
      f.set(mass, add(mass, weight));
      f.set(growth, add(growth, mul(weight, minusOne)));
    });
    const inverse = f.let(div(one, mass));
    const mean = f.let(mul(growth, inverse));
    const normalizer = logarithm(mean, (lane) => call(log1p, { x: f64x2.extractLane(mean, lane) }));

    // q_i, r_i, p_i and e^(t r_i), G, and sum p_i e^(t r_i).
    const scale = f.let(div(inverse, add(one, mean)));
    const [excess, total] = [f.local('v128', zero), f.local('v128', zero)];
    forEachClass((_, place) => {
      const q = f.let(mul(v128.load(place), inverse));
      const r = f.let(sub(v128.load(place, 16), normalizer));
      const prob = f.let(mul(mul(v128.load(place), v128.load(place, 32)), scale));
      const x = f.let(mul(t, r));
      const { power, phi, isNear } = exponentials(x);
      if (what !== 'value') {
        f.do(v128.store(place, q), v128.store(place, r, 16));
        f.do(v128.store(place, prob, 32), v128.store(place, power, 48));
      }
      // (e^x - 1) / t
      const slope = v128.bitselect(mul(r, add(one, mul(x, phi))), div(sub(power, one), t), isNear);
      const far = add(mul(prob, slope), sub(q, prob));
      const near = mul(mul(prob, mul(r, r)), add(mul(t, phi), phi2(f.let(f64x2.neg(r)))));
      const isVeryNear = v128.and(isNear, f64x2.lt(abs(r), half));
      f.set(excess, add(excess, v128.bitselect(near, far, isVeryNear)));
      f.set(total, add(total, mul(prob, power)));
    });
    const change = f.let(mul(t, excess));
    const psi = logarithm(change, (lane) => {
      const psi = f.local('f64');
      // Rows that are far apart leave a small sum, whose difference from 1 has no digits.
      f.if(
        f64.lt(f64x2.extractLane(change, lane), -0.5),
        () => f.set(psi, call(log, { x: f64x2.extractLane(total, lane) })),
        () => f.set(psi, call(log1p, { x: f64x2.extractLane(change, lane) })),
      );
      return psi;
    });
    const store = (at: Expression<'i32'>, at1: Expression<'i32'>, x: Vector): void => {
      const rounded = f.let(f32x4.demoteF64x2Zero(x));
      f.do(v128.store32Lane(at, rounded, 0), v128.store32Lane(at1, rounded, 1));
    };
    const divergence = f.let(v128.bitselect(excess, div(psi, t), f64x2.eq(t, zero)));
    /** e^(-psi), which makes an escort of p_i e^(t r_i). */
    const shrink = f.let(exponential(f.let(f64x2.neg(psi))));
    const classAt = (place: Local<'i32'>): RowClass => {
      const [q, r, prob, power] = [0, 16, 32, 48].map((at) => f.let(v128.load(place, at))) as [
        Local<'v128'>,
        Local<'v128'>,
        Local<'v128'>,
        Local<'v128'>,
      ];
      return { q, r, prob, power: f.let(mul(power, shrink)) };
    };
    /**
     * Sums over a row of gradients are 0: a class with most of the mass has the sum of the others, which has more digits. (Not half of it:
     * by roundings, two classes may both have more.)
     */
    const storeGradient = (of: (row: RowClass) => { mass: Vector; g: Vector }): void => {
      const others = f.local('v128', zero);
      forEachClass((_, place) => {
        const { mass: own, g } = of(classAt(place));
        const [weight, slope] = [f.let(own), f.let(g)];
        f.do(v128.store(place, weight), v128.store(place, slope, 16));
        f.set(others, add(others, v128.andnot(slope, f64x2.gt(weight, most))));
      });
      forEachClass((i, place) => {
        const isTop = f64x2.gt(v128.load(place), most);
        const g = v128.bitselect(sub(zero, others), v128.load(place, 16), isTop);
        store(i32.add(p.out, i), i32.add(out1, i), g);
      });
    };
    switch (what) {
      case 'value':
        store(p.out, out1, divergence);
        break;
      case 'gradientQ':
        storeGradient(({ q, r, prob, power }) => {
          const l = f.let(sub(mul(alpha, r), psi));
          const near = mul(f64x2.neg(q), mul(l, add(one, mul(l, phi2(l)))));
          const far = sub(q, mul(prob, power));
          return { mass: q, g: v128.bitselect(near, far, f64x2.lt(abs(l), half)) };
        });
        break;
      case 'gradientP':
        storeGradient(({ r, prob, power }) => {
          const distance = f.let(sub(r, divergence));
          const x = f.let(mul(t, distance));
          const far = div(sub(power, one), x);
          const phi1 = v128.bitselect(add(one, mul(x, phi2(x))), far, f64x2.lt(abs(x), half));
          return { mass: prob, g: mul(mul(alpha, prob), mul(distance, phi1)) };
        });
        break;
      case 'gradientAlpha': {
        const sum = f.local('v128', zero);
        forEachClass((_, place) => {
          const { r, prob, power } = classAt(place);
          const distance = f.let(sub(r, divergence));
          const x = f.let(mul(t, distance));
          const phi = f.let(phi2(x));
          const near = sub(add(one, mul(x, phi)), phi);
          const far = div(add(mul(power, sub(x, one)), one), mul(x, x));
          const slope = v128.bitselect(near, far, f64x2.lt(abs(x), half));
          f.set(sum, add(sum, mul(mul(prob, mul(distance, distance)), slope)));
        });
        store(p.out, out1, sum);
      }
    }
    const passed = f.let(i32.add(next, 1));
    f.increment(p.p, i32.mul(passed, bytes));
    f.increment(p.q, i32.mul(passed, bytes));
    f.increment(p.out, i32.mul(passed, outBytes));
    f.set(p.rows, i32.sub(p.rows, passed));
  });
}
