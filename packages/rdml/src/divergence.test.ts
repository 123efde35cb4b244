import { checkGradients, grad, vjp } from '@renyi/autodiff';
import {
  DomainError,
  DTypeError,
  Generator,
  mean,
  ones,
  ShapeError,
  sum,
  type Tensor,
  tensor,
} from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renyiDivergence, textbookRenyiDivergence } from './divergence.js';

const eps = Number.EPSILON;

/** Logits [rows, classes] in float64 for both arguments. */
const pairs = fc
  .record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    rows: fc.integer({ min: 1, max: 3 }),
    classes: fc.integer({ min: 2, max: 6 }),
    scale: fc.constantFrom(0.1, 1, 5),
  })
  .map(({ seed, rows, classes, scale }) => {
    const generator = new Generator(seed);
    const options = { dtype: 'float64', std: scale } as const;
    return {
      p: generator.normal([rows, classes], options),
      q: generator.normal([rows, classes], options),
      classes,
    };
  });

/** Value and gradients for both logits of the sum over rows. */
function withGradients(f: (p: Tensor, q: Tensor) => Tensor, p: Tensor, q: Tensor): number[] {
  const { output, pullback } = vjp(f, [p, q]);
  const gradients = pullback(ones(output.shape, { dtype: 'float64' }));
  return [output, ...gradients].flatMap((x) => Array.from(x.dataSync()));
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
}

describe('renyiDivergence and its textbook form', () => {
  it('agree in value and gradient wherever the textbook form is accurate', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(0.3, 0.5, 0.8, 1.5, 2, 4), ({ p, q, classes }, alpha) => {
        const fused = withGradients((a, b) => renyiDivergence(a, b, alpha), p, q);
        const textbook = withGradients((a, b) => textbookRenyiDivergence(a, b, alpha), p, q);
        // The textbook's logarithm of a sum near 1 has an error of a few eps, which it divides by alpha - 1;
        // powers of probabilities have the relative error of the exponent, up to alpha |log p| <= 4 * 60 here.
        const bound = (classes * 4 * 60 * eps) / Math.abs(alpha - 1);
        expect(largestDifference(fused, textbook)).toBeLessThan(bound * 10);
      }),
    );
  });

  it('part near alpha = 1, where the textbook form has lost its digits and the fused one has not', () => {
    const p = tensor([[1, 0, -1]], { dtype: 'float64' });
    const q = tensor([[0, 1, 0]], { dtype: 'float64' });
    const kl = renyiDivergence(p, q, 1).dataSync()[0] as number;
    const error = (f: typeof renyiDivergence): number =>
      Math.abs((f(p, q, 1 + 1e-12).dataSync()[0] as number) - kl);
    // D moves by Var_p(r) / 2 < 1 times 1e-12.
    expect(error(renyiDivergence)).toBeLessThan(2e-12);
    expect(error(textbookRenyiDivergence)).toBeGreaterThan(1e-6);
  });
});

describe('as a differentiable function', () => {
  it.each([0.3, 1, 1.5, 3])(
    'passes the gradient check to order 2 in both logits and alpha at %f',
    (alpha) => {
      const generator = new Generator(11);
      const p = generator.normal([2, 4], { dtype: 'float64' });
      const q = generator.normal([2, 4], { dtype: 'float64' });
      const report = checkGradients(renyiDivergence as never, [p, q, tensor(alpha, { dtype: 'float64' })]);
      expect(report.ok, String(report)).toBe(true);
    },
  );

  it('alpha -> 1 recovers KL, value and gradient, continuously from both sides', () => {
    fc.assert(
      fc.property(pairs, ({ p, q }) => {
        const at = (alpha: number): number[] => withGradients((a, b) => renyiDivergence(a, b, alpha), p, q);
        const kl = at(1);
        // |dD/dalpha| and the derivatives of the gradients by alpha are bounded by moments of r up to order 3.
        const spread = Math.max(1, ...Array.from(p.sub(q).dataSync(), Math.abs)) * 2;
        for (let exponent = 1; exponent <= 12; exponent++) {
          const t = 10 ** -exponent;
          // Escorts of orders within t of 1 differ from p by a factor of at most e^(t spread).
          const bound = t * spread ** 3 * Math.exp(t * spread) + 1000 * eps;
          expect(largestDifference(at(1 + t), kl)).toBeLessThan(bound);
          expect(largestDifference(at(1 - t), kl)).toBeLessThan(bound);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('pulls the student with a gradient that sums to 0 and has an L1 norm of at most 2', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(0, 0.01, 0.5, 1, 2, 100, Infinity), ({ p, q, classes }, alpha) => {
        const gradients = grad((z: Tensor) => sum(renyiDivergence(p, z, alpha)))(q).dataSync();
        const gradient = Array.from(gradients.subarray(0, classes));
        const total = gradient.reduce((a, b) => a + b, 0);
        const norm = gradient.reduce((a, b) => a + Math.abs(b), 0);
        expect(Math.abs(total)).toBeLessThanOrEqual(classes * eps);
        expect(norm).toBeLessThanOrEqual(2 + classes * eps);
      }),
    );
  });

  it('has a derivative for alpha that is never negative: the divergence does not decrease in alpha', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(0, 0.2, 0.999, 1, 1.001, 3, 50), ({ p, q }, alpha) => {
        const slope = grad((a: Tensor) => sum(renyiDivergence(p, q, a)))(tensor(alpha, { dtype: 'float64' }));
        expect(slope.item()).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('keeps in float32 what the logits hold: a few 1e-7, near agreement too', () => {
    for (const distance of [1, 1e-2, 1e-4]) {
      const generator = new Generator(5);
      const q = generator.normal([50, 10], { std: 3 });
      const p = q.add(generator.normal([50, 10], { std: distance }));
      for (const alpha of [0.5, 1, 1.00001, 1.5, 2, 20]) {
        const narrow = renyiDivergence(p, q, alpha).dataSync();
        const wide = renyiDivergence(widen(p), widen(q), alpha).dataSync();
        for (const [i, value] of narrow.entries()) {
          // Stored once in float32: half a unit in the last place.
          expect(Math.abs(value - (wide[i] as number))).toBeLessThanOrEqual((wide[i] as number) * 2 ** -24);
        }
      }
    }
  });
});

describe('refuses', () => {
  const p = tensor([[1, 2]]);

  it.each([-1, -1e-9, Number.NaN, Number.NEGATIVE_INFINITY])('the order %f', (alpha) => {
    expect(() => renyiDivergence(p, p, alpha)).toThrow(DomainError);
    expect(() => renyiDivergence(p, p, tensor(alpha))).toThrow(DomainError);
    expect(() => renyiDivergence(p, p, alpha)).toThrow(/alpha in \[0, Infinity\]; got (-|NaN)/);
  });

  it('logits of two shapes, scalars and integers', () => {
    expect(() => renyiDivergence(p, tensor([[1, 2, 3]]), 1)).toThrow(ShapeError);
    expect(() => renyiDivergence(tensor(1), tensor(1), 1)).toThrow(ShapeError);
    expect(() => renyiDivergence(p, p, tensor([1, 2]))).toThrow(ShapeError);
    expect(() => renyiDivergence(tensor([[1, 2]], { dtype: 'int32' }), p, 1)).toThrow(DTypeError);
  });
});

describe('reduces like any tensor', () => {
  it('one number for each row, whatever leads', () => {
    const p = new Generator(1).normal([2, 3, 4]);
    const q = new Generator(2).normal([2, 3, 4]);
    expect(renyiDivergence(p, q, 1.5).shape).toEqual([2, 3]);
    expect(mean(renyiDivergence(p, q, 1.5)).shape).toEqual([]);
    expect(renyiDivergence(p.transpose([1, 0, 2]), q.transpose([1, 0, 2]), 1.5).toArray()).toEqual(
      renyiDivergence(p, q, 1.5).transpose().toArray(),
    );
  });
});

function widen(x: Tensor): Tensor {
  return tensor(Float64Array.from(x.dataSync()), { shape: x.shape });
}
