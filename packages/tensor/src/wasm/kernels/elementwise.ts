import type { DType } from '../../dtype.js';
import { broadcastStrides, type Layout } from '../../layout.js';
import { arrayOf } from '../../reference/storage.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { FastKernel, FastKernels } from '../fast-kernel.js';
import {
  angleNames,
  type ArithmeticName,
  arithmeticNames,
  cheapNames,
  type ComparisonName,
  comparisonNames,
  type PairName,
  pairNames,
  type UnaryName,
  unaryNames,
} from '../modules/catalog.js';
import {
  type BinaryFunction,
  type Reading,
  type UnaryFunction,
  variantName,
  type WhereFunction,
  type WideFunction,
  wideName,
} from '../modules/elementwise.js';
import { largestAngle } from '../modules/wide-functions.js';
import { addressInOrder } from './contiguous.js';
import { inOverrunningRows, inParts } from './parts.js';
import { collapse, forEachMatrix } from './strides.js';

/**
 * Elementwise functions of float32 operands, broadcast in any way, and arithmetic of float64 without broadcasting. Integers and
 * booleans are left to the reference.
 */
export function elementwiseKernels(context: Context): FastKernels {
  const entries = [
    ...unaryNames.map((name) => [name, unary(context, name)] as const),
    ...[...arithmeticNames, ...comparisonNames, ...pairNames].map(
      (name) => [name, binary(context, name)] as const,
    ),
    ['pow', pow(context)] as const,
    ['where', where(context)] as const,
    ['cast', cast(context)] as const,
  ];
  return Object.fromEntries(entries) as FastKernels;
}

function unary(context: Context, name: UnaryName): FastKernel<UnaryName> {
  const isCheap = cheapNames.includes(name);
  const isOfAngles = (angleNames as readonly UnaryName[]).includes(name);
  return ([x], _attributes, layout, dtype) => {
    const isWorthIt = isCheap ? context.takesCheap(layout.size) : context.takes(layout.size);
    if (!isWorthIt || x.dtype !== 'float32') return undefined;
    return context.stage.attempt(name, layout, dtype, (out) => {
      const address = addressInOrder(context, name, x);
      if (
        isOfAngles &&
        context.elementwise('areBounded')['areBounded']?.(address, layout.size, largestAngle) !== 1
      ) {
        return false;
      }
      const compute = context.elementwise(name)[name] as UnaryFunction;
      inParts(context, layout.size, (sink, from, count) => {
        sink(compute, out + 4 * from, address + 4 * from, count);
      });
      return true;
    });
  };
}

type BinaryName = ArithmeticName | ComparisonName | PairName;

function binary(context: Context, name: BinaryName): FastKernel<BinaryName> {
  const isPair = (pairNames as readonly BinaryName[]).includes(name);
  const wide = wideArithmetic(context, name);
  const namesFor = (a: Reading): Readonly<Record<Reading, string>> => ({
    row: variantName(name, a, 'row'),
    same: variantName(name, a, 'same'),
  });
  const names: Readonly<Record<Reading, Readonly<Record<Reading, string>>>> = {
    row: namesFor('row'),
    same: namesFor('same'),
  };
  return ([a, b], _attributes, layout, dtype) => {
    const isWorthIt = isPair ? context.takes(layout.size) : context.takesCheap(layout.size);
    if (!isWorthIt) return undefined;
    if (a.dtype === 'float64' && b.dtype === 'float64') return wide(a, b, layout, dtype);
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    const width = dtype === 'bool' ? 1 : 4;
    const [flatA, flatB] = [flatReading(a, layout.size), flatReading(b, layout.size)];
    return context.stage.result(name, layout, dtype, (out) => {
      if (flatA !== undefined && flatB !== undefined) {
        // One row, as most calls are: nothing to work out.
        const [left, right] = [context.stage.address(name, a), context.stage.address(name, b)];
        const compute = context.elementwise(name)[names[flatA][flatB]] as BinaryFunction;
        const [stepA, stepB] = [flatA === 'row' ? 4 : 0, flatB === 'row' ? 4 : 0];
        inParts(context, layout.size, (sink, from, count) => {
          sink(compute, out + width * from, left + stepA * from, right + stepB * from, 1, count, 0, 0);
        });
        return;
      }
      const [left, right] = [
        operandFor(context, name, a, layout.shape),
        operandFor(context, name, b, layout.shape),
      ];
      const walk = collapse(layout.shape, [left.strides, right.strides]);
      const [rows, columns] = walk.extents.slice(-2) as [number, number];
      const [stepsA, stepsB] = walk.steps.map((steps) => steps.slice(-2)) as [number[], number[]];
      const compute = context.elementwise(name)[
        variantName(name, reading(stepsA), reading(stepsB))
      ] as BinaryFunction;
      const [stepA, stepB] = [4 * (stepsA[0] as number), 4 * (stepsB[0] as number)];
      const matrices = layout.size / (rows * columns);
      const isExact = columns % 4 === 0;
      if (matrices === 1) {
        const share = { out, count: rows, bytes: width * columns, elements: columns, isExact };
        inOverrunningRows(context, name, share, (sink, from, count, to) => {
          const [a, b] = [left.address + stepA * from, right.address + stepB * from];
          sink(compute, to, a, b, count, columns, stepA, stepB);
        });
        return;
      }
      const bytes = width * rows * columns;
      const share = { out, count: matrices, bytes, elements: rows * columns, isExact };
      inOverrunningRows(context, name, share, (sink, from, count, to) => {
        let matrix = 0;
        forEachMatrix(walk, (offsets) => {
          const own = matrix++ - from;
          if (own < 0 || own >= count) return;
          const [i, j] = offsets as [number, number];
          const [a, b] = [left.address + 4 * i, right.address + 4 * j];
          sink(compute, to + own * bytes, a, b, rows, columns, stepA, stepB);
        });
      });
    });
  };
}

/** Squares, which are a product to the last bit; other powers are left to the reference. */
function pow(context: Context): FastKernel<'pow'> {
  const product = binary(context, 'mul');
  return ([a, b], attributes, layout, dtype) => {
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || b.size !== 1 || a.size !== layout.size)
      return undefined;
    return arrayOf(b)[b.offset] === 2 ? product([a, a], attributes, layout, dtype) : undefined;
  };
}

/** One row of float64; comparisons and other strides are left to the reference. The bits are the same. */
function wideArithmetic(
  context: Context,
  name: BinaryName,
): (a: Tensor, b: Tensor, layout: Layout, dtype: DType) => Tensor | undefined {
  if (!(arithmeticNames as readonly string[]).includes(name)) return () => undefined;
  return (a, b, layout, dtype) => {
    const [flatA, flatB] = [flatReading(a, layout.size), flatReading(b, layout.size)];
    if (flatA === undefined || flatB === undefined) return undefined;
    return context.stage.result(name, layout, dtype, (out) => {
      const [left, right] = [context.stage.address(name, a), context.stage.address(name, b)];
      const own = wideName(name as ArithmeticName);
      const compute = context.elementwise(own)[variantName(own, flatA, flatB)] as WideFunction;
      compute(out, left, right, layout.size);
    });
  };
}

/** float32 to float64. */
function cast(context: Context): FastKernel<'cast'> {
  return ([x], _attributes, layout, dtype) => {
    const isPromotion = x.dtype === 'float32' && dtype === 'float64';
    if (!isPromotion || !context.takesCheap(layout.size)) return undefined;
    return context.stage.result('cast', layout, dtype, (out) => {
      (context.elementwise('promote')['promote'] as UnaryFunction)(
        out,
        addressInOrder(context, 'cast', x),
        layout.size,
      );
    });
  };
}

function where(context: Context): FastKernel<'where'> {
  return ([condition, a, b], _attributes, layout, dtype) => {
    if (!context.takesCheap(layout.size) || a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    // The condition is read along rows of its own; one that is broadcast along the last axis is left to the reference.
    if (condition.size !== layout.size || !condition.layout.isContiguous) return undefined;
    return context.stage.result('where', layout, dtype, (out) => {
      const test = context.stage.address('where', condition);
      const [left, right] = [
        operandFor(context, 'where', a, layout.shape),
        operandFor(context, 'where', b, layout.shape),
      ];
      const walk = collapse(layout.shape, [left.strides, right.strides]);
      const [rows, columns] = walk.extents.slice(-2) as [number, number];
      const [stepsA, stepsB] = walk.steps.map((steps) => steps.slice(-2)) as [number[], number[]];
      const compute = context.elementwise('where')[
        variantName('where', reading(stepsA), reading(stepsB))
      ] as WhereFunction;
      let done = 0;
      forEachMatrix(walk, (offsets) => {
        const [i, j] = offsets as [number, number];
        compute(
          out + 4 * done,
          test + done,
          left.address + 4 * i,
          right.address + 4 * j,
          rows,
          columns,
          columns,
          4 * (stepsA[0] as number),
          4 * (stepsB[0] as number),
        );
        done += rows * columns;
      });
    });
  };
}

/** How an operand is read when a result of `size` elements is one row; undefined if it is none. */
function flatReading(x: Tensor, size: number): Reading | undefined {
  if (x.size === size && x.layout.isContiguous) return 'row';
  return x.size === 1 ? 'same' : undefined;
}

interface Placed {
  readonly address: number;
  /** In elements, as broadcast to the result. */
  readonly strides: readonly number[];
}

/** An operand whose step along the last axis is 1 or 0: another one is first copied into order. */
function operandFor(context: Context, operation: string, x: Tensor, shape: readonly number[]): Placed {
  const strides = broadcastStrides(x.layout, shape);
  const last = lastStep(shape, strides);
  if (last === 0 || last === 1) return { address: context.stage.address(operation, x), strides };
  const address = addressInOrder(context, operation, x);
  return { address, strides: rowMajor(x.shape, shape) };
}

/** The step along the last axis that is longer than 1. */
function lastStep(shape: readonly number[], strides: readonly number[]): number {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1) return strides[axis] as number;
  }
  return 0;
}

function rowMajor(own: readonly number[], shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(0);
  let step = 1;
  for (let fromEnd = 1; fromEnd <= own.length; fromEnd++) {
    const extent = own[own.length - fromEnd] as number;
    if (extent !== 1) strides[shape.length - fromEnd] = step;
    step *= extent;
  }
  return strides;
}

function reading(steps: readonly number[]): Reading {
  return steps[1] === 0 ? 'same' : 'row';
}
