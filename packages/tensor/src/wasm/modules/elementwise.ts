import type { Expression } from '../emitter/expression.js';
import type { Body } from '../emitter/function.js';
import { f32x4, f64, f64x2, i32, i32x4, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import {
  arithmetic,
  type ArithmeticName,
  arithmeticNames,
  type ComparisonName,
  comparisonNames,
  comparisons,
  pairs,
  type PairName,
  pairNames,
  unary,
  type UnaryName,
  unaryNames,
  wideArithmetic,
} from './catalog.js';
import { forEachVector, upperHalf } from './rows.js';

type Vector = Expression<'v128'>;

/** Whether an operand is read along a row (its elements side by side) or stays the same throughout the row. */
export type Reading = 'row' | 'same';

/** (out, x, count) */
export type UnaryFunction = (out: number, x: number, count: number) => void;

/** (out, a, b, count) */
export type WideFunction = (out: number, a: number, b: number, count: number) => void;

/** (out, a, b, rows, columns, bytes from row to row in a and b): out is filled row after row. */
export type BinaryFunction = (
  out: number,
  a: number,
  b: number,
  rows: number,
  columns: number,
  strideA: number,
  strideB: number,
) => void;

/** (out, condition, a, b, rows, columns, bytes from row to row); the condition is one byte an element. */
export type WhereFunction = (
  out: number,
  condition: number,
  a: number,
  b: number,
  rows: number,
  columns: number,
  strideCondition: number,
  strideA: number,
  strideB: number,
) => void;

const rowParameters = {
  out: 'i32',
  a: 'i32',
  b: 'i32',
  rows: 'i32',
  columns: 'i32',
  strideA: 'i32',
  strideB: 'i32',
} as const;

/** The variants of a function: each operand along rows, or one scalar for each row. */
const variants: readonly (readonly [Reading, Reading])[] = [
  ['row', 'row'],
  ['row', 'same'],
  ['same', 'row'],
  ['same', 'same'],
];

/** Of float64. */
type WideName = `${ArithmeticName}64`;

export function wideName(name: ArithmeticName): WideName {
  return `${name}64`;
}

/** What there is a module of. */
export type ElementwiseName =
  | UnaryName
  | ArithmeticName
  | PairName
  | WideName
  | ComparisonName
  | 'where'
  | 'promote'
  | 'areBounded';

export function variantName(name: string, a: Reading, b: Reading): string {
  return `${name}_${a}_${b}`;
}

/** How the functions of each module are defined. */
const definitions: ReadonlyMap<ElementwiseName, (module: ModuleBuilder) => void> = new Map<
  ElementwiseName,
  (module: ModuleBuilder) => void
>([
  ...unaryNames.map((name) => [name, (module: ModuleBuilder) => unaryFunction(module, name)] as const),
  ...arithmeticNames.map((name) => [name, inVariants((...v) => binaryFunction(...v, name))] as const),
  ...pairNames.map((name) => [name, inVariants((...v) => binaryFunction(...v, name))] as const),
  ...arithmeticNames.map((name) => [wideName(name), inVariants((...v) => wideFunction(...v, name))] as const),
  ...comparisonNames.map((name) => [name, inVariants((...v) => comparisonFunction(...v, name))] as const),
  ['where', inVariants(whereFunction)],
  ['promote', promoteFunction],
  ['areBounded', boundFunction],
]);

function inVariants(
  define: (module: ModuleBuilder, a: Reading, b: Reading) => void,
): (module: ModuleBuilder) => void {
  return (module) => {
    for (const [a, b] of variants) define(module, a, b);
  };
}

export const elementwiseNames: readonly ElementwiseName[] = [...definitions.keys()];

/**
 * A function of float32, element by element, four at a time, with all of its variants. There are no loops for what is left over at the
 * end: the last vector of a row runs over into the next row, which is written after it, or into the padding of the block. What is
 * read past the end of an operand is computed with and not used.
 */
export function elementwiseModule(memory: ImportedMemory, name: ElementwiseName): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  definitions.get(name)?.(module);
  return module.toBytes();
}

function unaryFunction(module: ModuleBuilder, name: UnaryName): void {
  module.function(name, { out: 'i32', x: 'i32', count: 'i32' }, 'void', (f, { out, x, count }) => {
    const apply = unary[name](f);
    const end = f.let(i32.add(out, i32.shl(count, 2)));
    f.while(i32.ltU(out, end), () => {
      const value = f.let(v128.load(x));
      f.do(v128.store(out, apply(value)));
      f.increment(x, 16);
      f.increment(out, 16);
    });
  });
}

/** An instruction, or more than that with what comes before the loop. */
function functionOf(f: Body, name: ArithmeticName | PairName): (a: Vector, b: Vector) => Vector {
  return name in pairs ? pairs[name as PairName](f) : arithmetic[name as ArithmeticName];
}

function binaryFunction(
  module: ModuleBuilder,
  a: Reading,
  b: Reading,
  name: ArithmeticName | PairName,
): void {
  module.function(variantName(name, a, b), rowParameters, 'void', (f, p) => {
    const apply = functionOf(f, name);
    const bytes = f.let(i32.shl(p.columns, 2));
    f.for({ from: 0, to: p.rows }, () => {
      const [loadA, loadB] = [
        operand(p.a, a, () => f.let(v128.load32Splat(p.a))),
        operand(p.b, b, () => f.let(v128.load32Splat(p.b))),
      ];
      f.for({ from: 0, to: bytes, step: 16 }, (i) => {
        f.do(v128.store(i32.add(p.out, i), apply(loadA(i), loadB(i))));
      });
      f.increment(p.a, p.strideA);
      f.increment(p.b, p.strideB);
      f.increment(p.out, bytes);
    });
  });
}

/** The same of float64, two at a time, of which there is one row. */
function wideFunction(module: ModuleBuilder, a: Reading, b: Reading, name: ArithmeticName): void {
  const parameters = { out: 'i32', a: 'i32', b: 'i32', count: 'i32' } as const;
  module.function(variantName(wideName(name), a, b), parameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.count, 3));
    const [loadA, loadB] = [
      operand(p.a, a, () => f.let(f64x2.splat(f64.load(p.a)))),
      operand(p.b, b, () => f.let(f64x2.splat(f64.load(p.b)))),
    ];
    f.for({ from: 0, to: bytes, step: 16 }, (i) => {
      f.do(v128.store(i32.add(p.out, i), wideArithmetic[name](loadA(i), loadB(i))));
    });
  });
}

/** Whether no finite element is larger than a bound: 1 or 0. */
function boundFunction(module: ModuleBuilder): void {
  const parameters = { x: 'i32', count: 'i32', bound: 'f32' } as const;
  module.function('areBounded', parameters, 'i32', (f, { x, count, bound }) => {
    const [least, most] = [f.let(f32x4.splat(bound)), f.let(f32x4.splat(Number.POSITIVE_INFINITY))];
    const beyond = f.local('v128');
    forEachVector(f, x, count, 0, (value) => {
      const size = f.let(f32x4.abs(value));
      f.set(beyond, v128.or(beyond, v128.and(f32x4.gt(size, least), f32x4.lt(size, most))));
    });
    f.return(i32.eqz(v128.anyTrue(beyond)));
  });
}

/** float32 to float64. */
function promoteFunction(module: ModuleBuilder): void {
  module.function('promote', { out: 'i32', x: 'i32', count: 'i32' }, 'void', (f, { out, x, count }) => {
    const bytes = f.let(i32.shl(count, 2));
    f.for({ from: 0, to: bytes, step: 16 }, (i) => {
      const value = f.let(v128.load(i32.add(x, i)));
      const target = f.let(i32.add(out, i32.shl(i, 1)));
      f.do(
        v128.store(target, f64x2.promoteLowF32x4(value)),
        v128.store(target, f64x2.promoteLowF32x4(upperHalf(value)), 16),
      );
    });
  });
}

/** How the vector of an operand at `i` bytes into the row is had. */
function operand(
  start: Expression<'i32'>,
  reading: Reading,
  splat: () => Vector,
): (i: Expression<'i32'>) => Vector {
  if (reading === 'row') return (i) => v128.load(i32.add(start, i));
  const value = splat();
  return () => value;
}

function comparisonFunction(module: ModuleBuilder, a: Reading, b: Reading, name: ComparisonName): void {
  module.function(variantName(name, a, b), rowParameters, 'void', (f, p) => {
    const one = f.let(i32x4.splat(1));
    const bytes = f.let(i32.shl(p.columns, 2));
    f.for({ from: 0, to: p.rows }, () => {
      const [loadA, loadB] = [
        operand(p.a, a, () => f.let(v128.load32Splat(p.a))),
        operand(p.b, b, () => f.let(v128.load32Splat(p.b))),
      ];
      f.for({ from: 0, to: bytes, step: 16 }, (i) => {
        const truth = v128.and(comparisons[name](loadA(i), loadB(i)), one);
        f.do(v128.store32Lane(i32.add(p.out, i32.shrU(i, 2)), v128.lowBytes(truth), 0));
      });
      f.increment(p.a, p.strideA);
      f.increment(p.b, p.strideB);
      f.increment(p.out, p.columns);
    });
  });
}

function whereFunction(module: ModuleBuilder, a: Reading, b: Reading): void {
  const parameters = {
    out: 'i32',
    condition: 'i32',
    a: 'i32',
    b: 'i32',
    rows: 'i32',
    columns: 'i32',
    strideCondition: 'i32',
    strideA: 'i32',
    strideB: 'i32',
  } as const;
  module.function(variantName('where', a, b), parameters, 'void', (f, p) => {
    const zero = f.let(i32x4.splat(0));
    const bytes = f.let(i32.shl(p.columns, 2));
    f.for({ from: 0, to: p.rows }, () => {
      const [loadA, loadB] = [
        operand(p.a, a, () => f.let(v128.load32Splat(p.a))),
        operand(p.b, b, () => f.let(v128.load32Splat(p.b))),
      ];
      f.for({ from: 0, to: bytes, step: 16 }, (i) => {
        const flags = v128.widenLowBytes(v128.load32Zero(i32.add(p.condition, i32.shrU(i, 2))));
        const mask = i32x4.gtS(flags, zero);
        f.do(v128.store(i32.add(p.out, i), v128.bitselect(loadA(i), loadB(i), mask)));
      });
      f.increment(p.condition, p.strideCondition);
      f.increment(p.a, p.strideA);
      f.increment(p.b, p.strideB);
      f.increment(p.out, bytes);
    });
  });
}
