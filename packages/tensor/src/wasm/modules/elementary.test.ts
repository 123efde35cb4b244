import { describe, expect, it } from 'vitest';
import { erf, erfc } from '../../reference/erf.js';
import { sigmoid, softplus } from '../../reference/functions.js';
import { createMemory, instantiate } from '../engine.js';
import { type UnaryName, unaryNames } from './catalog.js';
import { elementwiseModule, type UnaryFunction } from './elementwise.js';
import { largestAngle } from './wide-functions.js';

const memory = createMemory(64, 64);
const functions = Object.assign(
  {},
  ...unaryNames.map((name) =>
    instantiate(elementwiseModule({ initial: 64, maximum: 64, shared: false }, name), { memory }),
  ),
) as Readonly<Record<UnaryName, UnaryFunction>>;

/** Of larger angles nothing is claimed. */
function withinAngles(f: (x: number) => number): (x: number) => number {
  return (x) => (Math.abs(x) <= largestAngle || !Number.isFinite(x) ? f(x) : skipped);
}

const skipped = Number.MAX_VALUE;

/** Bounds in units of the last place of the exact result, and the functions in float64. */
const bounds: readonly (readonly [UnaryName, (x: number) => number, number])[] = [
  ['exp', Math.exp, 1],
  ['expm1', Math.expm1, 2],
  ['log', Math.log, 1],
  ['log1p', Math.log1p, 2],
  ['tanh', Math.tanh, 2],
  ['sqrt', Math.sqrt, 0.5],
  ['sigmoid', sigmoid, 2],
  ['softplus', softplus, 2],
  ['erf', erf, 1],
  ['erfc', erfc, 1],
  ['sin', withinAngles(Math.sin), 1],
  ['cos', withinAngles(Math.cos), 1],
];

/** The distance from a float32 of this size to the next. */
function ulp(x: number): number {
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -126) - 23);
}

const count = 2 ** 16;
const input = new Float32Array(memory.buffer, 1024, count);
const output = new Float32Array(memory.buffer, 1024 + 4 * count, count);

/** The largest error over `input`, in ULP; Infinity where one is NaN or infinite and the other is not. */
function largestError(name: UnaryName, exact: (x: number) => number): { error: number; at: number } {
  functions[name](1024 + 4 * count, 1024, count);
  let worst = { error: 0, at: 0 };
  for (let i = 0; i < count; i++) {
    const x = input[i] as number;
    const y = output[i] as number;
    const due = exact(x);
    if (Object.is(y, Math.fround(due)) || due === skipped) continue;
    const error = Math.abs(y - due) / ulp(due);
    if (!(error <= worst.error)) worst = { error: Number.isNaN(error) ? Infinity : error, at: x };
  }
  return worst;
}

describe('a function of float32 is within its bound', () => {
  it.each(bounds)('%s', (name, exact, bound) => {
    // Every 2^16-th float32 in each pass, with another start: all exponents, both signs, NaN and infinities.
    const bits = new Uint32Array(memory.buffer, 1024, count);
    let worst = { error: 0, at: 0 };
    for (let pass = 0; pass < 16; pass++) {
      for (let i = 0; i < count; i++) bits[i] = i * 2 ** 16 + pass * 4099;
      const found = largestError(name, exact);
      if (found.error > worst.error) worst = found;
    }
    // Where the function does something, densely.
    for (const [from, to] of [
      [-1, 1],
      [-110, 95],
      [-4, 4],
      [0.5, 2],
      [-1e-3, 1e-3],
    ] as const) {
      for (let i = 0; i < count; i++) input[i] = from + ((to - from) * i) / count;
      const found = largestError(name, exact);
      if (found.error > worst.error) worst = found;
    }
    expect(worst.error, `at ${worst.at}`).toBeLessThanOrEqual(bound);
  });

  it('and the check sees an error of 3 ULP', () => {
    for (let i = 0; i < count; i++) input[i] = i / count;
    expect(largestError('exp', (x) => Math.exp(x) * (1 + 3 * 2 ** -23)).error).toBeGreaterThan(1);
  });
});
