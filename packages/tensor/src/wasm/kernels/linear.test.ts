import { describe, expect, it } from 'vitest';
import { Layout } from '../../layout.js';
import { linear } from '../../ops/linear.js';
import type { Activation } from '../../primitives/linear.js';
import { referenceBackend } from '../../reference/backend.js';
import { unitStream } from '../../views.testing.js';
import { WasmBackend } from '../backend.js';

const f: { readonly [A in Activation]: (x: number) => number } = {
  none: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
};

describe('an affine map in float32 is within (k + 1) eps of its sum of absolute terms', () => {
  it.each([
    ['none', 130, 600, 23],
    ['relu', 130, 600, 23],
    ['tanh', 61, 300, 1030],
    ['relu', 3, 40, 100],
  ] as const)('across the edges of blocks: %s of %d rows, %d inputs, %d outputs', (activation, m, k, n) => {
    const backend = new WasmBackend();
    const draw = unitStream(11);
    const make = (shape: readonly number[]) => {
      const layout = Layout.contiguous(shape);
      const values = Float32Array.from({ length: layout.size }, () => 2 * draw() - 1);
      return { values, x: backend.upload(values, layout, 'float32') };
    };
    const [x, w, b] = [make([m, k]), make([n, k]), make([n])];
    const y = linear(x.x, w.x, { bias: b.x, activation }).dataSync();
    const wide = [x, w, b].map(({ x: { layout }, values }) =>
      referenceBackend.upload(values, layout, 'float64'),
    );
    const exact = linear(wide[0]!, wide[1]!, { bias: wide[2]! }).dataSync();
    const size = [x, w, b].map(({ x: { layout }, values }) =>
      referenceBackend.upload(values.map(Math.abs), layout, 'float64'),
    );
    const sizes = linear(size[0]!, size[1]!, { bias: size[2]! }).dataSync();
    y.forEach((value, i) => {
      const due = f[activation](exact[i] as number);
      const bound = (k + 1) * 2 ** -24 * (sizes[i] as number) + 4 * 2 ** -24;
      expect(Math.abs(value - due)).toBeLessThanOrEqual(bound);
    });
  });
});
