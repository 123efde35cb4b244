import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemory, type Exports, instantiate, validates, type WasmMemory } from '../engine.js';
import { Bytes } from './bytes.js';
import { constant, type Expression } from './expression.js';
import { f32, f32x4, f64, f64x2, i32, i32x4, select, v128 } from './instructions.js';
import { call, ModuleBuilder } from './module.js';

/** Code, and what it must give, for the same arguments. */
interface Pair<T extends 'i32' | 'f32' | 'f64'> {
  readonly code: Expression<T>;
  readonly value: number;
}

const { fround, trunc } = Math;
/** Of two NaN it makes no difference which. */
const wasmMin = (a: number, b: number): number => Math.min(a, b);
const wasmMax = (a: number, b: number): number => Math.max(a, b);
const comparisons = {
  eq: (a: number, b: number) => a === b,
  ne: (a: number, b: number) => a !== b,
  lt: (a: number, b: number) => a < b,
  gt: (a: number, b: number) => a > b,
  le: (a: number, b: number) => a <= b,
  ge: (a: number, b: number) => a >= b,
};
const arithmetic = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  min: wasmMin,
  max: wasmMax,
};
const unary = { neg: (a: number) => -a, abs: Math.abs, sqrt: Math.sqrt };
const integer = {
  add: (a: number, b: number) => (a + b) | 0,
  sub: (a: number, b: number) => (a - b) | 0,
  mul: Math.imul,
  and: (a: number, b: number) => a & b,
  or: (a: number, b: number) => a | b,
  xor: (a: number, b: number) => a ^ b,
  shl: (a: number, b: number) => a << b,
  shrS: (a: number, b: number) => a >> b,
  shrU: (a: number, b: number) => (a >>> b) | 0,
  eq: (a: number, b: number) => Number(a === b),
  ne: (a: number, b: number) => Number(a !== b),
  ltS: (a: number, b: number) => Number(a < b),
  gtS: (a: number, b: number) => Number(a > b),
  leS: (a: number, b: number) => Number(a <= b),
  geS: (a: number, b: number) => Number(a >= b),
  ltU: (a: number, b: number) => Number(a >>> 0 < b >>> 0),
  gtU: (a: number, b: number) => Number(a >>> 0 > b >>> 0),
  leU: (a: number, b: number) => Number(a >>> 0 <= b >>> 0),
  geU: (a: number, b: number) => Number(a >>> 0 >= b >>> 0),
};
const packed = {
  pmin: (a: number, b: number) => (b < a ? b : a),
  pmax: (a: number, b: number) => (a < b ? b : a),
};

const keys = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[];
const anyInteger = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)));
const anyFloat = fc.oneof(
  fc.float({ noNaN: false }),
  fc.constantFrom(0, -0, 1, -1.5, NaN, Infinity, -Infinity),
);
const anyDouble = fc.oneof(fc.double(), fc.constantFrom(0, -0, 2 ** -1074, NaN, Infinity, -Infinity));

/** Random expressions of the three scalar types; vectors are filled, computed with, and one lane is taken out. */
const {
  i32: anyI32,
  f32: anyF32,
  f64: anyF64,
} = fc.letrec<{
  i32: Pair<'i32'>;
  f32: Pair<'f32'>;
  f64: Pair<'f64'>;
}>((tie) => {
  const depth = { maxDepth: 5, depthIdentifier: 'expression' };
  return {
    i32: fc.oneof(
      depth,
      anyInteger.map((value) => ({ code: constant('i32', value), value })),
      fc.tuple(fc.constantFrom(...keys(integer)), tie('i32'), tie('i32')).map(([name, a, b]) => ({
        code: i32[name](a.code, b.code),
        value: integer[name](a.value, b.value),
      })),
      fc.tuple(fc.constantFrom(...keys(comparisons)), tie('f64'), tie('f64')).map(([name, a, b]) => ({
        code: f64[name](a.code, b.code),
        value: Number(comparisons[name](a.value, b.value)),
      })),
      fc.tuple(fc.constantFrom(...keys(comparisons)), tie('f32'), tie('f32')).map(([name, a, b]) => ({
        // A lane of ones is -1.
        code: i32x4.extractLane(f32x4[name](f32x4.splat(a.code), f32x4.splat(b.code)), 2),
        value: comparisons[name](a.value, b.value) ? -1 : 0,
      })),
      fc.tuple(tie('i32'), tie('i32'), tie('i32')).map(([a, b, condition]) => ({
        code: select(a.code, b.code, condition.code),
        value: condition.value !== 0 ? a.value : b.value,
      })),
      tie('f32').map((x) => ({
        code: i32x4.extractLane(i32x4.truncSatF32x4(f32x4.splat(x.code)), 3),
        value: Number.isNaN(x.value) ? 0 : trunc(Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, x.value))) | 0,
      })),
      fc.tuple(tie('i32'), fc.integer({ min: 0, max: 31 })).map(([x, count]) => ({
        code: i32x4.extractLane(i32x4.shrS(i32x4.splat(x.code), count), 0),
        value: x.value >> count,
      })),
    ),
    f32: fc.oneof(
      depth,
      anyFloat.map((value) => ({ code: constant('f32', value), value })),
      fc.tuple(fc.constantFrom(...keys(arithmetic)), tie('f32'), tie('f32')).map(([name, a, b]) => ({
        code: f32[name](a.code, b.code),
        value: fround(arithmetic[name](a.value, b.value)),
      })),
      fc.tuple(fc.constantFrom(...keys(unary)), tie('f32')).map(([name, a]) => ({
        code: f32[name](a.code),
        value: fround(unary[name](a.value)),
      })),
      fc
        .tuple(fc.constantFrom(...keys({ ...arithmetic, ...packed })), tie('f32'), tie('f32'), fc.nat(3))
        .map(([name, a, b, lane]) => ({
          code: f32x4.extractLane(f32x4[name](f32x4.splat(a.code), f32x4.splat(b.code)), lane),
          value: fround({ ...arithmetic, ...packed }[name](a.value, b.value)),
        })),
      tie('f64').map((x) => ({ code: f32.demote(x.code), value: fround(x.value) })),
      tie('f32').map((x) => ({
        code: f32x4.extractLane(f32x4.floor(f32x4.splat(x.code)), 1),
        value: Math.floor(x.value),
      })),
      fc.tuple(tie('f32'), tie('f32'), fc.nat(3)).map(([a, b, lane]) => ({
        // Lanes 4 to 7 are those of the second operand.
        code: f32x4.extractLane(v128.shuffle32(f32x4.splat(a.code), f32x4.splat(b.code), [0, 4, 3, 7]), lane),
        value: lane % 2 === 0 ? a.value : b.value,
      })),
    ),
    f64: fc.oneof(
      depth,
      anyDouble.map((value) => ({ code: constant('f64', value), value })),
      fc.tuple(fc.constantFrom(...keys(arithmetic)), tie('f64'), tie('f64')).map(([name, a, b]) => ({
        code: f64[name](a.code, b.code),
        value: arithmetic[name](a.value, b.value),
      })),
      fc.tuple(fc.constantFrom(...keys(arithmetic)), tie('f64'), tie('f64')).map(([name, a, b]) => ({
        code: f64x2.extractLane(f64x2[name](f64x2.splat(a.code), f64x2.splat(b.code)), 1),
        value: arithmetic[name](a.value, b.value),
      })),
      fc.tuple(fc.constantFrom(...keys(unary)), tie('f64')).map(([name, a]) => ({
        code: f64[name](a.code),
        value: unary[name](a.value),
      })),
      tie('f32').map((x) => ({ code: f64.promote(x.code), value: x.value })),
      tie('i32').map((x) => ({ code: f64.convertI32S(x.code), value: x.value })),
    ),
  };
});

function evaluate<T extends 'i32' | 'f32' | 'f64'>(code: Expression<T>): number {
  const module = new ModuleBuilder();
  module.function('run', {}, code.type, (f) => f.return(code));
  const bytes = module.toBytes();
  expect(validates(bytes)).toBe(true);
  return (instantiate(bytes) as Exports & { readonly run: () => number }).run();
}

describe('a random expression is valid and gives what TypeScript computes:', () => {
  it.each([
    ['i32', anyI32],
    ['f32', anyF32],
    ['f64', anyF64],
  ] as const)('%s', (_, pairs) => {
    fc.assert(
      fc.property(pairs as fc.Arbitrary<Pair<'f64'>>, ({ code, value }) => {
        expect(evaluate(code)).toBe(value);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('and the check sees a wrong one', () => {
    expect(evaluate(i32.sub(constant('i32', 3), 5))).not.toBe(integer.add(3, 5));
  });
});

describe('numbers in the binary format', () => {
  const written = (write: (out: Bytes) => void): number[] => {
    const out = new Bytes();
    write(out);
    return [...out.toArray()];
  };

  it('are the examples of the LEB128 definition (DWARF 4, figures 22 and 23)', () => {
    const unsigned = [2, 127, 128, 129, 12857].map((x) => written((out) => out.unsigned(x)));
    expect(unsigned).toEqual([[2], [127], [0x80, 1], [0x81, 1], [0xb9, 0x64]]);
    const signed = [2, -2, 127, -127, 128, -129].map((x) => written((out) => out.signed(x)));
    expect(signed).toEqual([[2], [0x7e], [0xff, 0], [0x81, 0x7f], [0x80, 1], [0xff, 0x7e]]);
  });

  it('grow the buffer in whatever steps they are written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 })), (chunks) => {
        const out = new Bytes();
        for (const chunk of chunks) {
          const part = new Bytes();
          part.byte(...chunk);
          out.append(part);
        }
        expect([...out.toArray()]).toEqual(chunks.flatMap((chunk) => [...chunk]));
      }),
    );
  });
});

describe('a module', () => {
  it('calls its own functions and those of its host', () => {
    const module = new ModuleBuilder();
    const log1p = module.import('log1p', { x: 'f64' }, 'f64');
    const twice = module.function('twice', { x: 'f64' }, 'f64', (f, { x }) => f.return(f64.add(x, x)));
    module.function('run', { x: 'f64' }, 'f64', (f, { x }) => {
      f.return(call(twice, { x: call(log1p, { x }) }));
    });
    const { run } = instantiate(module.toBytes(), { log1p: Math.log1p }) as Exports & {
      readonly run: (x: number) => number;
    };
    expect(run(0.5)).toBe(2 * Math.log1p(0.5));
  });

  it('refuses an import after the first function, since functions are numbered after the imports', () => {
    const module = new ModuleBuilder();
    module.function('nothing', {}, 'void', () => {});
    expect(() => module.import('log', { x: 'f64' }, 'f64')).toThrow(
      'import log comes after the first function',
    );
  });

  it('runs loops and branches over memory: an insertion sort', () => {
    const module = new ModuleBuilder({ initial: 1, maximum: 1, shared: false });
    module.function('sort', { start: 'i32', count: 'i32' }, 'void', (f, { start, count }) => {
      f.for({ from: 1, to: count }, (i) => {
        const at = f.let(i32.add(start, i32.shl(i, 2)));
        const x = f.let(i32.load(at));
        const going = f.local('i32', 1);
        f.while(i32.and(going, i32.gtU(at, start)), () => {
          const before = f.let(i32.load(i32.sub(at, 4)));
          f.if(
            i32.gtS(before, x),
            () => {
              f.do(i32.store(at, before));
              f.increment(at, -4);
            },
            () => f.set(going, 0),
          );
        });
        f.do(i32.store(at, x));
      });
    });
    const memory: WasmMemory = createMemory(1, 1);
    const { sort } = instantiate(module.toBytes(), { memory }) as Exports & {
      readonly sort: (start: number, count: number) => void;
    };
    fc.assert(
      fc.property(fc.array(anyInteger, { maxLength: 40 }), (values) => {
        const view = new Int32Array(memory.buffer, 64, values.length);
        view.set(values);
        sort(64, values.length);
        expect([...view]).toEqual(values.toSorted((a, b) => a - b));
      }),
    );
  });

  it('moves single lanes and parts of vectors', () => {
    const module = new ModuleBuilder({ initial: 1, maximum: 1, shared: false });
    module.function('run', {}, 'void', (f) => {
      const x = f.let(v128.load(constant('i32', 0)));
      f.do(
        v128.store32Lane(constant('i32', 16), x, 3),
        v128.store64Lane(constant('i32', 24), x, 1),
        v128.store(constant('i32', 32), v128.load32Splat(constant('i32', 4))),
        v128.store(constant('i32', 48), v128.load64Zero(constant('i32', 8))),
        v128.store(constant('i32', 64), v128.load32Zero(constant('i32', 8))),
        i32.store8(constant('i32', 80), i32.add(i32.load8U(constant('i32', 0)), 1)),
      );
    });
    const memory = createMemory(1, 1);
    const view = new Int32Array(memory.buffer);
    view.set([1, 2, 3, 4]);
    const { run } = instantiate(module.toBytes(), { memory }) as Exports & { readonly run: () => void };
    run();
    expect([...view.subarray(4, 21)]).toEqual([4, 0, 3, 4, 2, 2, 2, 2, 3, 4, 0, 0, 3, 0, 0, 0, 2]);
  });
});
