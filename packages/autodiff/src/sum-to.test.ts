import { expand, mul, ones, type Shape, sum } from '@renyi/tensor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normal } from './samples.testing.js';
import { sumTo } from './sum-to.js';

it('counts how often each element was repeated', () => {
  expect(sumTo(ones([2, 3, 4]), [3, 1]).toArray()).toEqual([[8], [8], [8]]);
  expect(sumTo(ones([2, 3]), []).item()).toBe(6);
  expect(sumTo(ones([0, 3]), [1, 3]).toArray()).toEqual([[0, 0, 0]]);
  expect(sumTo(ones([1, 3]), [3]).toArray()).toEqual([1, 1, 1]);
});

it('returns the tensor itself when nothing was stretched', () => {
  const x = ones([2, 3]);
  expect(sumTo(x, [2, 3])).toBe(x);
});

/** A shape with one that broadcasts to it: some extents 1, some leading ones missing. */
const stretched: fc.Arbitrary<readonly [Shape, Shape]> = fc
  .array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 4 })
  .chain((axes) =>
    fc.nat(axes.length).map((missing) => {
      const full = axes.map(([extent]) => extent);
      const own = axes.map(([extent, isStretched]) => (isStretched ? 1 : extent)).slice(missing);
      return [own, full] as const;
    }),
  );

it('is the adjoint of expand: <expand x, g> = <x, sumTo g>', () => {
  fc.assert(
    fc.property(stretched, ([own, full]) => {
      const [x, g] = [normal(own), normal(full)];
      const back = sumTo(g, own);
      expect(back.shape).toEqual(own);
      // At most 81 products of size up to 25, summed in another order.
      const difference = sum(mul(expand(x, full), g)).item() - sum(mul(x, back)).item();
      expect(Math.abs(difference)).toBeLessThan(81 * 81 * Number.EPSILON);
    }),
    { seed: 3, numRuns: 100 },
  );
});
