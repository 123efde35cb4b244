import { describe, expect, it } from 'vitest';
import { bind } from '../../bind.js';
import { explain } from '../../explain.js';
import { Layout } from '../../layout.js';
import { normalize } from '../../primitives/fused.js';
import { referenceBackend } from '../../reference/backend.js';
import type { Tensor } from '../../tensor.js';
import { unitStream } from '../../views.testing.js';
import { WasmBackend } from '../backend.js';

describe('normalization in float32 is that of float64, rounded once', () => {
  it.each([
    ['of batches', [5, 3, 7, 9], [0, 2, 3]],
    ['of layers', [6, 37], [1]],
    ['of everything', [4, 5, 6], [0, 1, 2]],
    ['of two last axes', [3, 11, 13], [1, 2]],
  ])('%s, far from 0', (_, shape, axes) => {
    const draw = unitStream(2);
    const layout = Layout.contiguous(shape);
    const values = Float32Array.from({ length: layout.size }, () => 1000 + draw());
    const on = (x: Tensor): Tensor => bind(normalize, [x], { axes, epsilon: 1e-5 });
    const due = on(referenceBackend.upload(values, layout, 'float64')).dataSync();
    const backend = new WasmBackend({ smallest: 0 });
    const x = backend.upload(values, layout, 'float32');
    expect(explain(() => on(x)).map(({ kernel }) => kernel)).toEqual(['float32 SIMD']);
    on(x)
      .dataSync()
      .forEach((y, i) => {
        // Sums of some hundred numbers of size 1000 in another order: 1e-10 of the spread, far below the rounding.
        const error = Math.abs(y - (due[i] as number));
        expect(error).toBeLessThanOrEqual(2 ** -24 * Math.abs(due[i] as number) + 1e-9);
      });
    expect(backend.linearMemory.usedBytes).toBe(0);
  });
});
