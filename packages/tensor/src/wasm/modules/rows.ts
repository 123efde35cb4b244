import type { Expression } from '../emitter/expression.js';
import type { Body, Local } from '../emitter/function.js';
import { f32x4, f64, f64x2, i32, i32x4, v128 } from '../emitter/instructions.js';

/**
 * Visits a row of `count` float32 four at a time. In the last vector, lanes beyond the end read as `fill`, which should change nothing.
 */
export function forEachVector(
  f: Body,
  start: Expression<'i32'>,
  count: Expression<'i32'>,
  fill: number,
  visit: (x: Expression<'v128'>) => void,
): void {
  const at = f.local('i32', start);
  const rest = f.local('i32', count);
  f.while(i32.geS(rest, 4), () => {
    visit(f.let(v128.load(at)));
    f.increment(at, 16);
    f.increment(rest, -4);
  });
  f.if(i32.gtS(rest, 0), () => {
    const isWithin = i32x4.gtS(i32x4.splat(rest), i32x4.const(0, 1, 2, 3));
    visit(f.let(v128.bitselect(v128.load(at), f32x4.splat(fill), isWithin)));
  });
}

/** The two upper lanes of four, as the two lower ones. */
export function upperHalf(x: Expression<'v128'>): Expression<'v128'> {
  return v128.shuffle32(x, x, [2, 3, 2, 3]);
}

/** The largest of `count` float32 as `greater` says of two. Two at once, so that neither waits for the other. */
function greatestOfRow(
  f: Body,
  start: Expression<'i32'>,
  count: Expression<'i32'>,
  greater: (a: Expression<'v128'>, b: Expression<'v128'>) => Expression<'v128'>,
): Expression<'f32'> {
  const least = f.let(f32x4.splat(Number.NEGATIVE_INFINITY));
  const [first, second] = [f.local('v128', least), f.local('v128', least)];
  const at = f.local('i32', start);
  const rest = f.local('i32', count);
  f.while(i32.geS(rest, 8), () => {
    f.set(first, greater(first, v128.load(at)));
    f.set(second, greater(second, v128.load(at, 16)));
    f.increment(at, 32);
    f.increment(rest, -8);
  });
  forEachVector(f, at, rest, Number.NEGATIVE_INFINITY, (x) => f.set(first, greater(first, x)));
  const all = f.let(greater(first, second));
  const halves = f.let(greater(all, upperHalf(all)));
  return f32x4.extractLane(greater(halves, v128.shuffle32(halves, halves, [1, 1, 1, 1])), 0);
}

/** The largest of `count` float32; NaN if one is, -Infinity if there are none. */
export function maximumOfRow(f: Body, start: Expression<'i32'>, count: Expression<'i32'>): Expression<'f32'> {
  return greatestOfRow(f, start, count, f32x4.max);
}

/** The largest of `count` float32 that is a number; -Infinity if none is. */
export function largestOfRow(f: Body, start: Expression<'i32'>, count: Expression<'i32'>): Expression<'f32'> {
  // Of two numbers the larger, and the first one beside a NaN.
  return greatestOfRow(f, start, count, f32x4.pmax);
}

/** The sum of `columns` float32 from an address on, in float64. */
export function sumOfRow(f: Body, start: Expression<'i32'>, columns: Expression<'i32'>): Expression<'f64'> {
  const sums = [0, 1].map(() => f.local('v128', f64x2.splat(0))) as [Local<'v128'>, Local<'v128'>];
  forEachVector(f, start, columns, 0, (x) => {
    f.set(sums[0], f64x2.add(sums[0], f64x2.promoteLowF32x4(x)));
    f.set(sums[1], f64x2.add(sums[1], f64x2.promoteLowF32x4(upperHalf(x))));
  });
  const pair = f.let(f64x2.add(sums[0], sums[1]));
  return f64.add(f64x2.extractLane(pair, 0), f64x2.extractLane(pair, 1));
}
