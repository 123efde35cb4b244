import { describe, expect, it } from 'vitest';
import { tensor } from '../create.js';
import { Generator } from '../generator.js';
import { renyiGradientQ } from '../ops/renyi.js';
import { logSoftmax, softmax } from '../ops/softmax.js';
import { referenceBackend } from '../reference/backend.js';
import { gpuBackend } from './backend.js';

const [rows, classes] = [600, 10];
const float64 = { dtype: 'float64', backend: referenceBackend } as const;
const backend = await gpuBackend({ mode: 'webasm' });

/** The bound of docs/numerics.md, of a class with probability q_i and escort weight s_i, where logits are as far as d from the largest of their row. */
const boundOf = (alpha: number, q: number, s: number, d: number): number =>
  2 ** -22 * Math.max(1, alpha) * Math.max(q, s) * (1 + d) + 2 ** -126;

describe.each([1, 10, 50])('logits of deviation %d', (deviation) => {
  it.each([0.1, 0.3, 0.999, 1, 1.5, 10])(
    'have gradients of order %d within float32 of their log-ratios, and rows of them that sum to 0',
    async (alpha) => {
      const generator = new Generator(7);
      const draw = (): Float32Array =>
        generator
          .normal([rows, classes], { backend: referenceBackend })
          .mul(deviation)
          .dataSync() as Float32Array;
      const [p, q] = [draw(), draw()];
      const on = (values: Float32Array, options: Parameters<typeof tensor>[1]): ReturnType<typeof tensor> =>
        tensor(values, options).reshape([rows, classes]);
      const actual = await renyiGradientQ(on(p, { backend }), on(q, { backend }), alpha).data();
      const [wideP, wideQ] = [on(p, float64), on(q, float64)];
      const exact = renyiGradientQ(wideP, wideQ, alpha).dataSync();
      const logQ = logSoftmax(wideQ);
      const probs = softmax(wideQ).dataSync();
      const escorts = softmax(logQ.add(logSoftmax(wideP).sub(logQ).mul(alpha))).dataSync();
      const spread = (z: Float32Array): number => Math.max(...z) - Math.min(...z);
      for (let row = 0; row < rows; row++) {
        const part = [row * classes, (row + 1) * classes] as const;
        const d = Math.max(spread(p.subarray(...part)), spread(q.subarray(...part)));
        let [allowedOfAll, total] = [0, 0];
        for (let i = part[0]; i < part[1]; i++) {
          total += actual[i] as number;
          const allowed = boundOf(alpha, probs[i] as number, escorts[i] as number, d);
          if ((probs[i] as number) > 0.5) continue;
          allowedOfAll += allowed;
          expect(Math.abs((actual[i] as number) - (exact[i] as number))).toBeLessThanOrEqual(allowed);
        }
        expect(Math.abs(total)).toBeLessThanOrEqual(allowedOfAll);
      }
    },
  );
});
