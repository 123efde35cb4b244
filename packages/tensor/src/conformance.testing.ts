import fc from 'fast-check';
import type { Backend } from './backend.js';
import { bind } from './bind.js';
import type { Case } from './cases/forms.testing.js';
import { cases } from './cases.testing.js';
import { type DType, isFloat } from './dtype.js';
import type { Expected } from './oracle.testing.js';
import type { Call } from './plans.testing.js';
import type { Attributes, Inputs, Primitive, PrimitiveName } from './primitive.js';
import { primitives } from './primitives/index.js';
import { formatShape, sameShape, type Shape } from './shape.js';
import { epsilonOf, type Index, indicesOf, store } from './tables.testing.js';
import type { Tensor } from './tensor.js';
import { makeView, type Material, type Step, stepLists, unitStream } from './views.testing.js';

export interface ConformanceOptions {
  /** How many calls are tried. */
  readonly runs?: number;
  /** The relative error of the arithmetic in which sums are taken: that of float64, by default. */
  readonly epsilon?: number;
  /** The same for results in float32, of a backend that computes these in float32. */
  readonly float32Epsilon?: number;
  /** How far a result in float32 may be off that is due to the last bit, in units of its last place; 0 by default. */
  readonly ulps?: number;
  /** Results below it in size may be zero: where hardware flushes denormal numbers. 0 by default. */
  readonly smallest?: number;
  /** Of a backend that lacks some dtypes: those that it has. */
  readonly dtypes?: readonly DType[];
}

/** What all calls have in common that are tried on a backend. */
const assertion = { seed: 1, includeErrorInReport: true } as const;

/** A call with the strides of its operands and the seed of their elements. */
const trials = (name: PrimitiveName) =>
  fc.record({
    call: cases[name].calls as fc.Arbitrary<Call<unknown>>,
    steps: fc.tuple(stepLists, stepLists, stepLists),
    seed: fc.nat(),
  });

/**
 * Holds a backend's kernel to the oracle of `cases`: dtype, shape and every element, for operands of random dtypes,
 * shapes and strides. @throws Error with the smallest call that fast-check finds to fail
 */
export function checkKernel(backend: Backend, name: PrimitiveName, options: ConformanceOptions = {}): void {
  const property = fc.property(trials(name), (trial) => {
    const { result, verify } = attempt(backend, name, trial, options);
    verify(result.dataSync());
  });
  fc.assert(property, { ...assertion, numRuns: options.runs ?? 100 });
}

/** The same for a backend that can only be read later. */
export async function checkKernelLater(
  backend: Backend,
  name: PrimitiveName,
  options: ConformanceOptions = {},
): Promise<void> {
  const property = fc.asyncProperty(trials(name), async (trial) => {
    const { result, verify } = attempt(backend, name, trial, options);
    verify(await result.data());
  });
  await fc.assert(property, { ...assertion, numRuns: options.runs ?? 100 });
}

interface Trial {
  readonly call: Call<unknown>;
  readonly steps: readonly (readonly Step[])[];
  readonly seed: number;
}

/** Makes the call; its result, and what compares the result's elements with the oracle's. */
function attempt(
  backend: Backend,
  name: PrimitiveName,
  { call, steps, seed }: Trial,
  {
    epsilon = Number.EPSILON,
    float32Epsilon = epsilon,
    ulps = 0,
    smallest = 0,
    dtypes: available,
  }: ConformanceOptions,
): { readonly result: Tensor; readonly verify: (elements: ArrayLike<number>) => void } {
  fc.pre(available === undefined || dtypesOf(call).every((own) => available.includes(own)));
  const { dtype, oracle } = cases[name] as unknown as Case<'where'>;
  const views = viewsOf(backend, call, steps, seed);
  const attributes = call.attributes as Attributes<'where'>;
  const result = bind(
    primitives[name] as unknown as Primitive<'where'>,
    views.map(({ tensor }) => tensor) as unknown as Inputs<'where'>,
    attributes,
  );
  const dtypes = call.operands.map((operand) => operand.dtype) as unknown as [DType, DType, DType];
  const tables = views.map(({ table }) => table) as unknown as Parameters<typeof oracle>[0];
  const due = dtype(dtypes, attributes);
  const isSingle = due === 'float32';
  const verify = (elements: ArrayLike<number>): void => {
    const expected = oracle(tables, attributes);
    const bound = isSingle ? { epsilon: float32Epsilon, ulps, smallest } : { epsilon, ulps: 0, smallest: 0 };
    compare(result, elements, due, expected, bound);
  };
  return { result, verify };
}

/** Those of the operands and of the result, where an attribute says it. */
function dtypesOf({ operands, attributes }: Call<unknown>): DType[] {
  const { dtype } = attributes as { readonly dtype?: DType };
  return [...operands.map((operand) => operand.dtype), ...(dtype === undefined ? [] : [dtype])];
}

function viewsOf(
  backend: Backend,
  { operands }: Call<unknown>,
  steps: readonly (readonly Step[])[],
  seed: number,
): ReturnType<typeof makeView>[] {
  const unit = unitStream(seed);
  return operands.map(({ shape, dtype, element, placed }, i) => {
    const draw = (): number => element(unit());
    const way = steps[i] as readonly Step[];
    return placed === undefined
      ? makeView(shape, way, { backend, dtype, draw })
      : placedView(shape, way, { backend, dtype, draw }, placed);
  });
}

/** A view whose elements depend on their index: a first one, of places in order, tells where each of them comes from. */
function placedView(
  shape: Shape,
  steps: readonly Step[],
  material: Material,
  placed: (drawn: number, index: Index) => number,
): ReturnType<typeof makeView> {
  const way = steps.filter(({ kind }) => kind !== 'expand');
  let count = 0;
  const places = makeView(shape, way, { ...material, dtype: 'int32', draw: () => count++ });
  const values = Array.from({ length: count }, material.draw);
  for (const index of indicesOf(shape)) {
    const place = places.table.at(index);
    values[place] = placed(values[place] as number, index);
  }
  let next = 0;
  return makeView(shape, way, { ...material, draw: () => values[next++] as number });
}

function compare(
  result: Tensor,
  elements: ArrayLike<number>,
  dtype: DType,
  expected: Expected,
  { epsilon, ulps, smallest }: { readonly epsilon: number; readonly ulps: number; readonly smallest: number },
): void {
  if (result.dtype !== dtype) throw new Error(`the dtype is ${result.dtype} instead of ${dtype}`);
  if (!sameShape(result.shape, expected.shape)) {
    throw new Error(`the shape is ${formatShape(result.shape)} instead of ${formatShape(expected.shape)}`);
  }
  indicesOf(expected.shape).forEach((index, position) => {
    const exact = expected.at(index);
    const wanted = store(exact, dtype);
    const actual = elements[position] as number;
    // An error before the rounding to the dtype may also tip that rounding to the next number.
    const slack = isFloat(dtype) ? (expected.slack?.(index) ?? 0) : 0;
    const rounding = slack === 0 ? ulps * ulpOfFloat32(exact) : epsilonOf(dtype) * Math.abs(exact);
    const allowed = slack * epsilon + rounding + smallest;
    if (!(Object.is(actual, wanted) || Math.abs(actual - wanted) <= allowed)) {
      throw new Error(`${formatShape(index)} is ${actual} instead of ${wanted}, give or take ${allowed}`);
    }
  });
}

/** The distance from a float32 of the size of x to the next. */
function ulpOfFloat32(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 0;
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -126) - 23);
}
