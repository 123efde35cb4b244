import { describe, expect, it } from 'vitest';
import * as exact from './big-float.mjs';

type Unary = (x: exact.Big) => exact.Big;
const of = (f: Unary, x: number): number => exact.toNumber(f(exact.big(x)));

describe('arithmetic with 192 binary digits', () => {
  it('holds every float64 exactly', () => {
    for (const x of [0, 1, -1.5, 0.1, 5e-324, -2.2250738585072014e-308, 1.7976931348623157e308])
      expect(exact.toNumber(exact.big(x))).toBe(x);
  });

  it('knows the digits of e², log 3, sin 1, cos 1, erf 1, erfc 10', () => {
    // Abramowitz & Stegun, tables 1.1, 4.6 and 7.1, and to more digits the same everywhere.
    expect(of(exact.exp, 2)).toBe(7.38905609893065);
    expect(of(exact.log, 3)).toBe(1.0986122886681098);
    expect(of(exact.sin, 1)).toBe(0.8414709848078965);
    expect(of(exact.cos, 1)).toBe(0.5403023058681398);
    expect(of(exact.erf, 1)).toBe(0.8427007929497149);
    expect(of(exact.erfc, 10)).toBe(2.088487583762545e-45);
    expect(of(exact.sqrt, 2)).toBe(Math.SQRT2);
  });

  // Differences of what should be equal, far below any float64.
  const isTiny = (a: exact.Big, b: exact.Big): void => {
    const scale = Math.max(exact.exponentOf(a), exact.exponentOf(b));
    expect(exact.exponentOf(exact.sub(a, b)) - scale).toBeLessThan(-160);
  };

  it.each([0.01, 0.1, 0.7, 1.3, 2.5, 20, 100])('is consistent with itself at %d', (x) => {
    const b = exact.big(x);
    isTiny(exact.log(exact.exp(b)), b);
    isTiny(exact.log1p(exact.expm1(b)), b);
    isTiny(exact.mul(exact.sqrt(b), exact.sqrt(b)), b);
    isTiny(exact.add(exact.erf(b), exact.erfc(b)), exact.big(1));
    const [s, c] = [exact.sin(b), exact.cos(b)];
    isTiny(exact.add(exact.mul(s, s), exact.mul(c, c)), exact.big(1));
    isTiny(exact.div(exact.mul(b, exact.big(3)), exact.big(3)), b);
    isTiny(exact.pow(b, exact.big(2)), exact.mul(b, b));
    isTiny(exact.tanh(b), exact.sub(exact.scaled(exact.sigmoid(exact.scaled(b, 1)), 1), exact.big(1)));
    isTiny(exact.sub(exact.softplus(b), exact.softplus(exact.neg(b))), b);
    isTiny(exact.logaddexp(b, b), exact.add(b, exact.log(exact.big(2))));
  });
});

describe('an error in ULP', () => {
  it('is 0 for the truth, and 1 for the number beside it', () => {
    expect(exact.ulps(1, exact.big(1), 'float64')).toBe(0);
    expect(exact.ulps(1 + Number.EPSILON, exact.big(1), 'float64')).toBe(1);
    expect(exact.ulps(1 + 2 ** -23, exact.big(1), 'float32')).toBe(1);
    expect(exact.ulps(5e-324, exact.big(0), 'float64')).toBe(1);
    expect(exact.ulps(1, exact.div(exact.big(1), exact.big(3)), 'float64')).toBeGreaterThan(1e15);
  });

  it('is infinite for an infinity or NaN that the truth does not round to', () => {
    const large = exact.scaled(exact.big(1), 2000);
    expect(exact.ulps(Infinity, large, 'float64')).toBe(0);
    expect(exact.ulps(-Infinity, large, 'float64')).toBe(Infinity);
    expect(exact.ulps(Infinity, exact.big(1), 'float64')).toBe(Infinity);
    expect(exact.ulps(NaN, large, 'float64')).toBe(Infinity);
  });
});
