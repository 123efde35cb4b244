import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Divergence,
  type LogitPair,
  logitPairs,
  type RenyiDerivatives,
  reach,
  renyi,
} from './renyi-cases.testing.js';
import { renyiTruth } from './renyi-oracle.testing.js';

const EPS = Number.EPSILON;

/** Largest absolute error that is accepted of each result. */
interface Tolerance {
  readonly value: number;
  readonly gradQ: number;
  readonly gradP: number;
  readonly dAlpha: number;
}

const maxAbs = (xs: readonly number[]): number => Math.max(...xs.map(Math.abs));

function expectAgreement(actual: RenyiDerivatives, truth: RenyiDerivatives, tolerance: Tolerance): void {
  // Written so that NaN disagrees.
  const near = (x: number, y: number, bound: number): boolean => x === y || Math.abs(x - y) <= bound;
  const all = (xs: readonly number[], ys: readonly number[], bound: number): boolean =>
    xs.length === ys.length && xs.every((x, i) => near(x, ys[i] as number, bound));
  const agrees = {
    value: near(actual.value, truth.value, tolerance.value),
    gradQ: all(actual.gradQ, truth.gradQ, tolerance.gradQ),
    gradP: all(actual.gradP, truth.gradP, tolerance.gradP),
    dAlpha: near(actual.dAlpha, truth.dAlpha, tolerance.dAlpha),
  };
  expect({ ...agrees, actual, truth }).toMatchObject({ value: true, gradQ: true, gradP: true, dAlpha: true });
}

/** What conformance/renyi/exact.json grants; dAlpha, of which it says nothing, like the value. */
const stated = (truth: RenyiDerivatives): Tolerance => ({
  value: Math.max(1e-13 * truth.value, 1e-15),
  gradQ: 1e-13,
  gradP: 1e-12 * maxAbs(truth.gradP),
  dAlpha: 1e-13 * truth.dAlpha,
});

/**
 * First-order rounding analysis. Logarithms up to R in size are rounded, so an exponent at slope alpha carries eps alpha R.
 * - The value inherits eps R relative to itself; g(r) cancels by a factor of at most 5 (r = 1, t = -1/2), and 8 > 5 + its roundings.
 * - gradQ = q - s and gradP = alpha/t (s - p) inherit the exponent's error times s <= 1; twice, for s and for its normalizer.
 * - dAlpha is half a second moment of r - D, so an error eta in r - D moves it by eta sqrt(2 dAlpha) + eta^2, and the
 *   escort weights by eps alpha R of itself.
 */
function derived(alpha: number, pair: LogitPair, truth: RenyiDerivatives): Tolerance {
  const range = reach(pair);
  const eta = EPS * (1 + range);
  return {
    value: 8 * eta * truth.value,
    gradQ: 2 * EPS * (1 + alpha * range),
    gradP: 2 * eta * alpha,
    dAlpha: eta * (Math.sqrt(2 * truth.dAlpha) + eta) + EPS * (1 + alpha * range) * truth.dAlpha,
  };
}

type GoldenNumber = number | 'Infinity';
interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly alpha: GoldenNumber;
    readonly logitsP: readonly number[];
    readonly logitsQ: readonly number[];
    readonly value: number;
    readonly gradQ: readonly number[];
    readonly gradP: readonly number[];
    readonly dAlpha: number | null;
  }[];
  readonly special: readonly {
    readonly name: string;
    readonly alpha: GoldenNumber;
    readonly p: readonly number[];
    readonly q: readonly number[];
    readonly value: GoldenNumber;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../conformance/renyi/exact.json', import.meta.url), 'utf8'),
) as Golden;

const checkGolden = (
  divergence: Divergence,
  { alpha, logitsP, logitsQ, ...rest }: Golden['cases'][number],
): void => {
  const truth = { ...rest, dAlpha: rest.dAlpha ?? 0 };
  expectAgreement(divergence(Number(alpha), logitsP, logitsQ), truth, stated(truth));
};

describe('the Rényi row, against 60-digit golden values', () => {
  it.each(golden.cases)('$name', (goldenCase) => checkGolden(renyi, goldenCase));

  it.each(golden.special)('$name', ({ alpha, p, q, value }) => {
    const actual = renyi(Number(alpha), p.map(Math.log), q.map(Math.log)).value;
    // The probabilities are rounded decimals and so are their logarithms: a few eps in nats.
    if (value === 'Infinity') expect(actual).toBe(Infinity);
    else expect(Math.abs(actual - value)).toBeLessThanOrEqual(4 * EPS);
  });
});

describe('the Rényi row, against 96-digit arithmetic', () => {
  const check = (alpha: number, pair: LogitPair): void => {
    const truth = renyiTruth(alpha, pair.zP, pair.zQ);
    expectAgreement(renyi(alpha, pair.zP, pair.zQ), truth, derived(alpha, pair, truth));
  };
  const direction = [0.7, -1.3, 0.2, 0.9, -0.4];
  const decades = (from: number, to: number): number[] =>
    Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => 10 ** (from + i * Math.sign(to - from)));

  it('the arithmetic itself: D_2 of (1/2, 1/2) and (2/3, 1/3) is log(9/8), its slope log(2)/3 - log(9/8)', () => {
    // s ∝ p^2/q = (3/8, 3/4), so s = (1/3, 2/3); r = (log 3/4, log 3/2); dD = E_s r - D as t = 1.
    const truth = renyiTruth(2, [0, 0], [Math.LN2, 0]);
    expect(truth.value).toBeCloseTo(Math.log(9 / 8), 15);
    expect(truth.gradQ[0]).toBeCloseTo(1 / 3, 15);
    expect(truth.gradP[0]).toBeCloseTo(-1 / 3, 15);
    expect(truth.dAlpha).toBeCloseTo(Math.log(3 / 4) / 3 + (2 * Math.log(3 / 2)) / 3 - Math.log(9 / 8), 15);
  });

  it.each(decades(-1, -8))('rows %f apart, at every order', (distance) => {
    const zQ = [2.5, -1, 0.25, 3, -4];
    const zP = zQ.map((z, i) => z + distance * (direction[i] as number));
    for (const alpha of [0, ...decades(-6, 4), 0.1, 0.5, 0.9, 1.1, 2, 5]) check(alpha, { zP, zQ });
  });

  it.each(decades(-1, -12))('alpha = 1 ± %f', (h) => {
    for (const scale of [1, 1e-4, 10]) {
      const zP = direction.map((d) => 3 + scale * d);
      check(1 - h, { zP, zQ: [0, 1, 2, 1, 0] });
      check(1 + h, { zP, zQ: [0, 1, 2, 1, 0] });
      check(1 + h, { zP, zQ: direction.map((d) => scale * d * d) });
    }
  });

  it.each([1, 64, 1000])('shifts of %f between rows that agree to 1e-7 lose no digit', (shift) => {
    const zQ = [1, 0.5, -2, 1.25, 0];
    check(1.5, { zP: zQ.map((z, i) => z + shift + 1e-7 * (direction[i] as number)), zQ });
  });

  it('random rows and orders from 1e-6 to 1e4', () => {
    const alphas = fc.oneof(
      fc.double({ min: -6, max: 4, noNaN: true }).map((exponent) => 10 ** exponent),
      fc.double({ min: -12, max: -1, noNaN: true }).map((exponent) => 1 - 10 ** exponent),
      fc.constantFrom(0, 0.3, 0.5, 1, 2, 10),
    );
    fc.assert(
      fc.property(logitPairs(2 ** -6, 1, 4, 32), alphas, (pair, alpha) => check(alpha, pair)),
      {
        numRuns: 600,
      },
    );
  });
});

describe('the checks catch what is wrong', () => {
  const softmax = (z: readonly number[]): number[] => {
    const weights = z.map((x) => Math.exp(x - Math.max(...z)));
    const total = weights.reduce((a, b) => a + b);
    return weights.map((w) => w / total);
  };
  const clamped: Divergence = (alpha, zP, zQ) => {
    const clamp = (z: readonly number[]): number[] => softmax(z).map((x) => Math.max(x, 1e-8));
    const q = clamp(zQ);
    const ratios = clamp(zP).map((x, i) => x / (q[i] as number));
    const sum = ratios.reduce((total, ratio, i) => total + (q[i] as number) * ratio ** alpha, 0);
    return { ...renyi(alpha, zP, zQ), value: Math.log(sum) / (alpha - 1) };
  };
  const planted: Record<string, Divergence> = {
    'the formula on clamped probabilities': clamped,
    'arguments swapped': (alpha, zP, zQ) => renyi(alpha, zQ, zP),
    'gradQ scaled by 1.0005': (alpha, zP, zQ) => {
      const exact = renyi(alpha, zP, zQ);
      return { ...exact, gradQ: exact.gradQ.map((x) => 1.0005 * x) };
    },
    'gradP without its factor alpha/(alpha - 1)': (alpha, zP, zQ) => {
      const exact = renyi(alpha, zP, zQ);
      return { ...exact, gradP: exact.gradP.map((x) => x * (1 - 1 / alpha)) };
    },
    'dAlpha off by 1e-9 of itself': (alpha, zP, zQ) => {
      const exact = renyi(alpha, zP, zQ);
      return { ...exact, dAlpha: exact.dAlpha * (1 + 1e-9) };
    },
    'NaN for the value': (alpha, zP, zQ) => ({ ...renyi(alpha, zP, zQ), value: NaN }),
  };
  // Order 0.99, where the textbook formula already loses digits, on rows of moderate logits that no clamp touches.
  const witness = golden.cases.find(({ name }) => name === 'g06-a0.99-k3-s0.5') as Golden['cases'][number];

  it('the unspoilt divergence passes', () => checkGolden(renyi, witness));

  it.each(Object.entries(planted))('%s fails', (_, fault) => {
    expect(() => checkGolden(fault, witness)).toThrow();
  });
});
