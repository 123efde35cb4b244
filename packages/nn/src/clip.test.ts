import { ConfigError, Generator, type Tensor, tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipGradientNorm, clipGradientValues, gradientNorm } from './clip.js';
import { decode, excess, type GoldenTensor, readCases } from './golden.testing.js';

interface Case {
  readonly id: string;
  readonly attrs: { readonly max_norm: number; readonly norm_type: number | 'inf' };
  readonly grads_in: readonly GoldenTensor[];
  readonly total_norm: number;
  readonly grads_out: readonly GoldenTensor[];
}

const golden = readCases<Case>('operations/optim.json', 'clip_grad_norm');
const float64 = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });

describe('clipping follows PyTorch', () => {
  it.each(golden)('$id $attrs', ({ attrs, grads_in, total_norm, grads_out }) => {
    const order = attrs.norm_type === 'inf' ? Number.POSITIVE_INFINITY : attrs.norm_type;
    const { gradients, norm } = clipGradientNorm(grads_in.map(decode), attrs.max_norm, { order });
    expect(excess([norm], [total_norm])).toBeLessThanOrEqual(1);
    expect(gradients.map(({ shape }) => shape)).toEqual(grads_out.map(({ shape }) => shape));
    for (const [i, { data }] of grads_out.entries()) {
      expect(excess(gradients[i]?.dataSync() ?? [], data)).toBeLessThanOrEqual(1);
    }
  });

  it('and would be seen to differ without the 1e-6', () => {
    const { attrs, grads_in, total_norm, grads_out } = golden[0] as Case;
    const without = decode(grads_in[0] as GoldenTensor).mul(attrs.max_norm / total_norm);
    expect(excess(without.dataSync(), grads_out[0]?.data ?? [])).toBeGreaterThan(10);
  });
});

const gradients = fc
  .array(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { maxLength: 5 }), { maxLength: 4 })
  .map((lists) => lists.map(float64));
const orders = fc.constantFrom(1, 2, 3.5, Number.POSITIVE_INFINITY);

describe('gradientNorm', () => {
  it('is the norm of all elements laid end to end', () => {
    const elements = (list: readonly Tensor[]): number[] =>
      list.flatMap((g) => Array.from(g.dataSync(), Math.abs));
    fc.assert(
      fc.property(gradients, orders, (list, order) => {
        const all = elements(list);
        const naive =
          order === Number.POSITIVE_INFINITY
            ? Math.max(0, ...all)
            : all.reduce((total, x) => total + x ** order, 0) ** (1 / order);
        // At most 20 terms, each power within an ulp or two.
        expect(Math.abs(gradientNorm(list, { order }) - naive)).toBeLessThanOrEqual(
          64 * Number.EPSILON * naive,
        );
      }),
    );
  });

  it('is 0 for no gradients, empty ones and zeros', () => {
    for (const order of [1, 2, 3, Number.POSITIVE_INFINITY]) {
      for (const list of [[], [tensor([])], [tensor([0, 0]), tensor(-0), tensor([])]]) {
        expect(gradientNorm(list, { order })).toBe(0);
      }
    }
  });

  it('neither overflows nor vanishes for float32 gradients whose squares would', () => {
    expect(gradientNorm([tensor([3e38, 0]), tensor([3e38])])).toBeCloseTo(
      Math.SQRT2 * Math.fround(3e38),
      -25,
    );
    expect(gradientNorm([tensor([3e-30]), tensor([4e-30])]) / 5e-30).toBeCloseTo(1, 6);
  });

  it('is not finite where a gradient is not', () => {
    for (const order of [1, 2, 3, Number.POSITIVE_INFINITY]) {
      expect(gradientNorm([tensor([1, Number.NaN]), tensor([2])], { order })).toBeNaN();
      expect(gradientNorm([tensor([1, Number.NEGATIVE_INFINITY])], { order })).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it.each([0, -1, Number.NaN])('refuses order %s', (order) => {
    expect(() => gradientNorm([], { order })).toThrow(ConfigError);
    expect(() => clipGradientNorm([], 1, { order })).toThrow(ConfigError);
  });
});

describe('clipGradientNorm', () => {
  it('gives at most maxNorm, the same direction, and the norm from before', () => {
    fc.assert(
      fc.property(
        gradients,
        fc.double({ min: 1e-3, max: 100, noNaN: true }),
        orders,
        (list, maxNorm, order) => {
          const before = gradientNorm(list, { order });
          const { gradients: clipped, norm } = clipGradientNorm(list, maxNorm, { order });
          const after = gradientNorm(clipped, { order });
          expect(norm).toBe(before);
          expect(after).toBeLessThanOrEqual(maxNorm);
          const factor = before === 0 ? 1 : after / before;
          for (const [i, g] of list.entries()) {
            const expected = g.dataSync().map((x) => x * factor);
            for (const [j, x] of (clipped[i]?.dataSync() ?? []).entries()) {
              expect(Math.abs(x - (expected[j] as number))).toBeLessThanOrEqual(1e-13 * Math.abs(x));
            }
          }
        },
      ),
    );
  });

  it('returns gradients within the limit themselves, zeros and none among them', () => {
    const small = [tensor([0.3, 0]), tensor([0.4])];
    expect(clipGradientNorm(small, 0.6).gradients).toBe(small);
    expect(clipGradientNorm(small, Number.POSITIVE_INFINITY).gradients).toBe(small);
    const zeros = [tensor([0, 0])];
    expect(clipGradientNorm(zeros, 1e-3)).toEqual({ gradients: zeros, norm: 0 });
    expect(clipGradientNorm([], 1)).toEqual({ gradients: [], norm: 0 });
  });

  it('scales float32 gradients of any size without loss', () => {
    for (const [size, maxNorm] of [
      [3e38, 1],
      [3e38, 1e-6],
      [3e38, 1e-9],
      [1e30, 1e-12],
    ] as const) {
      const { gradients: clipped, norm } = clipGradientNorm([tensor([size]), tensor([[size]])], maxNorm);
      expect(Number.isFinite(norm)).toBe(true);
      expect(clipped.map(({ dtype }) => dtype)).toEqual(['float32', 'float32']);
      // Each element is rounded to float32 once.
      expect(Math.abs(gradientNorm(clipped) / maxNorm - 1)).toBeLessThan(2 ** -23);
    }
  });

  it('leaves its arguments alone and keeps shapes and dtypes', () => {
    const generator = new Generator(2);
    const given = [
      generator.normal([2, 3]),
      generator.normal([4], { dtype: 'float64' }),
      generator.normal([]),
    ];
    const before = given.map((g) => g.toArray());
    const { gradients: clipped } = clipGradientNorm(given, 0.1);
    expect(given.map((g) => g.toArray())).toEqual(before);
    expect(clipped.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
      given.map(({ shape, dtype }) => ({ shape, dtype })),
    );
  });

  it('reports an infinite norm rather than hide it', () => {
    const { norm, gradients: clipped } = clipGradientNorm([tensor([1, Number.POSITIVE_INFINITY])], 1);
    expect(norm).toBe(Number.POSITIVE_INFINITY);
    expect(clipped[0]?.toArray()).toEqual([0, Number.NaN]);
  });

  it.each([0, -1, Number.NaN])('refuses maxNorm %s', (maxNorm) => {
    expect(() => clipGradientNorm([tensor([1])], maxNorm)).toThrow(ConfigError);
  });
});

describe('clipGradientValues', () => {
  it('cuts every element to the limit and keeps shapes, dtypes, infinities’ signs and NaN', () => {
    fc.assert(
      fc.property(gradients, fc.double({ min: 0.01, max: 50, noNaN: true }), (list, limit) => {
        const clipped = clipGradientValues(list, limit);
        expect(clipped.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(
          list.map(({ dtype, shape }) => ({ dtype, shape })),
        );
        for (const [i, g] of list.entries()) {
          const expected = g.dataSync().map((x) => Math.min(limit, Math.max(-limit, x)));
          expect(clipped[i]?.dataSync()).toEqual(expected);
        }
      }),
    );
    const special = tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(clipGradientValues([special], 2)[0]?.toArray()).toEqual([Number.NaN, 2, -2]);
  });

  it.each([0, -1, Number.NaN])('refuses the limit %s', (limit) => {
    expect(() => clipGradientValues([tensor([1])], limit)).toThrow(ConfigError);
  });
});
