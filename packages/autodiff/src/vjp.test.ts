import { add, DTypeError, gather, mul, neg, ShapeError, sum, type Tensor, tensor } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { grad } from './grad.js';
import { Parameter } from './parameter.js';
import { programs } from './random-programs.testing.js';
import { distance, float64, int32, normal } from './samples.testing.js';
import { vjp } from './vjp.js';
import { vjpParameters } from './vjp-parameters.js';

describe('the pullback', () => {
  it('multiplies a vector with the Jacobian from the left', () => {
    const matrix = float64([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const { output, pullback } = vjp(
      (x) => matrix.matmul(x.reshape([3, 1])).reshape([2]),
      [float64([1, 1, 1])],
    );
    expect(output.toArray()).toEqual([6, 15]);
    expect(pullback(float64([1, 0])).map((g) => g.toArray())).toEqual([[1, 2, 3]]);
    expect(pullback(float64([0, 1])).map((g) => g.toArray())).toEqual([[4, 5, 6]]);
  });

  it('may be called repeatedly, with the same answer', () => {
    const { pullback } = vjp((x) => x.exp().mul(x).tanh(), [normal([3])]);
    const u = normal([3]);
    const first = pullback(u)[0] as Tensor;
    pullback(normal([3]));
    expect(distance(pullback(u)[0] as Tensor, first)).toBe(0);
  });

  it('can be differentiated with respect to the cotangent', () => {
    const { pullback } = vjp((x) => mul(x, x), [float64([3, 4])]);
    expect(grad((u) => sum(pullback(u)[0] as Tensor))(float64([1, 1])).toArray()).toEqual([6, 8]);
  });

  it('answers 0 where the output does not depend on an input, and everywhere if it is a constant', () => {
    const { pullback } = vjp((a, _b) => a, [float64(1), tensor([1, 2])]);
    expect(pullback(float64(3)).map((g) => [g.toArray(), g.dtype])).toEqual([
      [3, 'float64'],
      [[0, 0], 'float32'],
    ]);
    expect(
      vjp((_) => float64(2), [float64([1])])
        .pullback(float64(1))
        .map((g) => g.toArray()),
    ).toEqual([[0]]);
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ['the identity', (x) => x],
    ['a product', (x) => mul(x, 2)],
    ['an indexed one', (x) => gather(x, int32([0, 1]), 0)],
  ])("a cotangent of another dtype comes back in the argument's: %s", (_name, f) => {
    const { pullback } = vjp(f, [tensor([1, 2])]);
    for (const u of [float64([1, 1]), int32([1, 1]), tensor([true, true])]) {
      const [g] = pullback(u) as [Tensor];
      expect(g.dtype).toBe('float32');
      expect(g.toArray()).toEqual(f(tensor([1, 1])).toArray());
    }
  });

  it('one tensor given twice is two variables', () => {
    const x = float64(3);
    expect(
      vjp(mul, [x, x])
        .pullback(float64(1))
        .map((g) => g.item()),
    ).toEqual([3, 3]);
  });

  it('an output that is an input, or used twice', () => {
    expect(
      vjp((x) => add(x, x), [float64(1)])
        .pullback(float64(1))
        .map((g) => g.item()),
    ).toEqual([2]);
  });
});

describe('errors', () => {
  it('a cotangent of the wrong shape', () => {
    const { pullback } = vjp(neg, [float64([1, 2])]);
    expect(() => pullback(float64(1))).toThrow(ShapeError);
    expect(() => pullback(float64(1))).toThrow("vjp: expected a cotangent of the output's shape [2]; got []");
  });

  it('an integer input would have an integer, that is a wrong, gradient', () => {
    expect(() => vjp((x) => mul(x, 0.5), [int32(3)])).toThrow(DTypeError);
  });

  it('an integer output', () => {
    expect(() => vjp(() => int32(3), [float64(1)])).toThrow(DTypeError);
  });

  it('a function that throws leaves no variables behind', () => {
    let kept = float64(0);
    expect(() =>
      vjp(
        (x) => {
          kept = x;
          throw new RangeError('inside');
        },
        [float64(1)],
      ),
    ).toThrow(RangeError);
    expect(mul(kept, 2).trace).toBeNull();
  });
});

describe('vjpParameters', () => {
  it('carries a cotangent of the output to what is in the parameters, and puts them back', () => {
    const w = new Parameter(float64([2, 3]));
    const own = w.value;
    const x = float64([5, 7]);
    const { output, pullback } = vjpParameters(() => mul(w.value, x), [w, w]);
    expect(w.value).toBe(own);
    expect(output.toArray()).toEqual([10, 21]);
    expect(pullback(float64([1, 10])).map((g) => g.toArray())).toEqual([
      [5, 70],
      [5, 70],
    ]);
  });

  it('puts them back when the function throws', () => {
    const w = new Parameter(float64(2));
    const own = w.value;
    expect(() =>
      vjpParameters(() => {
        throw new Error('inside');
      }, [w]),
    ).toThrow('inside');
    expect(w.value).toBe(own);
  });
});

describe('random programs', () => {
  const settings = { seed: 7, numRuns: 40 };
  const point = (): Tensor[] => [normal([2, 3]), normal([2, 3])];
  // Each of up to 8 steps amplifies a relative rounding error by a few units and adds its own.
  const tolerance = 1000 * Number.EPSILON;
  const close = (a: Tensor, b: Tensor): void => {
    const size = Math.max(1, distance(a, mul(a, 0)), distance(b, mul(b, 0)));
    expect(distance(a, b)).toBeLessThan(tolerance * size);
  };

  it('differentiate right, to order 2', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const report = checkGradients(program.run, point(), { directions: 1 });
        expect(report.toString()).toMatch(/agree/);
      }),
      settings,
    );
  });

  it('have pullbacks that are linear in the cotangent', () => {
    fc.assert(
      fc.property(programs, fc.double({ min: -3, max: 3, noNaN: true }), (program, factor) => {
        const { pullback } = vjp(program.run, point());
        const [u, v] = [normal([2, 3]), normal([2, 3])];
        const ofSum = pullback(add(mul(u, factor), v));
        const ofEach = [pullback(u), pullback(v)] as const;
        for (const [i, g] of ofSum.entries()) {
          close(g, add(mul(ofEach[0][i] as Tensor, factor), ofEach[1][i] as Tensor));
        }
      }),
      settings,
    );
  });

  it('have mixed partial derivatives that commute', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const [a, b] = point() as [Tensor, Tensor];
        const [u, v] = [normal([2, 3]), normal([2, 3])];
        const f = (x: Tensor, y: Tensor): Tensor => sum(program.run(x, y));
        const alongB = (x: Tensor): Tensor => sum(mul(grad((y: Tensor) => f(x, y))(b), v));
        const alongA = (y: Tensor): Tensor => sum(mul(grad((x: Tensor) => f(x, y))(a), u));
        close(sum(mul(grad(alongB)(a), u)), sum(mul(grad(alongA)(b), v)));
      }),
      settings,
    );
  });

  it('compute the same value with and without a tape', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const inputs = point();
        expect(distance(vjp(program.run, inputs).output, program.run(...inputs))).toBe(0);
      }),
      settings,
    );
  });
});
