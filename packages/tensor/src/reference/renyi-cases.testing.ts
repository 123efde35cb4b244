import fc from 'fast-check';
import { RenyiRow } from './renyi-row.js';

export interface RenyiDerivatives {
  readonly value: number;
  readonly gradQ: readonly number[];
  readonly gradP: readonly number[];
  readonly dAlpha: number;
}

export type Divergence = (alpha: number, zP: readonly number[], zQ: readonly number[]) => RenyiDerivatives;

export const renyi: Divergence = (alpha, zP, zQ) => {
  const row = new RenyiRow(zP.length);
  row.load(zP, 0, 1, zQ, 0, 1);
  const gradQ = new Float64Array(zP.length);
  const gradP = new Float64Array(zP.length);
  row.gradientQ(alpha, gradQ);
  row.gradientP(alpha, gradP);
  return {
    value: row.value(alpha),
    gradQ: [...gradQ],
    gradP: [...gradP],
    dAlpha: row.alphaDerivative(alpha),
  };
};

export const divergenceOf = (alpha: number, zP: readonly number[], zQ: readonly number[]): number =>
  renyi(alpha, zP, zQ).value;

export interface LogitPair {
  readonly zP: readonly number[];
  readonly zQ: readonly number[];
}

/**
 * Two rows of 2 to 8 logits in [-scale, scale], from unrelated to 2^-26 of that apart.
 * All are multiples of scale 2^-46: sums of two rows of one scale are exact, as are integer shifts up to 64 scale, so that
 * what a law says of such sums it says of these doubles.
 */
export function logitPairs(...scales: readonly number[]): fc.Arbitrary<LogitPair> {
  const unit = fc.integer({ min: -(2 ** 20), max: 2 ** 20 }).map((k) => k / 2 ** 20);
  return fc.integer({ min: 2, max: 8 }).chain((classes) => {
    const row = fc.array(unit, { minLength: classes, maxLength: classes });
    return fc
      .record({
        scale: fc.constantFrom(...scales),
        nearness: fc.constantFrom(1, 1, 2 ** -7, 2 ** -17, 2 ** -26),
        p: row,
        q: row,
      })
      .map(({ scale, nearness, p, q }) => ({
        zP: q.map((x, i) => scale * (x + nearness * ((p[i] as number) - x))),
        zQ: q.map((x) => scale * x),
      }));
  });
}

/** A bound on |log p|, |log q| and |r| of rows without masks. */
export function reach({ zP, zQ }: LogitPair): number {
  const span = (z: readonly number[]): number => Math.max(...z) - Math.min(...z);
  return Math.max(span(zP), span(zQ)) + Math.log(zP.length);
}
