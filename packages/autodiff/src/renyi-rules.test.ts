import {
  add,
  gather,
  Generator,
  logSoftmax,
  mul,
  neg,
  renyiDivergence,
  renyiGradientAlpha,
  renyiGradientP,
  renyiGradientQ,
  type Shape,
  softmax,
  sub,
  sum,
  type Tensor,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { grad } from './grad.js';
import { distance, float64, int32 } from './samples.testing.js';
import { vjp } from './vjp.js';

const generator = new Generator(1905);

/** Draws of this file: where others run before it in one module graph, these stay as they are. */
function normal(shape: Shape, std = 1): Tensor {
  return generator.normal(shape, { std, dtype: 'float64' });
}

const orders = [0.1, 0.5, 0.999999, 1, 1 + 1e-9, 1.5, 2, 5, 20];

/** Pairs of logits that nearly agree, that differ by about 1, and that differ by about 4. */
const scales = [1e-3, 1, 4].map((scale) => {
  const p = normal([2, 4]);
  return {
    scale,
    p: mul(p, Math.max(1, scale)),
    q: scale < 1 ? add(p, normal([2, 4], scale)) : normal([2, 4], scale),
  };
});

type Gradient = (p: Tensor, q: Tensor, alpha: Tensor | number) => Tensor;

/** Pullbacks of a function of (p, q, alpha). */
function pullbacks(f: Gradient, p: Tensor, q: Tensor, alpha: number, g: Tensor): Tensor[] {
  return vjp((x, y, order) => f(x, y, order), [p, q, float64(alpha)]).pullback(g);
}

/** w (h - w.h) row by row. */
function covariance(w: Tensor, h: Tensor): Tensor {
  return mul(w, sub(h, sum(mul(w, h), { axis: -1, keepDims: true })));
}

describe('second derivatives agree with differences of the first', () => {
  it.each(scales.flatMap((pair) => orders.map((alpha) => ({ ...pair, alpha }))))(
    'at alpha = $alpha, scale $scale: logits and order, every block',
    ({ p, q, alpha }) => {
      const report = checkGradients(renyiDivergence, [p, q, float64(alpha)], { directions: 1 });
      expect(report.toString()).toMatch(/agree/);
    },
  );

  it.each(scales)('at alpha = 0, scale $scale: the logits, at a fixed order', ({ p, q }) => {
    expect(checkGradients((x, y) => renyiDivergence(x, y, 0), [p, q]).toString()).toMatch(/agree/);
  });

  it.each(scales)('at alpha = 0, scale $scale: the order, from the right', ({ p, q }) => {
    // The one-sided difference of second order errs by h^2 f\'\'\'/3 + 4 eps f / h, with h = 1e-4 about 1e-8 of f and f'''.
    const h = 1e-4;
    const oneSided = (f: (alpha: number) => Tensor): Tensor =>
      mul(sub(mul(f(h), 4), add(mul(f(0), 3), f(2 * h))), 1 / (2 * h));
    const tolerance = 1e-8 * 100;
    const ones = float64([1, 1]);
    const [dP, dQ, dAlpha] = pullbacks(renyiGradientAlpha, p, q, 0, ones) as [Tensor, Tensor, Tensor];
    expect(
      distance(
        dP,
        oneSided((alpha) => renyiGradientP(p, q, alpha)),
      ),
    ).toBeLessThan(tolerance);
    expect(
      distance(
        dQ,
        oneSided((alpha) => renyiGradientQ(p, q, alpha)),
      ),
    ).toBeLessThan(tolerance);
    expect(
      distance(
        dAlpha,
        oneSided((alpha) => sum(renyiGradientAlpha(p, q, alpha))),
      ),
    ).toBeLessThan(tolerance);
  });
});

describe('third derivatives', () => {
  it.each([0.5, 1, 2])(
    'of the divergence, through nested gradients, agree with differences (alpha = %d)',
    (alpha) => {
      const [p, q] = [normal([3]), normal([3])];
      const slopeQ = (x: Tensor, y: Tensor, order: Tensor): Tensor =>
        grad((z: Tensor) => renyiDivergence(x, z, order))(y);
      expect(checkGradients(slopeQ, [p, q, float64(alpha)]).toString()).toMatch(/agree/);
    },
  );
});

describe('the Hessian of a row', () => {
  const h = normal([2, 4]);

  it.each([0, 0.3, 1, 1.7, Number.POSITIVE_INFINITY])(
    'is symmetric across its arguments at alpha = %d',
    (alpha) => {
      for (const { p, q } of scales) {
        const g = normal([2, 4]);
        const [, crossQ] = pullbacks(renyiGradientP, p, q, alpha, g) as [Tensor, Tensor];
        const [crossP] = pullbacks(renyiGradientQ, p, q, alpha, h) as [Tensor];
        const [left, right] = [sum(mul(crossQ, h)).item(), sum(mul(crossP, g)).item()];
        expect(Math.abs(left - right)).toBeLessThan(100 * Number.EPSILON * Math.max(1, Math.abs(left)));
      }
    },
  );

  it('at alpha = 1 is C(q) in the student: D is the cross-entropy up to a constant', () => {
    for (const { p, q } of scales) {
      const [, hessian] = pullbacks(renyiGradientQ, p, q, 1, h) as [Tensor, Tensor];
      expect(distance(hessian, covariance(softmax(q), h))).toBeLessThan(20 * Number.EPSILON);
    }
  });

  it('at p = q is alpha C(q): the divergence is alpha/2 times the Fisher form', () => {
    const z = normal([2, 4]);
    for (const alpha of [0, 0.5, 1, 3]) {
      const [, hessian] = pullbacks(renyiGradientQ, z, z, alpha, h) as [Tensor, Tensor];
      expect(distance(hessian, mul(covariance(softmax(z), h), alpha))).toBeLessThan(50 * Number.EPSILON);
    }
  });

  it('near p = q the second derivative in alpha is kappa_3 / 3 at alpha = 1, to the digits that r has', () => {
    const { p, q } = scales[0] as (typeof scales)[number];
    const r = sub(logSoftmax(p), logSoftmax(q));
    const s = softmax(p);
    const d = sub(r, sum(mul(s, r), { axis: -1, keepDims: true }));
    const third = sum(mul(s, mul(d, mul(d, d)))).item() / 3;
    const [, , second] = pullbacks(renyiGradientAlpha, p, q, 1, float64([1, 1])) as [Tensor, Tensor, Tensor];
    // r is about 1e-3 and has an absolute error of some eps: 13 digits, of which kappa_3 loses one or two.
    expect(Math.abs(second.item() / third - 1)).toBeLessThan(1e-10);
  });
});

describe('alpha = Infinity', () => {
  const alpha = Number.POSITIVE_INFINITY;

  it('away from ties: finite, C(q) in the student, -C(p) in the peer, 0 across', () => {
    for (const { p, q } of scales) {
      const h = normal([2, 4]);
      const [crossP, inQ, byAlpha] = pullbacks(renyiGradientQ, p, q, alpha, h) as [Tensor, Tensor, Tensor];
      const [inP, crossQ] = pullbacks(renyiGradientP, p, q, alpha, h) as [Tensor, Tensor];
      expect(distance(inQ, covariance(softmax(q), h))).toBeLessThan(20 * Number.EPSILON);
      expect(distance(inP, neg(covariance(softmax(p), h)))).toBeLessThan(20 * Number.EPSILON);
      // The escort is q less the kernel's q - s, and so a rounding away from one-hot.
      for (const x of [crossP, crossQ, byAlpha])
        expect(distance(x, mul(x, 0))).toBeLessThan(4 * Number.EPSILON);
    }
  });

  it('agrees with differences', () => {
    const [p, q] = [float64([1, -1, 0.5]), float64([-1, 0.5, 0])];
    expect(checkGradients((x, y) => renyiDivergence(x, y, alpha), [p, q]).toString()).toMatch(/agree/);
  });

  it('the order has no influence any more', () => {
    for (const { p, q } of scales) {
      for (const x of pullbacks(renyiGradientAlpha, p, q, alpha, float64([1, 1])))
        expect(distance(x, mul(x, 0))).toBeLessThan(4 * Number.EPSILON);
      const ofP = pullbacks(renyiGradientP, p, q, alpha, normal([2, 4]))[2] as Tensor;
      expect(ofP.item()).toBe(0);
    }
  });
});

it('far apart, where exponentials under- and overflow, all second derivatives are finite', () => {
  const [p, q] = [normal([2, 4], 300), normal([2, 4], 300)];
  for (const alpha of [0, ...orders, 100, Number.POSITIVE_INFINITY]) {
    const all = [
      ...pullbacks(renyiGradientP, p, q, alpha, normal([2, 4])),
      ...pullbacks(renyiGradientQ, p, q, alpha, normal([2, 4])),
      ...pullbacks(renyiGradientAlpha, p, q, alpha, normal([2])),
    ];
    for (const x of all)
      for (const value of x.dataSync()) expect(value, `alpha ${alpha}`).toSatisfy(Number.isFinite);
  }
});

describe('masked classes', () => {
  const mask = Number.NEGATIVE_INFINITY;
  const p = float64([0.3, -1, 0.8, 0.1]);
  const q = float64([-0.2, 0.5, 1, -0.4]);
  const kept = int32([0, 1, 2]);
  const three = (x: Tensor): Tensor => gather(x, kept, 0);
  /** Replaces the last logit. */
  const masked = (x: Tensor): Tensor => float64([...three(x).dataSync(), mask]);
  const finite = (xs: readonly Tensor[]): void => {
    for (const x of xs) for (const value of x.dataSync()) expect(value).toSatisfy(Number.isFinite);
  };

  it.each([0, 0.4, 1, 2.5])('of neither row are as good as not there (alpha = %d)', (alpha) => {
    const h = normal([4]);
    const cases: [Gradient, Tensor, Tensor][] = [
      [renyiGradientP, h, three(h)],
      [renyiGradientQ, h, three(h)],
      [renyiGradientAlpha, float64(1.5), float64(1.5)],
    ];
    for (const [f, g, gWithout] of cases) {
      const [hp, hq, ha] = pullbacks(f, masked(p), masked(q), alpha, g) as [Tensor, Tensor, Tensor];
      const [kp, kq, ka] = pullbacks(f, three(p), three(q), alpha, gWithout) as [Tensor, Tensor, Tensor];
      finite([hp, hq, ha]);
      for (const [x, y] of [
        [three(hp), kp],
        [three(hq), kq],
        [ha, ka],
      ] as const) {
        expect(distance(x, y)).toBeLessThan(200 * Number.EPSILON);
      }
    }
  });

  it.each([0.4, 1, 2.5])(
    'of the peer alone: the blocks of the other logits and the order agree with differences (alpha = %d)',
    (alpha) => {
      const full = (x: Tensor): Tensor => add(gather(x, int32([0, 1, 2, 0]), 0), float64([0, 0, 0, mask]));
      const f = (x: Tensor, y: Tensor, order: Tensor): Tensor => renyiDivergence(full(x), y, order);
      expect(checkGradients(f, [three(p), q, float64(alpha)]).toString()).toMatch(/agree/);
    },
  );

  it('of the student alone, below alpha = 1: they agree with differences too', () => {
    const full = (x: Tensor): Tensor => add(gather(x, int32([0, 1, 2, 0]), 0), float64([0, 0, 0, mask]));
    const f = (x: Tensor, y: Tensor, order: Tensor): Tensor => renyiDivergence(x, full(y), order);
    expect(checkGradients(f, [p, three(q), float64(0.4)]).toString()).toMatch(/agree/);
  });
});

describe('the switch between integral and quotient, at |t| range(r) = 4', () => {
  /** Two rows whose log-ratio has the given range. */
  const rowsOfRange = (range: number): [Tensor, Tensor] => [
    float64([range, 0.3 * range, 0]),
    float64([0, 0, 0]),
  ];

  it.each([2, 0.5, 3, 0.05])('both say the same there (alpha = %d)', (alpha) => {
    const at = 4 / Math.abs(alpha - 1);
    const second = (range: number): Tensor[] => {
      const [p, q] = rowsOfRange(range);
      return pullbacks(renyiGradientAlpha, p, q, alpha, float64(1));
    };
    const step = 1e-14;
    const below = second(at * (1 - step));
    const above = second(at * (1 + step));
    for (const [i, x] of below.entries()) {
      // The rule errs by 1e-14, the quotient by some eps range^2 / t^2, and the values move by step and slope.
      const tolerance = 1e-14 + 16 * Number.EPSILON * Math.max(1, (at / (alpha - 1)) ** 2);
      expect(distance(x, above[i] as Tensor)).toBeLessThan(tolerance);
    }
  });

  it.each([0.5, 2, 4 * (1 - 1e-12), 4, 5, 6.5, 8])(
    'the second derivative in alpha is its integral (range %d)',
    (range) => {
      // At alpha = 0 the escort goes from p to q and is balanced half way: zeros of sum p e^(utr) are as near as can be.
      const [p, q] = [float64([range / 2, 0.1, 0]), float64([-range / 2, 0.1, 0])];
      const r = Array.from(sub(logSoftmax(p), logSoftmax(q)).dataSync());
      const weights = Array.from(softmax(p).dataSync());
      /** u^2 kappa_3 of the escort of order 1 - u, from the definition. */
      const integrand = (u: number): number => {
        const tilted = weights.map((w, i) => w * Math.exp(-u * (r[i] as number)));
        const total = tilted.reduce((a, b) => a + b, 0);
        const mean = tilted.reduce((a, w, i) => a + (w / total) * (r[i] as number), 0);
        return u * u * tilted.reduce((a, w, i) => a + (w / total) * ((r[i] as number) - mean) ** 3, 0);
      };
      // Simpson's rule on n intervals errs by about n^-4 / 180 times a fourth derivative, range^7: below 1e-13.
      const n = 20_000;
      let expected = integrand(0) + integrand(1);
      for (let i = 1; i < n; i++) expected += (i % 2 === 1 ? 4 : 2) * integrand(i / n);
      expected /= 3 * n;
      const second = pullbacks(renyiGradientAlpha, p, q, 0, float64(1))[2] as Tensor;
      // The rule errs by 1e-14 of the integral of |kappa_3|, a part of range^3; sums of n terms round as much again.
      expect(Math.abs(second.item() - expected)).toBeLessThan(1e-13 + 1e-14 * range ** 3);
    },
  );
});

it('each row of a batch has the derivatives that it has alone, bit for bit: the way of evaluation is chosen for it alone', () => {
  // Of the first, log p - log q goes from -19 to 21, of the second its range is less than 0.2.
  const p = [
    [20, 0, 0],
    [0.1, 0, 0.2],
  ];
  const q = [
    [-20, 0, 0],
    [0.1, 0.05, 0.3],
  ];
  const [together] = pullbacks(renyiGradientAlpha, float64(p), float64(q), 1.5, float64([1, 1])) as [Tensor];
  const alone = [0, 1].map((row) => {
    const [x, y] = [float64([p[row] as number[]]), float64([q[row] as number[]])];
    return (pullbacks(renyiGradientAlpha, x, y, 1.5, float64([1])) as [Tensor])[0];
  });
  expect([...together.dataSync()]).toEqual(alone.flatMap((x) => [...x.dataSync()]));
});
