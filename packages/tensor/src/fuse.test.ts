import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from './explain.js';
import { fuse } from './fuse.js';
import { Layout } from './layout.js';
import { scope } from './memory/scope.js';
import { relu } from './ops/activations.js';
import { add, div, mul, neg, sub } from './ops/arithmetic.js';
import { equal, less, where } from './ops/compare.js';
import { exp, expm1, log, log1p, sqrt, tanh } from './ops/functions.js';
import { reshape, transpose } from './ops/rearrange.js';
import { sum } from './ops/reduce.js';
import { referenceBackend } from './reference/backend.js';
import type { Tensor } from './tensor.js';
import { unitStream } from './views.testing.js';
import { WasmBackend } from './wasm/backend.js';

const backend = new WasmBackend({ smallest: 0 });

function random(shape: readonly number[], seed: number, home: WasmBackend = backend): Tensor {
  const draw = unitStream(seed);
  const layout = Layout.contiguous(shape);
  return home.upload(
    Float32Array.from({ length: layout.size }, () => 6 * draw() - 3),
    layout,
    'float32',
  );
}

const unary = { neg, exp, expm1, log, log1p, sqrt, tanh, relu };
const binary = { add, sub, mul, div };

/** An operation on two of the values so far. */
interface Operation {
  readonly name: keyof typeof unary | keyof typeof binary | 'where' | 'plus';
  readonly a: number;
  readonly b: number;
}

const operations: fc.Arbitrary<Operation[]> = fc.array(
  fc.record({
    name: fc.constantFrom<Operation['name']>(
      ...(Object.keys(unary) as (keyof typeof unary)[]),
      ...(Object.keys(binary) as (keyof typeof binary)[]),
      'where',
      'plus',
    ),
    a: fc.nat(),
    b: fc.nat(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** The values that operations make of x and y, the last of them first. */
function evaluate(steps: readonly Operation[], x: Tensor, y: Tensor): Tensor[] {
  const values = [x, y];
  for (const { name, a, b } of steps) {
    const [left, right] = [values[a % values.length], values[b % values.length]] as [Tensor, Tensor];
    if (name === 'where') values.push(where(less(left, right), right, 0.5));
    else if (name === 'plus') values.push(add(0.25, left));
    else if (name in unary) values.push(unary[name as keyof typeof unary](left));
    else values.push(binary[name as keyof typeof binary](left, right));
  }
  return values.reverse();
}

const bits = (xs: readonly Tensor[]): unknown => xs.map((x) => ({ shape: x.shape, data: x.dataSync() }));

describe('a fused function', () => {
  it('has the bits of its operations one by one, for random expressions, in and outside of scopes', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(operations, shapes, fc.nat(), fc.nat(3), (steps, shape, seed, count) => {
        const [x, y] = [random(shape, seed), transpose(random(shape.toReversed(), seed + 1))];
        const f = (a: Tensor, b: Tensor): Tensor[] => evaluate(steps, a, b).slice(0, count + 1);
        const expected = bits(f(x, y));
        expect(bits(fuse(f)(x, y))).toEqual(expected);
        expect(scope(() => bits(fuse(f)(x, y)))).toEqual(expected);
        expect(backend.linearMemory.usedBytes).toBe(0);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('is one pass, and compiled once', () => {
    const f = fuse((x: Tensor, y: Tensor) => relu(add(mul(x, y), x)));
    const [x, y] = [random([20, 30], 1), random([20, 30], 2)];
    expect(explain(() => f(x, y)).map(({ primitive, kernel }) => `${primitive}: ${kernel}`)).toEqual([
      'mul: float32 SIMD, fused: mul add relu',
      'add: float32 SIMD, fused: mul add relu',
      'relu: float32 SIMD, fused: mul add relu',
    ]);
  });

  it('computes what is no elementwise operation of one shape at once, and goes on', () => {
    const f = (x: Tensor): Tensor => {
      const e = exp(x);
      return mul(div(e, sum(e, { axis: -1, keepDims: true })), div(x, sum(x)));
    };
    const x = random([30, 20], 3);
    const total = explain(() => expect(bits([fuse(f)(x)])).toEqual(bits([f(x)])));
    expect(total.map(({ primitive, kernel }) => `${primitive}: ${kernel}`).slice(0, 2)).toEqual([
      'exp: float32 SIMD, fused: exp',
      'sum: float32 SIMD',
    ]);
  });

  it('may read, compare, close over tensors, and return records and its own operands', () => {
    const c = random([4, 5], 9);
    const f = (x: Tensor): Record<string, unknown> => {
      const y = add(x, c);
      const positive = less(0, y);
      const scale = (y.dataSync()[0] as number) > 1e9 ? 2 : 3;
      const inner = scope(() => mul(add(c, 1), y));
      return {
        x,
        y,
        list: [where(positive, y, 0), equal(x, y), positive],
        inner: mul(inner, scale),
        name: 'f',
      };
    };
    const x = random([4, 5], 10);
    const [fused, plain] = [fuse(f)(x), f(x)];
    expect(Object.keys(fused)).toEqual(['x', 'y', 'list', 'inner', 'name']);
    expect(fused['x']).toBe(x);
    expect(fused['name']).toBe('f');
    const flat = ({ y, list, inner }: Record<string, unknown>): Tensor[] => [
      y as Tensor,
      inner as Tensor,
      ...(list as Tensor[]),
    ];
    expect(bits(flat(fused))).toEqual(bits(flat(plain)));
  });

  it('leaves tensors behind that are still values when it has ended', () => {
    let leaked: Tensor | undefined;
    const f = fuse((x: Tensor) => {
      leaked = exp(x);
      return add(leaked, 1);
    });
    const x = random([6], 4);
    f(x);
    expect(bits([add(leaked as Tensor, 1)])).toEqual(bits([f(x)]));
    expect(reshape(leaked as Tensor, [2, 3]).shape).toEqual([2, 3]);
  });

  it('nests', () => {
    const inner = fuse((x: Tensor) => mul(x, x));
    const x = random([7], 5);
    expect(bits([fuse((y: Tensor) => add(inner(y), y))(x)])).toEqual(bits([add(mul(x, x), x)]));
  });

  it('is the function itself on another backend, for other dtypes and for few elements', () => {
    const f = fuse((x: Tensor) => add(exp(x), x));
    const usual = new WasmBackend();
    const kernels = (x: Tensor): string[] => explain(() => f(x)).map(({ kernel }) => kernel);
    expect(kernels(random([3], 6, usual))).not.toContain('float32 SIMD, fused: exp add');
    expect(kernels(referenceBackend.upload([1, 2], Layout.contiguous([2]), 'float32'))).toEqual([
      'loop',
      'loop',
    ]);
    const wide = usual.upload(new Float64Array(1000), Layout.contiguous([1000]), 'float64');
    expect(kernels(wide)[0]).toMatch(/float64/);
  });

  it('passes on what its function throws, and holds nothing then', () => {
    const f = fuse((x: Tensor) => {
      exp(x);
      throw new Error('its own');
    });
    expect(() => f(random([9], 7))).toThrow('its own');
    expect(backend.linearMemory.usedBytes).toBe(0);
  });
});
