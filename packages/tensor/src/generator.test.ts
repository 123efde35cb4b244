import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DType, isFloat } from './dtype.js';
import { DomainError, DTypeError, ShapeError } from './errors.js';
import { type CreateOptions, tensor, zeros } from './create.js';
import { Generator, type GeneratorState } from './generator.js';
import { variantBackend } from './variant-backend.testing.js';

const float64 = { dtype: 'float64' } as const;
const seeds = fc.maxSafeInteger().map(Math.abs);

describe('a generator', () => {
  it('gives the same numbers for the same seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [a, b] = [new Generator(seed), new Generator(seed)];
        for (const draw of [
          (g: Generator) => g.uniform([3]).toArray(),
          (g: Generator) => g.normal([3]).toArray(),
          (g: Generator) => [...g.permutation(5)],
          (g: Generator) => g.split().uniform([2]).toArray(),
        ]) {
          expect(draw(a)).toEqual(draw(b));
        }
      }),
    );
  });

  it('gives other numbers for another seed, for each draw, and for each split', () => {
    const parent = new Generator(5);
    const generators = [
      ...Array.from({ length: 100 }, (_, seed) => new Generator(seed)),
      new Generator(2 ** 32),
      new Generator(2 ** 53 - 1),
    ];
    for (let i = 0; i < 100; i++) generators.push(parent.split());
    const numbers = generators.flatMap((g) =>
      [g, g, g.split()].map((each) => each.uniform([], float64).item()),
    );
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('resumes exactly from its state, which survives JSON', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.array(fc.constantFrom('uniform', 'normal', 'split', 'permutation')),
        (seed, calls) => {
          const generator = new Generator(seed);
          for (const call of calls) {
            if (call === 'split') generator.split();
            else if (call === 'permutation') generator.permutation(3);
            else generator[call as 'uniform' | 'normal']([3]);
          }
          const resumed = Generator.fromState(JSON.parse(JSON.stringify(generator.state)));
          expect(resumed.state).toEqual(generator.state);
          expect(resumed.normal([5]).toArray()).toEqual(generator.normal([5]).toArray());
          expect(resumed.split().state).toEqual(generator.split().state);
        },
      ),
    );
  });

  it('gives the first numbers of a longer draw in a shorter one', () => {
    for (const draw of ['uniform', 'normal'] as const) {
      const long = new Generator(3)[draw]([7], float64).dataSync();
      for (let n = 0; n <= 7; n++)
        expect(new Generator(3)[draw]([n], float64).dataSync()).toEqual(long.slice(0, n));
    }
  });

  it('draws in float32 what it draws in float64, cut to 24 bits', () => {
    const [wide, narrow] = [new Generator(8).uniform([100], float64), new Generator(8).uniform([100])];
    expect([...narrow.dataSync()]).toEqual(
      [...wide.dataSync()].map((x) => Math.floor(x * 2 ** 24) / 2 ** 24),
    );
  });

  it('draws normal numbers in float32 that are those of float64, rounded', () => {
    const [wide, narrow] = [new Generator(8).normal([100], float64), new Generator(8).normal([100])];
    expect(narrow.dataSync()).toEqual(Float32Array.from(wide.dataSync()));
  });

  it('permutes each n', () => {
    for (let n = 0; n < 20; n++)
      expect([...new Generator(n).permutation(n)].sort((a, b) => a - b)).toEqual([...new Array(n).keys()]);
  });
});

describe('the stream never changes:', () => {
  it('uniform', () => {
    expect([...new Generator(0).uniform([4], float64).dataSync()]).toEqual([
      0.24603127696024885, 0.4369646950888092, 0.6630583291142035, 0.5633705068955731,
    ]);
    expect([...new Generator(2 ** 53 - 1).uniform([2]).dataSync()]).toEqual([
      0.28020524978637695, 0.48869794607162476,
    ]);
  });

  it('normal', () => {
    // sin, cos and log may differ in the last bits from engine to engine.
    const golden = [-0.6933589717751529, 0.2899346869336228, -1.3596351966615345, -0.5719117292641431];
    new Generator(0)
      .normal([4], float64)
      .dataSync()
      .forEach((x, i) => {
        expect(x).toBeCloseTo(golden[i] as number, 14);
      });
  });

  it('permutation, integers, splits and state', () => {
    const generator = new Generator(42);
    expect([...generator.permutation(8)]).toEqual([2, 3, 1, 0, 4, 7, 5, 6]);
    expect([...generator.uniform([6], { dtype: 'int32', low: -3, high: 3 }).dataSync()]).toEqual([
      -1, 2, -2, -1, -3, 0,
    ]);
    expect(generator.split().state).toEqual({ key: [1231686712, 1908327620], calls: 0 });
    expect(generator.state).toEqual({ key: [1405155954, 804633687], calls: 3 });
  });

  it('coins and classes, which are uniform numbers compared', () => {
    const u = new Generator(0).uniform([4], float64).dataSync();
    expect(new Generator(0).bernoulli([4]).toArray()).toEqual([...u].map((x) => x < 0.5));
    const logits = tensor(new Array(4).fill([-Infinity, Math.log(1), Math.log(3)]), float64);
    expect(new Generator(0).categorical(logits).toArray()).toEqual([...u].map((x) => (x < 0.25 ? 1 : 2)));
  });

  it('nor does it depend on the backend', () => {
    const backend = variantBackend('other');
    const drawnOn = (options: CreateOptions): unknown[] => {
      const generator = new Generator(5);
      return [
        generator.uniform([3], options).toArray(),
        generator.normal([3], options).toArray(),
        generator.bernoulli([3], options).toArray(),
        generator.categorical(zeros([3, 2], options)).toArray(),
      ];
    };
    expect(drawnOn({ backend })).toEqual(drawnOn({}));
  });
});

describe('what cannot be drawn from is refused:', () => {
  const generator = new Generator(0);
  it.each<[string, () => unknown, string, string]>([
    ['a probability above 1', () => generator.bernoulli([1], { p: 1.5 }), 'DomainError', 'bernoulli'],
    ['a probability that is none', () => generator.bernoulli([1], { p: NaN }), 'DomainError', 'bernoulli'],
    ['a coin of no shape', () => generator.bernoulli([-1]), 'ShapeError', 'bernoulli'],
    ['no classes', () => generator.categorical(zeros([2, 0])), 'DomainError', 'categorical'],
    ['a scalar', () => generator.categorical(tensor(1)), 'ShapeError', 'categorical'],
    [
      'impossible classes only',
      () => generator.categorical(tensor([-Infinity])),
      'DomainError',
      'categorical',
    ],
    ['NaN', () => generator.categorical(tensor([NaN, 1])), 'DomainError', 'categorical'],
    ['Infinity', () => generator.categorical(tensor([Infinity, 1])), 'DomainError', 'categorical'],
  ])('%s', (_, call, name, operation) => {
    expect(call).toThrow(expect.objectContaining({ name, operation }));
  });
});

describe('uniform numbers stay in [low, high)', () => {
  const interval = fc
    .tuple(
      fc.float({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.float({ noNaN: true, min: Math.fround(1e-6), max: 1e6 }),
    )
    .map(([low, width]) => ({ low, high: low + width }))
    .filter(({ low, high }) => Math.fround(low) < Math.fround(high));

  it.each(['float32', 'float64'] as const)('for any bounds (%s)', (dtype) => {
    fc.assert(
      fc.property(seeds, interval, (seed, { low, high }) => {
        const round = dtype === 'float32' ? Math.fround : (x: number) => x;
        for (const x of new Generator(seed).uniform([32], { dtype, low, high }).dataSync()) {
          expect(x).toBeGreaterThanOrEqual(round(low));
          expect(x).toBeLessThan(round(high));
        }
      }),
    );
  });

  it('where every other number rounds up to high: between neighbors there is only low', () => {
    const high = 1 + 2 ** -23;
    expect(new Set(new Generator(1).uniform([100], { low: 1, high }).dataSync())).toEqual(new Set([1]));
    const wide = 1 + 2 ** -52;
    expect(new Set(new Generator(1).uniform([100], { ...float64, low: 1, high: wide }).dataSync())).toEqual(
      new Set([1]),
    );
  });

  it('as integers up to the whole range of int32', () => {
    const [low, high] = [-(2 ** 31), 2 ** 31];
    const values = new Generator(1).uniform([1000], { dtype: 'int32', low, high }).dataSync();
    expect(Math.min(...values)).toBeLessThan(0.98 * low);
    expect(Math.max(...values)).toBeGreaterThan(0.98 * high);
  });
});

describe('a generator refuses', () => {
  it.each([-1, 0.5, NaN, Infinity, 2 ** 53, '7' as unknown as number])('the seed %s', (seed) => {
    expect(() => new Generator(seed)).toThrow(
      new DomainError('Generator', {
        expected: 'a seed that is a whole number from 0 to 2^53 - 1',
        got: String(seed),
      }),
    );
  });

  it.each([
    { key: [1], calls: 0 },
    { key: [1, 2 ** 32], calls: 0 },
    { key: [1, -1], calls: 0 },
    { key: [1, 2], calls: 0.5 },
    { key: [1, 2], calls: -1 },
    { key: [1, 2] },
    {},
    null,
  ])('the state %j', (state) => {
    expect(() => Generator.fromState(state as unknown as GeneratorState)).toThrow(DomainError);
  });

  it.each([
    { low: 1, high: 1 },
    { low: 2, high: 1 },
    { low: NaN },
    { high: Infinity },
    { low: -1e308, high: 1e308, dtype: 'float64' as const },
    { low: 1, high: 1 + 2 ** -30 },
    { low: 0.5, high: 3, dtype: 'int32' as const },
    { low: 0, high: 2 ** 32, dtype: 'int32' as const },
  ])('to draw from %o', (options) => {
    expect(() => new Generator(1).uniform([2], options)).toThrow(DomainError);
  });

  it.each([{ mean: NaN }, { std: -1 }, { std: Infinity }])('normal numbers with %o', (options) => {
    expect(() => new Generator(1).normal([2], options)).toThrow(DomainError);
  });

  it('dtypes that make no sense', () => {
    expect(() => new Generator(1).uniform([2], { dtype: 'bool' })).toThrow(DTypeError);
    for (const dtype of ['bool', 'int32', 'half'] as DType[]) {
      expect(isFloat(dtype)).toBe(false);
      expect(() => new Generator(1).normal([2], { dtype })).toThrow(DTypeError);
    }
  });

  it('impossible shapes, and permutations of no whole number', () => {
    expect(() => new Generator(1).uniform([-1])).toThrow(ShapeError);
    expect(() => new Generator(1).normal([0.5])).toThrow(ShapeError);
    for (const n of [-1, 0.5, NaN]) expect(() => new Generator(1).permutation(n)).toThrow(DomainError);
  });
});
