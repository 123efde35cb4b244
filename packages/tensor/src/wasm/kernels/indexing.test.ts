import { describe, expect, it } from 'vitest';
import type { Backend } from '../../backend.js';
import { DomainError } from '../../errors.js';
import { explain } from '../../explain.js';
import { Layout } from '../../layout.js';
import { concat } from '../../ops/concat.js';
import { gather, scatterAdd } from '../../ops/indexing.js';
import { maxPool2d } from '../../ops/pooling.js';
import { expand } from '../../ops/rearrange.js';
import { sum } from '../../ops/reduce.js';
import { referenceBackend } from '../../reference/backend.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { unitStream } from '../../views.testing.js';
import { WasmBackend } from '../backend.js';

const backend = new WasmBackend({ smallest: 0 });

function random(home: Backend, shape: Shape, seed: number, below?: number): Tensor {
  const draw = unitStream(seed);
  const layout = Layout.contiguous(shape);
  const values = Array.from({ length: layout.size }, () =>
    below === undefined ? 2 * draw() - 1 : Math.floor(below * draw()),
  );
  return home.upload(values, layout, below === undefined ? 'float32' : 'int32');
}

/** Rows of different indices. */
function inEachThird(home: Backend, rows: number, count: number): Tensor {
  const values = Array.from({ length: rows * count }, (_, i) => 3 * (i % count) + (i % 3));
  return home.upload(values, Layout.contiguous([rows, count]), 'int32');
}

describe('kernels of positions', () => {
  it('answer as the loops do', () => {
    const programs: ((home: Backend) => Tensor)[] = [
      (home) => gather(random(home, [7, 31], 1), random(home, [7, 50], 2, 31), -1),
      (home) =>
        scatterAdd(random(home, [7, 31], 1), random(home, [7, 500], 2, 31), random(home, [7, 500], 3), 1),
      // No two updates meet in one element, then some do, and what they are added to is one number.
      (home) => scatterAdd(random(home, [7, 31], 1), inEachThird(home, 7, 10), random(home, [7, 10], 3), 1),
      (home) => {
        const zero = expand(random(home, [], 9), [7, 31]);
        return scatterAdd(zero, random(home, [7, 9], 2, 31), random(home, [7, 9], 3), 1);
      },
      (home) => concat([random(home, [1, 3, 5], 1), random(home, [1, 2, 5], 2)], { axis: 1 }),
      (home) => maxPool2d(random(home, [2, 3, 13, 14], 4), 2),
      (home) => maxPool2d(random(home, [2, 3, 13, 14], 4), 3, { stride: 1 }),
      (home) => maxPool2d(random(home, [2, 3, 17, 22], 4), [2, 3], { stride: 3, dilation: 2 }),
      (home) => sum(random(home, [5, 6, 7, 9], 5), { axis: [0, 2, 3] }),
    ];
    for (const program of programs) {
      const calls = explain(() =>
        expect(program(backend).dataSync()).toEqual(program(referenceBackend).dataSync()),
      );
      expect(calls.filter(({ backend: home, kernel }) => home === 'wasm' && /^loop/.test(kernel))).toEqual(
        [],
      );
    }
  });

  it('refuse an index that is out of range, as the loops do, and hold nothing then', () => {
    const x = random(backend, [3, 4], 1);
    for (const wrong of [4, -1]) {
      const indices = backend.upload([0, 1, 2, wrong, 0, 0], Layout.contiguous([3, 2]), 'int32');
      expect(() => gather(x, indices, 1)).toThrow(DomainError);
      expect(() => scatterAdd(x, indices, random(backend, [3, 2], 2), 1)).toThrow(`got ${wrong}`);
    }
    expect(backend.linearMemory.usedBytes).toBe(0);
  });
});
