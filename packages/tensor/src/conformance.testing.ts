import fc from 'fast-check';
import type { Backend } from './backend.js';
import { bind } from './bind.js';
import type { Case } from './cases/forms.testing.js';
import { cases } from './cases.testing.js';
import { type DType, isFloat } from './dtype.js';
import type { Expected } from './oracle.testing.js';
import type { Call } from './plans.testing.js';
import type { Inputs, Primitive, PrimitiveName } from './primitive.js';
import { primitives } from './primitives/index.js';
import { formatShape, sameShape } from './shape.js';
import { epsilonOf, indicesOf, store } from './tables.testing.js';
import type { Tensor } from './tensor.js';
import { makeView, type Step, stepLists, unitStream } from './views.testing.js';

export interface ConformanceOptions {
  /** How many calls are tried. */
  readonly runs?: number;
  /** The relative error of the arithmetic in which sums are taken: that of float64, by default. */
  readonly epsilon?: number;
  /** The same for results in float32, of a backend that computes these in float32. */
  readonly float32Epsilon?: number;
  /** How far a result in float32 may be off that is due to the last bit, in units of its last place; 0 by default. */
  readonly ulps?: number;
}

/**
 * Holds a backend's kernel to the oracle of `cases`: dtype, shape and every element, for operands of random dtypes,
 * shapes and strides. @throws Error with the smallest call that fast-check finds to fail
 */
export function checkKernel(backend: Backend, name: PrimitiveName, options: ConformanceOptions = {}): void {
  const { runs = 100, epsilon = Number.EPSILON, float32Epsilon = epsilon, ulps = 0 } = options;
  const { calls, dtype, oracle } = cases[name] as unknown as Case<'where'>;
  fc.assert(
    fc.property(calls, fc.tuple(stepLists, stepLists, stepLists), fc.nat(), (call, steps, seed) => {
      const views = viewsOf(backend, call, steps, seed);
      const result = bind(
        primitives[name] as unknown as Primitive<'where'>,
        views.map(({ tensor }) => tensor) as unknown as Inputs<'where'>,
        call.attributes,
      );
      const dtypes = call.operands.map((operand) => operand.dtype) as unknown as [DType, DType, DType];
      const tables = views.map(({ table }) => table) as unknown as Parameters<typeof oracle>[0];
      const expected = oracle(tables, call.attributes);
      const due = dtype(dtypes, call.attributes);
      const isSingle = due === 'float32';
      compare(result, due, expected, isSingle ? float32Epsilon : epsilon, isSingle ? ulps : 0);
    }),
    { numRuns: runs, seed: 1, includeErrorInReport: true },
  );
}

function viewsOf(
  backend: Backend,
  { operands }: Call<unknown>,
  steps: readonly (readonly Step[])[],
  seed: number,
): ReturnType<typeof makeView>[] {
  const unit = unitStream(seed);
  return operands.map(({ shape, dtype, element }, i) =>
    makeView(shape, steps[i] as readonly Step[], { backend, dtype, draw: () => element(unit()) }),
  );
}

function compare(result: Tensor, dtype: DType, expected: Expected, epsilon: number, ulps: number): void {
  if (result.dtype !== dtype) throw new Error(`the dtype is ${result.dtype} instead of ${dtype}`);
  if (!sameShape(result.shape, expected.shape)) {
    throw new Error(`the shape is ${formatShape(result.shape)} instead of ${formatShape(expected.shape)}`);
  }
  const elements = result.dataSync();
  indicesOf(expected.shape).forEach((index, position) => {
    const exact = expected.at(index);
    const wanted = store(exact, dtype);
    const actual = elements[position] as number;
    // An error before the rounding to the dtype may also tip that rounding to the next number.
    const slack = isFloat(dtype) ? (expected.slack?.(index) ?? 0) : 0;
    const rounding = slack === 0 ? ulps * ulpOfFloat32(exact) : epsilonOf(dtype) * Math.abs(exact);
    const allowed = slack * epsilon + rounding;
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
