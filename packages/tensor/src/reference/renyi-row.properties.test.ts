import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogitPair, logitPairs, reach, renyi, divergenceOf } from './renyi-cases.testing.js';
import { RenyiRow } from './renyi-row.js';

const EPS = Number.EPSILON;
const ALPHAS = [0, 1e-6, 0.1, 0.3, 0.5, 0.75, 0.999, 1, 1.001, 1.5, 2, 5, 20, 100, 1e4, Infinity];
const pairs = logitPairs(0.125, 1, 8, 64);

const holds = <T>(arbitrary: fc.Arbitrary<T>, predicate: (x: T) => void): void =>
  fc.assert(fc.property(arbitrary, predicate), { numRuns: 100 });
const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);
/** Relative error of a value, as derived in renyi-row.test.ts. */
const relative = (pair: LogitPair): number => 8 * EPS * (1 + reach(pair));

function logSoftmax(z: readonly number[]): number[] {
  const top = Math.max(...z);
  const normalizer = Math.log(sum(z.map((x) => Math.exp(x - top))));
  // Not x - (top + normalizer), whose error grows with the logits rather than with their differences.
  return z.map((x) => x - top - normalizer);
}

function expectNear(x: number, y: number, tolerance: number): void {
  if (x !== y) expect(Math.abs(x - y)).toBeLessThanOrEqual(tolerance);
}

describe('D_alpha(P || Q) as a divergence', () => {
  it('is positive unless the distributions agree', () =>
    holds(pairs, ({ zP, zQ }) => {
      const differences = zP.map((x, i) => x - (zQ[i] as number));
      const agree = differences.every((d) => d === differences[0]);
      for (const alpha of ALPHAS.slice(1)) expect(divergenceOf(alpha, zP, zQ) > 0).toBe(!agree);
    }));

  it('is exactly 0, as are its gradients, when the logits differ by a constant', () =>
    holds(fc.tuple(pairs, fc.integer({ min: -1000, max: 1000 })), ([{ zQ }, shift]) => {
      const zP = zQ.map((x) => x + shift);
      const zeros = zQ.map(() => 0);
      for (const alpha of ALPHAS.filter(Number.isFinite)) {
        const { value, gradQ, gradP } = renyi(alpha, zP, zQ);
        expect({ value, gradQ, gradP }).toEqual({ value: 0, gradQ: zeros, gradP: zeros });
      }
      expect(divergenceOf(Infinity, zP, zQ)).toBe(0);
    }));

  it('does not decrease with alpha, and its alpha derivative is not negative', () =>
    holds(pairs, (pair) => {
      const values = ALPHAS.map((alpha) => divergenceOf(alpha, pair.zP, pair.zQ));
      for (let i = 1; i < values.length; i++) {
        expect(values[i]).toBeGreaterThanOrEqual((values[i - 1] as number) * (1 - 2 * relative(pair)));
      }
      for (const alpha of ALPHAS) expect(renyi(alpha, pair.zP, pair.zQ).dAlpha).toBeGreaterThanOrEqual(0);
    }));

  it('has skew symmetry, (1 - alpha) D_alpha(P || Q) = alpha D_(1 - alpha)(Q || P)', () =>
    holds(fc.tuple(pairs, fc.integer({ min: 1, max: 1023 })), ([pair, k]) => {
      const alpha = k / 1024; // 1 - alpha is exact
      const left = (1 - alpha) * divergenceOf(alpha, pair.zP, pair.zQ);
      expectNear(left, alpha * divergenceOf(1 - alpha, pair.zQ, pair.zP), 2 * relative(pair) * left);
    }));

  it('is additive over products of independent distributions', () =>
    holds(
      fc.constantFrom(0.125, 1, 8, 64).chain((scale) => fc.tuple(logitPairs(scale), logitPairs(scale))),
      ([one, two]) => {
        const product = (x: readonly number[], y: readonly number[]): number[] =>
          x.flatMap((a) => y.map((b) => a + b));
        const joint = { zP: product(one.zP, two.zP), zQ: product(one.zQ, two.zQ) };
        for (const alpha of ALPHAS) {
          const parts = divergenceOf(alpha, one.zP, one.zQ) + divergenceOf(alpha, two.zP, two.zQ);
          expectNear(divergenceOf(alpha, joint.zP, joint.zQ), parts, 2 * relative(joint) * parts);
        }
      },
    ));

  it('depends neither on the order of the classes nor on a shift of either row', () =>
    holds(fc.tuple(logitPairs(1, 8, 64), fc.integer({ min: -64, max: 64 })), ([pair, shift]) => {
      const reversed = { zP: pair.zP.toReversed(), zQ: pair.zQ.toReversed() };
      for (const alpha of ALPHAS) {
        const plain = renyi(alpha, pair.zP, pair.zQ);
        expect(
          renyi(
            alpha,
            pair.zP.map((x) => x + shift),
            pair.zQ.map((x) => x - shift),
          ),
        ).toEqual(plain);
        // Reversal changes the order of summation only: the value's own error bound, twice.
        expectNear(
          divergenceOf(alpha, reversed.zP, reversed.zQ),
          plain.value,
          2 * relative(pair) * plain.value,
        );
      }
    }));

  it('cannot grow when two classes are merged (data processing)', () =>
    holds(logitPairs(0.125, 1, 8), (pair) => {
      const merge = ([x, y, ...rest]: readonly number[]): number[] => [
        Math.max(x as number, y as number) + Math.log1p(Math.exp(-Math.abs((x as number) - (y as number)))),
        ...rest,
      ];
      for (const alpha of ALPHAS.filter((a) => a <= 20)) {
        const fine = divergenceOf(alpha, pair.zP, pair.zQ);
        // The merged logits are rounded, by eps 8, and D follows at the rate of its gradients, alpha (1 + R).
        const rounding = 8 * EPS * (2 + alpha * (1 + reach(pair)));
        expect(divergenceOf(alpha, merge(pair.zP), merge(pair.zQ))).toBeLessThanOrEqual(fine + 2 * rounding);
      }
    }));
});

describe('special orders', () => {
  it('alpha -> 1 gives KL and its gradients, continuously from both sides', () =>
    holds(logitPairs(0.125, 1, 8), (pair) => {
      const atOne = renyi(1, pair.zP, pair.zQ);
      const logP = logSoftmax(pair.zP);
      const r = logSoftmax(pair.zQ).map((b, i) => (logP[i] as number) - b);
      const range = Math.max(...r) - Math.min(...r);
      const rounding = 4 * EPS * (1 + reach(pair));
      expectNear(
        atOne.value,
        sum(r.map((x, i) => Math.exp(logP[i] as number) * x)),
        4 * rounding * (1 + reach(pair)),
      );
      for (let k = 1; k <= 12; k++) {
        for (const t of [10 ** -k, -(10 ** -k)]) {
          const near = renyi(1 + t, pair.zP, pair.zQ);
          // dD/dalpha is an average of Var_s(r)/2 <= range^2/8 (Popoviciu); |ds/dalpha| = s |r - E_s r| <= range; and
          // dD/dzP_i = alpha times the mean over [0, t] of s (r - E_s r), whose slope in t is at most range^2 and in alpha range.
          expectNear(near.value, atOne.value, (Math.abs(t) * range ** 2) / 8 + rounding * (1 + range));
          near.gradQ.forEach((g, i) => {
            expectNear(g, atOne.gradQ[i] as number, Math.abs(t) * range + rounding);
          });
          near.gradP.forEach((g, i) => {
            expectNear(g, atOne.gradP[i] as number, 2 * Math.abs(t) * range * (1 + range) + rounding);
          });
        }
      }
    }));

  it('alpha = 2 is log(1 + chi-squared), alpha = 1/2 is -2 log of the Bhattacharyya coefficient', () =>
    holds(logitPairs(0.125, 1, 4), (pair) => {
      const p = logSoftmax(pair.zP).map(Math.exp);
      const q = logSoftmax(pair.zQ).map(Math.exp);
      const chiSquared = sum(p.map((x, i) => (x - (q[i] as number)) ** 2 / (q[i] as number)));
      const overlap = sum(p.map((x, i) => Math.sqrt(x * (q[i] as number))));
      // The textbook forms add up to 1 what should stay apart, so their error is absolute.
      const tolerance = 8 * EPS * (1 + reach(pair));
      expectNear(divergenceOf(2, pair.zP, pair.zQ), Math.log1p(chiSquared), tolerance);
      expectNear(divergenceOf(0.5, pair.zP, pair.zQ), -2 * Math.log(overlap), tolerance);
    }));

  it('alpha = Infinity is the largest log-ratio, approached from below', () =>
    holds(pairs, (pair) => {
      const logQ = logSoftmax(pair.zQ);
      const largest = Math.max(...logSoftmax(pair.zP).map((a, i) => a - (logQ[i] as number)));
      // Differences of numbers up to `reach` on both sides, and two sums of so many terms in `largest`.
      const tolerance = EPS * (4 * (1 + reach(pair)) + 2 * logQ.length);
      expectNear(divergenceOf(Infinity, pair.zP, pair.zQ), largest, tolerance);
      // D >= max r + log p_* / (alpha - 1)
      const close = divergenceOf(1e8, pair.zP, pair.zQ);
      expectNear(close, largest, reach(pair) / 1e8 + tolerance);
    }));

  it('at alpha = Infinity ties share the gradient in proportion to p, as in the limit', () => {
    const [zP, zQ] = [
      [Math.log(4), Math.log(2), 0],
      [Math.log(2), 0, Math.log(4)],
    ]; // p = (4, 2, 1)/7, q = (2, 1, 4)/7
    const { value, gradQ, gradP } = renyi(Infinity, zP, zQ);
    expect(value).toBeCloseTo(Math.LN2, 15);
    const near = (values: readonly number[]) => values.map((expected) => expect.closeTo(expected, 15));
    expect([...gradQ]).toEqual(near([2 / 7 - 2 / 3, 1 / 7 - 1 / 3, 4 / 7]));
    expect([...gradP]).toEqual(near([2 / 3 - 4 / 7, 1 / 3 - 2 / 7, -1 / 7]));
  });
});

describe('gradients', () => {
  it('sum to 0, and that of Q has L1 norm at most 2 at every order', () =>
    holds(pairs, ({ zP, zQ }) => {
      for (const alpha of ALPHAS) {
        const { gradQ, gradP } = renyi(alpha, zP, zQ);
        const norm = sum(gradP.map(Math.abs));
        const reachAlpha = 1 + Math.min(alpha, 1e4) * reach({ zP, zQ }); // rounding of the escort's exponents
        expectNear(sum(gradQ), 0, 2 * EPS * reachAlpha);
        expectNear(sum(gradP), 0, 2 * EPS * reachAlpha * (1 + norm));
        expect(sum(gradQ.map(Math.abs))).toBeLessThanOrEqual(2 * (1 + zP.length * EPS));
      }
    }));
});

describe('masks and hostile input', () => {
  const masked = -Infinity;
  const far = -1e5; // e^far is 0 in float64, so only what depends on its logarithm can tell it from a mask

  it('finite logits up to 1e3, masked or not, never give NaN, and finite values have finite gradients', () => {
    const logit = fc.oneof(
      { weight: 4, arbitrary: fc.double({ min: -1e3, max: 1e3, noNaN: true }) },
      fc.constant(masked),
    );
    holds(fc.array(fc.tuple(logit, logit), { minLength: 1, maxLength: 9 }), (rows) => {
      // A last class that both have keeps each row a distribution.
      const [zP, zQ] = [
        [...rows.map(([x]) => x), 0],
        [...rows.map(([, y]) => y), 0],
      ];
      for (const alpha of ALPHAS) {
        const { value, gradQ, gradP, dAlpha } = renyi(alpha, zP, zQ);
        expect([value, dAlpha, ...gradQ, ...gradP]).not.toContain(NaN);
        expect(value).toBeGreaterThanOrEqual(0);
        if (value < Infinity) expect([...gradQ, ...gradP].every(Number.isFinite)).toBe(true);
      }
    });
  });

  it('a mask is the limit of an ever lower logit: of P for alpha > 0, of Q for alpha < 1, of both', () => {
    const [zP, zQ] = [
      [1, 0.5, -1, 0],
      [0, 1, 0.25, -2],
    ];
    const put = (z: readonly number[], logit: number): number[] => [z[0] as number, logit, ...z.slice(2)];
    // The order of summation differs, and with it what the exponents alpha r, |r| < 4, round to.
    const expectSame = (alpha: number, one: LogitPair, two: LogitPair): void => {
      const [x, y] = [renyi(alpha, one.zP, one.zQ), renyi(alpha, two.zP, two.zQ)];
      const tolerance = 8 * EPS * (1 + 4 * Math.min(alpha, 1e3));
      expectNear(x.value, y.value, tolerance);
      for (const [i, g] of x.gradQ.entries()) expectNear(g, y.gradQ[i] as number, tolerance);
      for (const [i, g] of x.gradP.entries()) expectNear(g, y.gradP[i] as number, tolerance);
    };
    for (const alpha of [0.25, 0.5, 0.75])
      expectSame(alpha, { zP, zQ: put(zQ, masked) }, { zP, zQ: put(zQ, far) });
    for (const alpha of [0.25, 0.75, 1, 1.5, 1e3, Infinity]) {
      expectSame(alpha, { zP: put(zP, masked), zQ }, { zP: put(zP, far), zQ });
      expectSame(alpha, { zP: put(zP, masked), zQ: put(zQ, masked) }, { zP: put(zP, far), zQ: put(zQ, far) });
    }
  });

  it('at alpha = 0 it is -log q(p > 0), with gradient q - q(. | p > 0)', () => {
    const { value, gradQ, gradP } = renyi(0, [0, masked, 3, masked], [0, 0, 0, 0]);
    expect(value).toBeCloseTo(Math.LN2, 15);
    expect(gradQ).toEqual([-0.25, 0.25, -0.25, 0.25]);
    expect(gradP).toEqual([0, 0, 0, 0]);
  });

  it('an infinite divergence still pulls Q to the classes it lacks', () => {
    expect(renyi(2, [0, 0, masked], [0, masked, 0])).toMatchObject({
      value: Infinity,
      gradQ: [0.5, -1, 0.5],
    });
    expect(renyi(1, [0, 0, masked], [0, masked, 0])).toMatchObject({
      value: Infinity,
      gradQ: [0, -0.5, 0.5],
      gradP: [-Infinity, Infinity, 0],
      dAlpha: Infinity,
    });
    for (const alpha of [0, 0.3, 0.5, 1, 2, Infinity]) {
      expect(renyi(alpha, [0, 0, masked], [masked, masked, 0])).toMatchObject({
        value: Infinity,
        gradQ: [-0.5, -0.5, 1],
      });
    }
  });

  it.each([
    ['NaN in P', 1.5, [0, NaN], [0, 1]],
    ['Infinity in Q', 1.5, [0, 1], [Infinity, 1]],
    ['a row masked throughout', 0.5, [masked, masked], [0, 1]],
    ['a negative order', -1, [0, 1], [1, 0]],
    ['an order that is NaN', NaN, [0, 1], [1, 0]],
  ])('%s makes every result NaN', (_, alpha, zP, zQ) => {
    expect(renyi(alpha, zP, zQ)).toEqual({ value: NaN, gradQ: [NaN, NaN], gradP: [NaN, NaN], dAlpha: NaN });
  });

  it('one instance reads any number of strided rows, at any sequence of orders', () => {
    const data = Float32Array.from([9, 1, 9, 2, 9, 4, 0, 0.5, 0.25]);
    const row = new RenyiRow(3);
    row.load(new Float64Array(3), 0, 1, [NaN, 0, 0], 0, 1);
    expect(row.value(2)).toBeNaN();
    row.load(data, 1, 2, data, 6, 1);
    const [zP, zQ] = [
      [1, 2, 4],
      [0, 0.5, 0.25],
    ];
    for (const alpha of [2, 0.25, 2, Infinity, 1]) expect(row.value(alpha)).toBe(divergenceOf(alpha, zP, zQ));
  });
});
