import { grad } from '@renyi/autodiff';
import { cast, Generator, mean, softmax, sum, type Tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chiSquareDivergence,
  jensenShannonDivergence,
  klDivergence,
  renyiDivergence,
  reverseKlDivergence,
  squaredHellingerDistance,
  tsallisDivergence,
} from './index.js';

const rows = 20;

function pairs(seed: number, dtype: 'float32' | 'float64' = 'float64'): [Tensor, Tensor] {
  const generator = new Generator(seed);
  return [generator.normal([rows, 5], { dtype }), generator.normal([rows, 5], { dtype })];
}

type Rows = (p: readonly number[], q: readonly number[]) => number;

/** A formula of probabilities, row by row. */
function byRows(p: Tensor, q: Tensor, formula: Rows): number[] {
  const [a, b] = [softmax(p).toArray(), softmax(q).toArray()] as [number[][], number[][]];
  return a.map((row, i) => formula(row, b[i] as number[]));
}

function total(terms: readonly number[]): number {
  return terms.reduce((a, b) => a + b, 0);
}

const zip = (p: readonly number[], q: readonly number[], f: (p: number, q: number) => number): number =>
  total(p.map((x, i) => f(x, q[i] as number)));

const kl: Rows = (p, q) => zip(p, q, (x, y) => x * Math.log(x / y));

const named: readonly [string, (p: Tensor, q: Tensor) => Tensor, Rows][] = [
  ['klDivergence', klDivergence, kl],
  ['reverseKlDivergence', reverseKlDivergence, (p, q) => kl(q, p)],
  ['chiSquareDivergence', chiSquareDivergence, (p, q) => zip(p, q, (x, y) => (x - y) ** 2 / y)],
  [
    'squaredHellingerDistance',
    squaredHellingerDistance,
    (p, q) => zip(p, q, (x, y) => (Math.sqrt(x) - Math.sqrt(y)) ** 2) / 2,
  ],
  [
    'tsallisDivergence of order 0.3',
    (p, q) => tsallisDivergence(p, q, 0.3),
    (p, q) => (zip(p, q, (x, y) => x ** 0.3 * y ** 0.7) - 1) / -0.7,
  ],
  [
    'jensenShannonDivergence',
    jensenShannonDivergence,
    (p, q) => {
      const m = p.map((x, i) => (x + (q[i] as number)) / 2);
      return (kl(p, m) + kl(q, m)) / 2;
    },
  ],
];

describe.each(named)('%s', (_, divergence, formula) => {
  it('is what its formula says', () => {
    const [p, q] = pairs(1);
    const expected = byRows(p, q, formula);
    const actual = divergence(p, q).dataSync();
    // The formulas lose about eps times their largest terms, some hundred at most for these logits.
    for (const [i, value] of expected.entries())
      expect(Math.abs((actual[i] as number) - value)).toBeLessThan(100 * Number.EPSILON * (1 + value));
  });

  it('is 0 and has the gradient 0 where both are the same, and is positive elsewhere', () => {
    const [p, q] = pairs(2);
    // A mixture of p and p is p up to rounding, and a divergence is quadratic in what is left.
    for (const value of divergence(p, p).dataSync())
      expect(Math.abs(value)).toBeLessThan(Number.EPSILON ** 2);
    const slope = grad((x: Tensor) => sum(divergence(p, x)))(p);
    for (const value of slope.dataSync()) expect(Math.abs(value)).toBeLessThan(8 * Number.EPSILON);
    for (const value of divergence(p, q).dataSync()) expect(value).toBeGreaterThan(0);
  });

  it('keeps its digits in float32 where both nearly agree', () => {
    const [p, noise] = pairs(3, 'float32');
    const q = p.add(noise.mul(1e-4));
    const exact = divergence(cast(p, 'float64'), cast(q, 'float64')).dataSync();
    const actual = divergence(p, q).dataSync();
    for (const [i, value] of exact.entries())
      expect(Math.abs((actual[i] as number) / value - 1)).toBeLessThan(4 * 2 ** -23);
  });
});

const order = fc.double({ min: 0.05, max: 10, noNaN: true });
const seed = fc.integer({ min: 0, max: 1e6 });

describe('how they relate', () => {
  it('Tsallis: order 1 is KL, order 2 is chi-square, order 1/2 is twice the squared Hellinger distance', () => {
    const [p, q] = pairs(4);
    expect(tsallisDivergence(p, q, 1).toArray()).toEqual(klDivergence(p, q).toArray());
    expect(tsallisDivergence(p, q, 2).toArray()).toEqual(chiSquareDivergence(p, q).toArray());
    expect(tsallisDivergence(p, q, 0.5).toArray()).toEqual(squaredHellingerDistance(p, q).mul(2).toArray());
  });

  it('Tsallis and Rényi of one order are one another: D = log1p((alpha - 1) T) / (alpha - 1)', () => {
    fc.assert(
      fc.property(order, seed, (alpha, s) => {
        const [p, q] = pairs(s);
        const t = alpha - 1;
        if (t === 0) return;
        const tsallis = tsallisDivergence(p, q, alpha).dataSync();
        const renyi = renyiDivergence(p, q, alpha).dataSync();
        for (const [i, value] of renyi.entries()) {
          const back = Math.log1p(t * (tsallis[i] as number)) / t;
          // log1p near -1 loses what 1 + t T lost: e^(|t| D) in front of eps.
          const bound =
            (8 * Number.EPSILON * Math.exp(Math.max(0, -t * value))) / Math.abs(t) + 8e-15 * value;
          expect(Math.abs(back - value)).toBeLessThan(bound);
        }
      }),
    );
  });

  it('Tsallis lies below Rényi for orders below 1 and above it for orders above', () => {
    fc.assert(
      fc.property(order, seed, (alpha, s) => {
        const [p, q] = pairs(s);
        const difference = mean(tsallisDivergence(p, q, alpha).sub(renyiDivergence(p, q, alpha))).item();
        expect(difference * (alpha - 1)).toBeGreaterThanOrEqual(-1e-14);
      }),
    );
  });

  it('2 H^2 <= KL <= log(1 + chi^2), H^2 <= 1, JS <= log 2, and log 2 H^2 <= JS <= H^2', () => {
    fc.assert(
      fc.property(seed, (s) => {
        const [p, q] = pairs(s);
        const [h, k, c, j] = [
          squaredHellingerDistance,
          klDivergence,
          chiSquareDivergence,
          jensenShannonDivergence,
        ].map((divergence) => divergence(p, q).dataSync()) as [
          Float64Array,
          Float64Array,
          Float64Array,
          Float64Array,
        ];
        for (let i = 0; i < rows; i++) {
          expect(2 * h[i]!).toBeLessThanOrEqual(k[i]!);
          expect(k[i]!).toBeLessThanOrEqual(Math.log1p(c[i]!));
          expect(h[i]!).toBeLessThanOrEqual(1);
          // Near agreement both are chi-square / 8: equal up to rounding.
          expect(j[i]!).toBeLessThanOrEqual(Math.min(Math.LN2, h[i]! * (1 + 1e-9)));
          expect(j[i]!).toBeGreaterThanOrEqual(Math.LN2 * h[i]! * (1 - 1e-9));
        }
      }),
    );
  });

  it('Hellinger and Jensen-Shannon are symmetric', () => {
    const [p, q] = pairs(5);
    for (const divergence of [squaredHellingerDistance, jensenShannonDivergence]) {
      const [there, back] = [divergence(p, q).dataSync(), divergence(q, p).dataSync()];
      for (const [i, value] of there.entries())
        expect(Math.abs((back[i] as number) - value)).toBeLessThan(16 * Number.EPSILON);
    }
  });

  it('reverse KL is the slope of the Rényi divergence at order 0', () => {
    const [p, q] = pairs(6);
    const small = 1e-7;
    const slope = renyiDivergence(p, q, small).div(small).dataSync();
    for (const [i, value] of reverseKlDivergence(p, q).dataSync().entries())
      expect(Math.abs((slope[i] as number) / value - 1)).toBeLessThan(1e-5);
  });

  it('a Tsallis order that is none is refused', () => {
    const [p, q] = pairs(7);
    for (const alpha of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => tsallisDivergence(p, q, alpha)).toThrow(/expected a finite order of at least 0/);
  });
});
