import { describe, expect, it } from 'vitest';
import type { Backend } from '../../backend.js';
import { bind } from '../../bind.js';
import { explain } from '../../explain.js';
import { Layout } from '../../layout.js';
import { expand, transpose } from '../../ops/rearrange.js';
import { softmax } from '../../ops/softmax.js';
import * as primitives from '../../primitives/fused.js';
import { referenceBackend } from '../../reference/backend.js';
import type { Tensor } from '../../tensor.js';
import { unitStream } from '../../views.testing.js';
import { WasmBackend } from '../backend.js';

const backend = new WasmBackend({ smallest: 0 });

const gradient = (logits: Tensor, labels: Tensor, g: Tensor): Tensor =>
  bind(primitives.softmaxCrossEntropyGradient, [logits, labels, g], {});

interface Rows {
  readonly shape: readonly [rows: number, classes: number];
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly g: Float32Array;
}

function draw(rows: number, classes: number, size: number): Rows {
  const unit = unitStream(rows * classes);
  return {
    shape: [rows, classes],
    logits: Float32Array.from({ length: rows * classes }, () => size * (2 * unit() - 1)),
    labels: Int32Array.from({ length: rows }, () => Math.floor(unit() * classes)),
    g: Float32Array.from({ length: rows }, () => 2 * unit() - 1),
  };
}

/** The operands on a backend. */
function on(home: Backend, { shape, logits, labels, g }: Rows, dtype: 'float32' | 'float64') {
  const perRow = Layout.contiguous([shape[0]]);
  return [
    home.upload(logits, Layout.contiguous(shape), dtype),
    home.upload(labels, perRow, 'int32'),
    home.upload(g, perRow, dtype),
  ] as const;
}

const isFast = (f: () => unknown): void =>
  expect(explain(f).map(({ kernel }) => kernel)).toEqual(['float32 SIMD']);

describe('the kernels of softmax and of the gradient of cross-entropy', () => {
  it.each([
    [5, 10, 2],
    [7, 1, 1],
    [3, 2, 1],
    [9, 131, 4],
    [4, 1000, 8],
    [6, 33, 40],
    [3, 5, 1000],
    [2, 9, 1e-3],
  ])('have the digits of float32: %d rows of %d classes, logits up to %d', (rows, classes, size) => {
    const drawn = draw(rows, classes, size);
    const here = on(backend, drawn, 'float32');
    const exact = on(referenceBackend, drawn, 'float64');
    isFast(() => softmax(here[0]));
    isFast(() => gradient(...here));
    const [probs, dueProbs] = [softmax(here[0]).dataSync(), softmax(exact[0]).dataSync()];
    const [slopes, dueSlopes] = [gradient(...here).dataSync(), gradient(...exact).dataSync()];
    for (const [i, due] of dueProbs.entries()) {
      const dueSlope = dueSlopes[i] as number;
      // In units of 2^-24: an exponential is within 1 ULP, which are at most 2 of them, a sum of exponentials too, and the scale and
      // the product are rounded, 1 each; subnormal numbers have fewer digits.
      const bound = 6 * 2 ** -24;
      expect(Math.abs((probs[i] as number) - due), `p at ${i}`).toBeLessThanOrEqual(bound * due + 2 ** -148);
      const error = Math.abs((slopes[i] as number) - dueSlope);
      expect(error, `slope at ${i}`).toBeLessThanOrEqual(bound * Math.abs(dueSlope) + 2 ** -148);
    }
    expect(backend.linearMemory.usedBytes).toBe(0);
  });

  it('keep the digits of a label that is nearly certain', () => {
    const logits = Float32Array.of(0, -30, -40, 5, -20, 5 - 2 ** -20);
    const drawn = { shape: [2, 3], logits, labels: Int32Array.of(0, 0), g: Float32Array.of(1, 2) } as const;
    const [first] = gradient(...on(backend, drawn, 'float32')).toArray() as number[][];
    const others = Math.exp(-30) + Math.exp(-40);
    expect((first as number[])[0]).toBeCloseTo(-others, 20);
    expect(-((first as number[])[0] as number) / others).toBeCloseTo(1, 6);
  });

  it('agree with the loops about rows that are masked, far away, infinite or no numbers', () => {
    const [none, no] = [Number.NaN, Number.NEGATIVE_INFINITY];
    const rows = [
      [1, none, 2, 0, 1],
      [1, Number.POSITIVE_INFINITY, 2, 0, 1],
      [no, no, no, no, no],
      [1, no, 2, no, no],
      [1000, -1000, 1000, 999, 0],
      [-1000, -1000, -1000, -1000, -1001],
      [none, none, none, none, none],
      [7, 7, 7, 7, 7],
      [3e38, -3e38, 0, 0, 0],
    ];
    const drawn: Rows = {
      shape: [rows.length, 5],
      logits: Float32Array.from(rows.flat()),
      labels: Int32Array.from(rows, (_, i) => i % 5),
      g: Float32Array.from(rows, (_, i) => i - 4.5),
    };
    const [here, there] = [on(backend, drawn, 'float32'), on(referenceBackend, drawn, 'float32')];
    for (const f of [(x: Tensor) => softmax(x), (...xs: [Tensor, Tensor, Tensor]) => gradient(...xs)]) {
      const due = (f as typeof gradient)(...there).dataSync();
      (f as typeof gradient)(...here)
        .dataSync()
        .forEach((value, i) => {
          const expected = due[i] as number;
          if (Number.isNaN(expected)) expect(value, `at ${i}`).toBeNaN();
          else
            expect(Math.abs(value - expected), `at ${i}`).toBeLessThanOrEqual(2 ** -21 * Math.abs(expected));
        });
    }
  });

  it('read logits and cotangents through their strides', () => {
    const drawn = draw(6, 7, 3);
    const [x, labels, g] = on(backend, drawn, 'float32');
    const columns = transpose(backend.upload(transpose(x).dataSync(), Layout.contiguous([7, 6]), 'float32'));
    const one = expand(backend.scalar(0.25, 'float32'), [6]);
    const same = backend.upload(new Float32Array(6).fill(0.25), Layout.contiguous([6]), 'float32');
    isFast(() => gradient(columns, labels, one));
    expect(gradient(columns, labels, one).dataSync()).toEqual(gradient(x, labels, same).dataSync());
    expect(gradient(columns, labels, g).dataSync()).toEqual(gradient(x, labels, g).dataSync());
    expect(softmax(columns).dataSync()).toEqual(softmax(x).dataSync());
  });

  it('refuse a label that is no class', () => {
    const drawn = { ...draw(2, 3, 1), labels: Int32Array.of(0, 3) };
    for (const home of [backend, referenceBackend]) {
      expect(() => gradient(...on(home, drawn, 'float32'))).toThrow(
        'crossEntropy: expected each label from 0 to 2; got 3',
      );
    }
  });
});
