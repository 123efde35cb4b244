import {
  add,
  cast,
  crossEntropy,
  div,
  exp,
  expand,
  expm1,
  gather,
  log,
  logSoftmax,
  matmul,
  max,
  mul,
  pow,
  relu,
  reshape,
  scatterAdd,
  softmax,
  sqrt,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
  where,
  zeros,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from './grad.js';
import { distance, float64, int32, normal } from './samples.testing.js';
import { vjp } from './vjp.js';

/** The gradient of the sum of a function's elements, as nested arrays. */
function slope(f: (x: Tensor) => Tensor, x: Tensor): unknown {
  return grad((y) => sum(f(y)))(x).toArray();
}

const eps = Number.EPSILON;

describe('at kinks and ties', () => {
  it("relu' at 0 is 0", () => {
    expect(slope(relu, float64([-1, 0, -0, 2]))).toEqual([0, 0, 0, 1]);
  });

  it('max shares its cotangent evenly among ties', () => {
    expect(
      slope(
        (x) => max(x, { axis: -1 }),
        float64([
          [1, 3, 3],
          [2, 2, 2],
          [5, 1, 0],
        ]),
      ),
    ).toEqual([
      [0, 1 / 2, 1 / 2],
      [1 / 3, 1 / 3, 1 / 3],
      [1, 0, 0],
    ]);
  });

  it('max gives it to the NaN, if that is the maximum, not to nobody', () => {
    expect(slope((x) => max(x), float64([1, Number.NaN, 3]))).toEqual([0, 1, 0]);
  });

  it('expm1 keeps the digits of e^x where its value is next to -1', () => {
    const [gradient] = grad((x) => sum(expm1(x)))(float64([-40])).dataSync();
    expect(gradient).toBe(Math.exp(-40));
  });

  it('max shares among ties over several axes', () => {
    expect(
      slope(
        (x) => max(x),
        float64([
          [4, 0],
          [4, 1],
        ]),
      ),
    ).toEqual([
      [1 / 2, 0],
      [1 / 2, 0],
    ]);
  });
});

describe('the branch that where does not take', () => {
  it('receives nothing, not even where it is NaN or infinite', () => {
    const c = tensor([true, false, true]);
    const { pullback } = vjp(
      (a, b) => where(c, a, b),
      [float64([1, Number.NaN, 3]), float64([Infinity, 5, Number.NaN])],
    );
    expect(pullback(float64([1, 1, 1])).map((g) => g.toArray())).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
  });

  it('keeps the pole of a logarithm out when the argument is guarded too', () => {
    const safeLog = (x: Tensor): Tensor => {
      const isZero = tensor([true, false]);
      return where(isZero, 0, log(where(isZero, 1, x)));
    };
    expect(slope(safeLog, float64([0, 2]))).toEqual([0, 0.5]);
  });
});

describe('powers at 0', () => {
  it('d(a^b)/da is b a^(b-1): 0 for b = 2, 1 for b = 1, infinite for b = 1/2', () => {
    expect(slope((b) => pow(b, float64([2, 1, 0.5])), float64([0, 0, 0]))).toEqual([0, 1, Infinity]);
  });

  it('a^0 is 1 for every a, and so has derivative 0 even at a = 0', () => {
    expect(slope((a) => pow(a, 0), float64([0, 2]))).toEqual([0, 0]);
  });

  it('d(a^b)/db at a = 0 is the limit 0 for b > 0, and minus infinity for b < 0', () => {
    expect(slope((b) => pow(float64([0, 0]), b), float64([2, -1]))).toEqual([0, -Infinity]);
  });

  it('the second derivative of a^2 at 0 is 2, of a^1 is 0', () => {
    const second = (b: number): unknown => slope((a) => grad((y) => sum(pow(y, b)))(a), float64([0, 3]));
    expect(second(2)).toEqual([2, 2]);
    expect(second(1)).toEqual([0, 0]);
  });

  it('d2(a^b)/da db at b = 0 is 1/a', () => {
    const mixed = grad((b: Tensor) => grad((a: Tensor, c: Tensor) => pow(a, c))(float64(4), b))(float64(0));
    expect(mixed.item()).toBe(1 / 4);
  });
});

describe('infinite slopes', () => {
  it('sqrt has slope Infinity at 0', () => {
    expect(slope(sqrt, float64([0, 4]))).toEqual([Infinity, 1 / 4]);
  });
});

describe('adjoints', () => {
  const inner = (a: Tensor, b: Tensor): number => sum(mul(a, b)).item();

  it('gather and scatterAdd are adjoint: <gather x, g> = <x, scatterAdd g>', () => {
    const x = normal([4, 3]);
    const indices = int32([
      [0, 3, 3],
      [2, 0, 3],
    ]);
    const g = normal([2, 3]);
    const back = vjp((y) => gather(y, indices, 0), [x]).pullback(g)[0] as Tensor;
    expect(inner(gather(x, indices, 0), g)).toBeCloseTo(inner(x, back), 13);
    expect(back.toArray()).toEqual(scatterAdd(zeros([4, 3], { dtype: 'float64' }), indices, g, 0).toArray());
  });

  it('a class that is gathered twice receives both cotangents', () => {
    expect(slope((x) => gather(x, int32([1, 1, 0]), 0), float64([5, 6, 7]))).toEqual([1, 2, 0]);
  });

  it('sum and expand are adjoint', () => {
    expect(slope((x) => expand(x, [3, 2]), float64([1, 2]))).toEqual([3, 3]);
  });

  it('<G, A B> moves to either side: <G Bᵀ, A> = <Aᵀ G, B>', () => {
    const a = normal([2, 3]);
    const b = normal([3, 4]);
    const g = normal([2, 4]);
    const [ga, gb] = vjp(matmul, [a, b]).pullback(g) as [Tensor, Tensor];
    const value = inner(g, matmul(a, b));
    // 24 products of size up to 10, in another order.
    expect(Math.abs(inner(ga, a) - value)).toBeLessThan(240 * eps);
    expect(Math.abs(inner(gb, b) - value)).toBeLessThan(240 * eps);
  });
});

describe('softmax and cross-entropy', () => {
  const logits = normal([5, 4], 3);
  const rowSums = (x: Tensor): number => distance(sum(x, { axis: -1 }), zeros([5]));

  it('each row of the gradient of softmax cross-entropy sums to 0', () => {
    const gradient = grad((z) => crossEntropy(z, int32([0, 1, 2, 3, 0])))(logits);
    expect(rowSums(gradient)).toBeLessThan(4 * eps);
  });

  it('it is softmax - indicator, over the number of rows', () => {
    const gradient = grad((z) => crossEntropy(z, int32([1])))(float64([[0, 0]]));
    expect(distance(gradient, float64([[0.5, -0.5]]))).toBeLessThan(eps);
  });

  it('each row of a logit gradient of log-softmax sums to 0, whatever the cotangent', () => {
    const [gradient] = vjp((z) => logSoftmax(z), [logits]).pullback(normal([5, 4]));
    expect(rowSums(gradient as Tensor)).toBeLessThan(40 * eps);
  });

  it('the gradient of log-sum-exp is a probability vector: the softmax', () => {
    const logSumExp = (z: Tensor): Tensor => {
      const top = max(z, { axis: -1, keepDims: true });
      return add(log(sum(exp(sub(z, top)), { axis: -1, keepDims: true })), top);
    };
    const gradient = grad((z) => sum(logSumExp(z)))(logits);
    expect(distance(gradient, softmax(logits))).toBeLessThan(8 * eps);
    expect(Math.min(...gradient.dataSync())).toBeGreaterThan(0);
    expect(distance(sum(gradient, { axis: -1 }), float64([1, 1, 1, 1, 1]))).toBeLessThan(8 * eps);
  });

  it('a masked class (logit -Infinity) has gradient 0, at order 2 as well', () => {
    const z = float64([[1, Number.NEGATIVE_INFINITY, 2]]);
    const loss = (x: Tensor): Tensor => crossEntropy(x, int32([0]));
    const first = grad(loss)(z);
    // 0 + -0 is 0: the sign of no gradient says nothing.
    const second = add(grad((x) => sum(mul(grad(loss)(x), float64([[1, 2, 3]]))))(z), 0);
    expect(first.toArray()).toEqual([[expect.any(Number), 0, expect.any(Number)]]);
    expect(second.toArray()).toEqual([[expect.any(Number), 0, expect.any(Number)]]);
    for (const x of [...first.dataSync(), ...second.dataSync()]) expect(x).not.toBeNaN();
  });
});

describe('dtypes', () => {
  const single = tensor([1.5, 2.5]);
  const double = float64([0.1, 0.2]);

  it.each<[string, (a: Tensor, b: Tensor) => Tensor]>([
    ['add', add],
    ['sub', sub],
    ['mul', mul],
    ['div', div],
    ['pow', pow],
    ['where', (a, b) => where(tensor([true, false]), a, b)],
    ['matmul', (a, b) => matmul(reshape(a, [1, 2]), reshape(b, [2, 1]))],
  ])("%s of float32 and float64: each cotangent comes back in its argument's dtype", (_name, f) => {
    const { output, pullback } = vjp(f, [single, double]);
    expect(output.dtype).toBe('float64');
    expect(pullback(output).map((g) => g.dtype)).toEqual(['float32', 'float64']);
  });

  it('a cast passes the cotangent on in the other precision', () => {
    const gradient = grad((x) => sum(mul(cast(x, 'float64'), double)))(single);
    expect(gradient.dtype).toBe('float32');
    expect(gradient.toArray()).toEqual([Math.fround(0.1), Math.fround(0.2)]);
  });

  it('nothing passes through an integer', () => {
    expect(slope((x) => cast(cast(x, 'int32'), 'float64'), double)).toEqual([0, 0]);
    expect(slope((x) => mul(x, cast(cast(x, 'int32'), 'float64')), float64([2.5]))).toEqual([2]);
  });

  it('integers beside a float keep their value as a factor', () => {
    expect(slope((x) => mul(x, int32([2, 3])), double)).toEqual([2, 3]);
  });
});

describe('views', () => {
  it('the cotangents of a tensor and of its transpose add up', () => {
    // sum(x xᵀ) has gradient 2 (column sums).
    const x = float64([
      [1, 2],
      [3, 4],
    ]);
    expect(slope((y) => matmul(y, transpose(y)), x)).toEqual([
      [8, 12],
      [8, 12],
    ]);
    expect(slope((y) => mul(y, transpose(y)), x)).toEqual([
      [2, 6],
      [4, 8],
    ]);
  });

  it('sums of a reshaped transpose', () => {
    const weights = float64([1, 2, 3, 4, 5, 6]);
    const f = (x: Tensor): Tensor => mul(reshape(transpose(x), [6]), weights);
    expect(
      slope(
        f,
        float64([
          [0, 0, 0],
          [0, 0, 0],
        ]),
      ),
    ).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
  });
});
