import fc from 'fast-check';
import { anyDType, plan } from '../plans.testing.js';
import type { Pooling } from '../primitives/signatures.js';
import { indicesOf } from '../tables.testing.js';
import type { Case } from './forms.testing.js';

/** One of the two axes over which windows slide: each of them holds an element. */
const axis = fc
  .record({
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    before: fc.nat(1),
    after: fc.nat(2),
    extent: fc.integer({ min: 2, max: 6 }),
  })
  .map((own) => {
    const before = own.kernel === 1 ? 0 : own.before;
    const reach = own.dilation * (own.kernel - 1) + 1;
    const extent = Math.max(own.extent, reach);
    const last = extent + before + own.after - reach;
    const count = Math.floor(last / own.stride) + 1;
    // No window starts behind the last element.
    const isFilled = (count - 1) * own.stride - before < extent;
    return { ...own, before, extent, after: isFilled ? own.after : 0 };
  });

/** The windows by their definition: all places, in order, and the first of those that are largest. */
export const pooling: { readonly [N in keyof Pooling]: Case<N> } = {
  maxPool2dIndices: {
    calls: fc
      .record({ batch: fc.nat(2), channels: fc.nat(2), axes: fc.tuple(axis, axis), dtype: anyDType })
      .map(({ batch, channels, axes, dtype }) => ({
        operands: [plan([batch, channels, ...axes.map(({ extent }) => extent)], dtype)],
        attributes: {
          kernel: [axes[0].kernel, axes[1].kernel],
          stride: axes.map(({ stride }) => stride),
          padding: axes.map(({ before, after }) => [before, after] as const),
          dilation: axes.map(({ dilation }) => dilation),
        },
      })),
    dtype: () => 'int32',
    oracle: ([x], { kernel, stride, padding, dilation }) => {
      const [height, width] = x.shape.slice(2) as [number, number];
      const counts = [0, 1].map((a) => {
        const reach = dilation[a]! * (kernel[a]! - 1);
        const starts = Array.from({ length: 20 }, (_, i) => i * stride[a]! - padding[a]![0]);
        return starts.filter((start) => start + reach < x.shape[a + 2]! + padding[a]![1]).length;
      });
      return {
        shape: [...x.shape.slice(0, 2), ...counts],
        at: ([n, c, row, column]) => {
          const places = indicesOf(kernel)
            .map(([k, l]) => [
              row! * stride[0]! - padding[0]![0] + k! * dilation[0]!,
              column! * stride[1]! - padding[1]![0] + l! * dilation[1]!,
            ])
            .filter(([i, j]) => i! >= 0 && i! < height && j! >= 0 && j! < width);
          const values = places.map(([i, j]) => x.at([n!, c!, i!, j!]));
          const largest = Math.max(...values);
          const found = places[values.findIndex((value) => value === largest || Number.isNaN(value))]!;
          return found[0]! * width + found[1]!;
        },
      };
    },
  },
};
