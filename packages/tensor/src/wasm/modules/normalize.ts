import type { Expression } from '../emitter/expression.js';
import type { Body, Local } from '../emitter/function.js';
import { f32, f32x4, f64, f64x2, i32, v128 } from '../emitter/instructions.js';
import { type ImportedMemory, ModuleBuilder } from '../emitter/module.js';
import { forEachVector, sumOfRow, upperHalf } from './rows.js';

/** (out, x, outer, kept, inner, bytes from outer to outer, epsilon): over the first and the last of three axes, for each position along the second. */
export type NormalizeFunction = (
  out: number,
  x: number,
  outer: number,
  kept: number,
  inner: number,
  slab: number,
  epsilon: number,
) => void;

/**
 * (x - mean) / sqrt(mean square distance + epsilon), in float64 and rounded once: the mean first and then the distances from it, since
 * x may be far from 0 compared with its spread.
 */
export function normalizeModule(memory: ImportedMemory): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(memory);
  const parameters = {
    out: 'i32',
    x: 'i32',
    outer: 'i32',
    kept: 'i32',
    inner: 'i32',
    slab: 'i32',
    epsilon: 'f64',
  } as const;
  module.function('normalize', parameters, 'void', (f, p) => {
    const bytes = f.let(i32.shl(p.inner, 2));
    const size = f.let(f64.convertI32S(i32.mul(p.outer, p.inner)));
    const [mean, total] = [f.local('f64'), f.local('f64')];
    const forEachRow = (visit: (row: Local<'i32'>) => void): void => {
      const row = f.local('i32', p.x);
      f.for({ from: 0, to: p.outer }, () => {
        visit(row);
        f.increment(row, p.slab);
      });
    };
    f.for({ from: 0, to: p.kept }, () => {
      f.set(total, 0);
      forEachRow((row) => f.set(total, f64.add(total, sumOfRow(f, row, p.inner))));
      f.set(mean, f64.div(total, size));
      f.set(total, 0);
      forEachRow((row) => f.set(total, f64.add(total, squareDistance(f, row, p.inner, mean))));
      const scale = f.let(f64.div(1, f64.sqrt(f64.add(f64.div(total, size), p.epsilon))));
      const shift = f.let(i32.sub(p.out, p.x));
      forEachRow((row) => store(f, row, i32.add(row, shift), p.inner, mean, scale));
      f.increment(p.x, bytes);
      f.increment(p.out, bytes);
    });
  });
  return module.toBytes();
}

/** The sum of (x - mean)^2 over a row. */
function squareDistance(
  f: Body,
  row: Expression<'i32'>,
  count: Expression<'i32'>,
  mean: Local<'f64'>,
): Expression<'f64'> {
  const sums = f.local('v128', f64x2.splat(0));
  const center = f.let(f64x2.splat(mean));
  // Of what is beyond the end the distance would count: those lanes are looked at one by one.
  const whole = f.let(i32.and(count, -4));
  forEachVector(f, row, whole, 0, (x) => {
    for (const half of [x, upperHalf(x)]) {
      const distance = f.let(f64x2.sub(f64x2.promoteLowF32x4(half), center));
      f.set(sums, f64x2.add(sums, f64x2.mul(distance, distance)));
    }
  });
  const rest = f.local('f64', 0);
  const end = f.let(i32.add(row, i32.shl(count, 2)));
  f.forAddresses({ from: i32.add(row, i32.shl(whole, 2)), to: end, step: 4 }, (at) => {
    const distance = f.let(f64.sub(f64.promote(f32.load(at)), mean));
    f.set(rest, f64.add(rest, f64.mul(distance, distance)));
  });
  return f64.add(rest, f64.add(f64x2.extractLane(sums, 0), f64x2.extractLane(sums, 1)));
}

/** (x - mean) scale for a row, and nothing beyond its end, where another row may lie already. */
function store(
  f: Body,
  row: Expression<'i32'>,
  out: Expression<'i32'>,
  count: Expression<'i32'>,
  mean: Local<'f64'>,
  scale: Local<'f64'>,
): void {
  const [center, factor] = [f.let(f64x2.splat(mean)), f.let(f64x2.splat(scale))];
  const to = f.local('i32', out);
  const from = f.local('i32', row);
  const end = f.let(i32.add(row, i32.shl(count, 2)));
  const half = (x: Expression<'v128'>): Expression<'v128'> =>
    f32x4.demoteF64x2Zero(f64x2.mul(f64x2.sub(f64x2.promoteLowF32x4(x), center), factor));
  f.while(i32.leU(i32.add(from, 16), end), () => {
    const x = f.let(v128.load(from));
    f.do(v128.store(to, v128.shuffle32(half(x), half(upperHalf(x)), [0, 1, 4, 5])));
    f.increment(from, 16);
    f.increment(to, 16);
  });
  f.while(i32.ltU(from, end), () => {
    f.do(f32.store(to, f32.demote(f64.mul(f64.sub(f64.promote(f32.load(from)), mean), scale))));
    f.increment(from, 4);
    f.increment(to, 4);
  });
}
