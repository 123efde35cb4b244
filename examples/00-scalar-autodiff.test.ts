import { grad } from '@renyi/autodiff';
import * as tensors from '@renyi/tensor';
import { type Tensor, tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as scalars from './00-scalar-autodiff.js';
import { backward, Scalar } from './00-scalar-autodiff.js';

/** One arithmetic for both engines. */
interface Arithmetic<T> {
  readonly add: (a: T, b: T) => T;
  readonly sub: (a: T, b: T) => T;
  readonly mul: (a: T, b: T) => T;
  readonly div: (a: T, b: T) => T;
  readonly exp: (x: T) => T;
  readonly log: (x: T) => T;
  readonly sqrt: (x: T) => T;
  readonly sin: (x: T) => T;
  readonly tanh: (x: T) => T;
  readonly relu: (x: T) => T;
  readonly number: (value: number) => T;
}

const onScalars: Arithmetic<Scalar> = { ...scalars, number: (value) => new Scalar(value) };
const onTensors: Arithmetic<Tensor> = { ...tensors, number: (value) => tensor(value, { dtype: 'float64' }) };

/** Functions of two numbers; on numbers of size 1 they answer with numbers of size 1. */
const operations = {
  average: <T>(a: T, b: T, { add, mul, number }: Arithmetic<T>) => mul(add(a, b), number(0.5)),
  difference: <T>(a: T, b: T, { sub }: Arithmetic<T>) => sub(a, b),
  product: <T>(a: T, b: T, { mul, tanh }: Arithmetic<T>) => tanh(mul(a, b)),
  quotient: <T>(a: T, b: T, { add, div, mul, number }: Arithmetic<T>) => div(a, add(mul(b, b), number(1))),
  bell: <T>(a: T, _b: T, { exp, mul, number, sub }: Arithmetic<T>) => exp(sub(number(0), mul(a, a))),
  log: <T>(a: T, _b: T, { add, log, mul, number }: Arithmetic<T>) => log(add(mul(a, a), number(0.5))),
  sqrt: <T>(a: T, _b: T, { add, mul, number, sqrt }: Arithmetic<T>) => sqrt(add(mul(a, a), number(1))),
  sin: <T>(a: T, _b: T, { sin }: Arithmetic<T>) => sin(a),
  relu: <T>(a: T, b: T, { relu, sub }: Arithmetic<T>) => relu(sub(a, b)),
};

interface Step {
  readonly operation: keyof typeof operations;
  /** Counted back from the latest value: 0 is the one just made. */
  readonly left: number;
  readonly right: number;
}

const programs: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    operation: fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
    left: fc.nat(2),
    right: fc.nat(7),
  }),
  { minLength: 1, maxLength: 12 },
);

function run<T>(steps: readonly Step[], inputs: readonly T[], arithmetic: Arithmetic<T>): T {
  const values = [...inputs];
  const at = (back: number): T => values[values.length - 1 - (back % values.length)] as T;
  for (const { operation, left, right } of steps)
    values.push(operations[operation](at(left), at(right), arithmetic));
  return at(0);
}

/**
 * The derivative of the result by each input if no path had a negative product: what rounding errors are relative to, and
 * the number of operations on the longest path.
 */
function magnitudes(result: Scalar, inputs: readonly Scalar[]): { sums: number[]; depth: number } {
  const walk = (x: Scalar): { sums: number[]; depth: number } => {
    const known = seen.get(x);
    if (known !== undefined) return known;
    const below = x.operands.map(([operand, slope]) => ({ ...walk(operand), slope }));
    const here = {
      sums: inputs.map((input, i) =>
        below.reduce(
          (sum, { sums, slope }) => sum + Math.abs(slope) * (sums[i] as number),
          x === input ? 1 : 0,
        ),
      ),
      depth: 1 + Math.max(0, ...below.map(({ depth }) => depth)),
    };
    seen.set(x, here);
    return here;
  };
  const seen = new Map<Scalar, { sums: number[]; depth: number }>();
  return walk(result);
}

describe('the scalar engine', () => {
  it('computes the values and gradients of the tensor engine on the same program', () => {
    const number = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(programs, fc.tuple(number, number), (steps, numbers) => {
        const inputs = numbers.map((value) => new Scalar(value));
        const result = run(steps, inputs, onScalars);
        backward(result);
        const f = (xs: readonly Tensor[]): Tensor => run(steps, xs, onTensors);
        const variables = numbers.map((value) => tensor(value, { dtype: 'float64' }));
        // Adding 0 takes the sign off a zero: which one a maximum of 0 and -0 has is for each engine to say.
        expect(result.value + 0).toBe(f(variables).item() + 0);
        const gradients = grad(f)(variables);
        const { sums, depth } = magnitudes(result, inputs);
        for (const [i, input] of inputs.entries()) {
          // Each slope along a path, and each sum where paths meet, is rounded a few times in either engine.
          const bound = 8 * depth * Number.EPSILON * (sums[i] as number);
          expect(Math.abs(input.gradient - (gradients[i] as Tensor).item())).toBeLessThanOrEqual(bound);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('fills in the derivative by every number on the way', () => {
    const x = new Scalar(3);
    const square = scalars.mul(x, x);
    backward(scalars.mul(square, x));
    expect(square.gradient).toBe(3);
    expect(x.gradient).toBe(27);
  });

  it('starts anew each time', () => {
    const x = new Scalar(3);
    const y = scalars.mul(x, x);
    backward(y);
    backward(y);
    expect(x.gradient).toBe(6);
  });

  it('goes through 100,000 steps, and through 2^1000 paths', () => {
    const x = new Scalar(1);
    let chain = x;
    for (let i = 0; i < 1e5; i++) chain = scalars.add(chain, x);
    backward(chain);
    expect(x.gradient).toBe(1e5 + 1);
    let doubled = x;
    for (let i = 0; i < 1000; i++) doubled = scalars.add(doubled, doubled);
    backward(doubled);
    expect(x.gradient).toBe(2 ** 1000);
  });
});
