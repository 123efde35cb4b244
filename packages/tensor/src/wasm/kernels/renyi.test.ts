import { describe, expect, it } from 'vitest';
import type { Backend } from '../../backend.js';
import { DomainError } from '../../errors.js';
import { explain } from '../../explain.js';
import { Layout } from '../../layout.js';
import { renyiDivergence, renyiGradientAlpha, renyiGradientP, renyiGradientQ } from '../../ops/renyi.js';
import { referenceBackend } from '../../reference/backend.js';
import type { Tensor } from '../../tensor.js';
import { unitStream } from '../../views.testing.js';
import { WasmBackend } from '../backend.js';

const backend = new WasmBackend({ smallest: 0 });

/** Logits of P, of about a given size, and of Q, which differ by about a given distance. */
function logits(rows: number, classes: number, size: number, distance: number): [Float32Array, Float32Array] {
  const draw = unitStream(rows + classes);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const p = Float32Array.from({ length: rows * classes }, () => size * normal());
  return [p, p.map((z) => z + distance * normal())];
}

const kernelOf = (f: () => unknown): (string | undefined)[] => explain(f).map(({ kernel }) => kernel);

describe('the kernel of the Rényi divergence', () => {
  const cases = [0.05, 0.25, 0.5, 0.9, 1, 1 + 1e-9, 1.5, 2, 8].flatMap((alpha) =>
    (
      [
        ['near agreement', 5, 10, 1, 1e-6],
        ['in training', 128, 10, 2, 1],
        ['far apart', 9, 7, 1, 4],
        ['nearly certain', 6, 100, 4, 0.5],
        ['of two classes', 3, 2, 1, 1],
        ['of one class', 4, 1, 1, 1],
      ] as const
    ).map(([title, ...rest]) => [title, alpha, ...rest] as const),
  );

  it.each(cases)(
    'has the digits of float32, rows %s, order %d',
    (_, alpha, rows, classes, size, distance) => {
      const [zP, zQ] = logits(rows, classes, size, distance);
      const layout = Layout.contiguous([rows, classes]);
      const on = (home: Backend, values: Float32Array, dtype: 'float32' | 'float64'): Tensor =>
        home.upload(values, layout, dtype);
      const exact = [on(referenceBackend, zP, 'float64'), on(referenceBackend, zQ, 'float64')] as const;
      const here = [on(backend, zP, 'float32'), on(backend, zQ, 'float32')] as const;
      for (const f of [renyiDivergence, renyiGradientP, renyiGradientQ, renyiGradientAlpha]) {
        expect(kernelOf(() => f(...here, alpha))).toEqual(['float32 SIMD']);
        const due = f(...exact, alpha).dataSync();
        const columns = f === renyiDivergence || f === renyiGradientAlpha ? 1 : classes;
        f(...here, alpha)
          .dataSync()
          .forEach((value, i) => {
            const start = i - (i % columns);
            const row = Array.from(due.subarray(start, start + columns), Math.abs);
            // Rounding to float32, and 1e-9 of the row's largest for the series, whose errors are 1e-10 at most, and for few digits of r.
            const bound = 2 ** -24 * Math.abs(due[i] as number) + 1e-9 * Math.max(...row) + 2 ** -150;
            expect(Math.abs(value - (due[i] as number)), `at ${i}`).toBeLessThanOrEqual(bound);
          });
      }
    },
  );

  it('leaves what is masked, extreme or no number to the loops, which know the limits', () => {
    const layout = Layout.contiguous([2, 3]);
    const upload = (values: number[]): Tensor => backend.upload(values, layout, 'float32');
    const usual = upload([1, 2, 3, 1, 2, 3]);
    for (const odd of [Number.NEGATIVE_INFINITY, Number.NaN, 1000]) {
      const x = upload([1, 2, 3, 1, 2, odd]);
      expect(kernelOf(() => renyiDivergence(x, usual, 1.5))[0]).toMatch(/loop/);
      for (const f of [renyiGradientP, renyiGradientQ, renyiGradientAlpha]) {
        expect(kernelOf(() => f(usual, x, 1.5))[0]).toMatch(/loop/);
      }
    }
    for (const alpha of [0, 1e-6, 100, Number.POSITIVE_INFINITY]) {
      expect(kernelOf(() => renyiDivergence(usual, usual, alpha))[0]).toMatch(/loop/);
    }
    expect(() => renyiDivergence(usual, usual, -1)).toThrow(DomainError);
    expect(renyiDivergence(usual, usual, 1.5).toArray()).toEqual([0, 0]);
  });
});
