import {
  add,
  asyncScope,
  exp,
  Generator,
  matmul,
  memory,
  mul,
  scope,
  sum,
  tanh,
  type Tensor,
  tensor,
  wait,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './check-gradients.js';
import { checkpoint } from './checkpoint.js';
import { countingBackend } from './counting-backend.testing.js';
import { grad, valueAndGrad } from './grad.js';
import { hessian, hvp } from './hessian.js';
import { jvp } from './jvp.js';
import { Parameter } from './parameter.js';
import { distance, float64, int32, normal } from './samples.testing.js';
import { trace } from './seeing/trace.js';
import { thrown } from './thrown.testing.js';
import { vjp } from './vjp.js';
import { vjpParameters } from './vjp-parameters.js';

const block = (x: Tensor): Tensor => exp(tanh(mul(x, tanh(x))));
const bits = (x: Tensor): readonly number[] => [...x.dataSync()];

/** The function as it is, and as a chain of checkpoints, some of them within others. */
const plain = (x: Tensor): Tensor => sum(mul(block(block(mul(block(x), 0.25))), x));
const checkpointed = (x: Tensor): Tensor => {
  const inner = checkpoint(block);
  const outer = checkpoint((y: Tensor) => block(inner(mul(y, 0.25))));
  return sum(mul(outer(inner(x)), x));
};

const one = float64(1);
const forward =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    jvp(f, [x], [one]).tangent;
const reverse =
  (f: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor =>
    grad(f)(x);

describe('a checkpoint changes no bit', () => {
  it('of the value and the gradient', () => {
    const x = normal([3]);
    const a = valueAndGrad(plain)(x);
    const b = valueAndGrad(checkpointed)(x);
    expect([b.value.item(), bits(b.gradients)]).toEqual([a.value.item(), bits(a.gradients)]);
  });

  it('of a derivative by one mode, or in forward mode over it, whatever the order', () => {
    const x = float64(0.7);
    for (const a of [forward, reverse]) {
      expect(a(checkpointed)(x).item()).toBe(a(plain)(x).item());
      expect(forward(a(checkpointed))(x).item()).toBe(forward(a(plain))(x).item());
      expect(forward(forward(a(checkpointed)))(x).item()).toBe(forward(forward(a(plain)))(x).item());
    }
  });

  it('of Hessians', () => {
    const x = normal([3]);
    expect(bits(hessian(checkpointed)(x))).toEqual(bits(hessian(plain)(x)));
    expect(bits(hvp(checkpointed)(x, x))).toEqual(bits(hvp(plain)(x, x)));
  });

  it('and where reverse mode is taken over derivatives, changes the order of sums alone', () => {
    const x = float64(0.7);
    for (const b of [forward, reverse]) {
      for (const c of [forward, reverse]) {
        const [third, expected] = [reverse(b(c(checkpointed)))(x).item(), reverse(b(c(plain)))(x).item()];
        // Some hundred roundings of numbers of size up to 10.
        expect(Math.abs(third - expected)).toBeLessThan(1000 * Number.EPSILON);
      }
    }
  });

  it('and agrees with differences', () => {
    expect(checkGradients((x) => checkpoint(block)(x), [normal([3])]).toString()).toMatch(/agree/);
  });

  it('around derivatives that are taken inside', () => {
    const gradient = (x: Tensor): Tensor => sum(mul(grad((y) => sum(block(y)))(x), x));
    const x = normal([3]);
    expect(bits(grad(checkpoint(gradient))(x))).toEqual(bits(grad(gradient)(x)));
    expect(bits(hessian(checkpoint(gradient))(x))).toEqual(bits(hessian(gradient)(x)));
    const moved = (x0: Tensor): Tensor => jvp(checkpoint(block), [x0], [x0]).tangent;
    const plainly = (x0: Tensor): Tensor => jvp(block, [x0], [x0]).tangent;
    expect(bits(grad((y) => sum(checkpoint(moved)(y)))(x))).toEqual(bits(grad((y) => sum(plainly(y)))(x)));
  });
});

describe('what is differentiated', () => {
  it('arguments, trees, and what the function closes over, on every level', () => {
    const f = (run: typeof checkpoint) => (x: Tensor, w: Tensor, v: Tensor) => {
      const { y, z } = run(({ a }: { a: Tensor }) => ({ y: mul(tanh(mul(a, w)), w), z: exp(mul(v, a)) }))({
        a: x,
      });
      return add(mul(y, v), z);
    };
    const asItIs = ((g: (tree: { a: Tensor }) => unknown) => g) as unknown as typeof checkpoint;
    const inputs = [normal([2]), normal([2]), normal([2])] as const;
    expect(checkGradients(f(checkpoint), inputs).toString()).toMatch(/agree/);
    const gradients = (g: (...xs: Tensor[]) => Tensor): number[][] =>
      vjp(g, [...inputs])
        .pullback(float64([1, 2]))
        .map((t) => [...t.dataSync()]);
    expect(gradients(f(checkpoint))).toEqual(gradients(f(asItIs)));
    // Closed over by a function that is differentiated by something else.
    const nested =
      (run: typeof checkpoint) =>
      (w: Tensor): Tensor =>
        grad((x) => sum(f(run)(x, w, x)))(inputs[0]).sum();
    // Sums of the same in another order: some dozen roundings of numbers of size up to 10.
    const bound = 100 * Number.EPSILON;
    expect(distance(grad(nested(checkpoint))(inputs[1]), grad(nested(asItIs))(inputs[1]))).toBeLessThan(
      bound,
    );
    const along = (run: typeof checkpoint, w: Tensor): Tensor => jvp(nested(run), [w], [w]).tangent;
    expect(along(checkpoint, inputs[1]).item()).toBe(along(asItIs, inputs[1]).item());
    const overForward =
      (run: typeof checkpoint) =>
      (w: Tensor): Tensor =>
        jvp((x) => sum(f(run)(x, w, w)), [inputs[0]], [inputs[2]]).tangent;
    expect(bits(grad(overForward(checkpoint))(inputs[1]))).toEqual(
      bits(grad(overForward(asItIs))(inputs[1])),
    );
    const closedTangent =
      (run: typeof checkpoint) =>
      (w: Tensor): Tensor =>
        jvp((x) => sum(f(run)(w, x, x)), [inputs[0]], [inputs[2]]).tangent;
    expect(bits(grad(closedTangent(checkpoint))(inputs[1]))).toEqual(
      bits(grad(closedTangent(asItIs))(inputs[1])),
    );
  });

  it('parameters, which hold other tensors by the time that the function runs again', () => {
    const [w, b] = [new Parameter(normal([2, 2])), new Parameter(normal([2]))];
    const x = normal([3, 2]);
    const layer = (y: Tensor): Tensor => tanh(add(matmul(y, w.value), b.value));
    const loss = (f: (y: Tensor) => Tensor) => (): Tensor => sum(f(f(x)));
    const run = (f: (y: Tensor) => Tensor): number[][] =>
      valueAndGrad(loss(f), [w, b]).gradients.map((g) => [...g.dataSync()]);
    expect(run(checkpoint(layer))).toEqual(run(layer));
    expect(run(checkpoint((y: Tensor) => checkpoint(layer)(y)))).toEqual(run(layer));

    const expected = run(layer);
    const { pullback } = vjpParameters(loss(checkpoint(layer)), [w, b]);
    const own = w.value;
    // A step has been made before the pullback is called.
    w.value = mul(own, 2);
    expect(pullback(one).map((g) => [...g.dataSync()])).toEqual(expected);
    expect(bits(w.value)).toEqual(bits(mul(own, 2)));
  });

  it('an argument that is handed back, a constant, and integers', () => {
    const f = checkpoint((x: Tensor) => [x, float64(7), int32(3), mul(x, 2)] as const);
    const run = (x: Tensor): Tensor => {
      const [a, b, c, d] = f(x);
      return add(mul(a, mul(b, c)), d);
    };
    expect(grad(run)(one).item()).toBe(23);
    expect(jvp(run, [one], [one]).tangent.item()).toBe(23);
    expect(grad((x) => grad((y) => mul(run(y), run(y)))(x))(one).item()).toBe(2 * 23 * 23);
  });

  it('a pullback that runs a block again, within a block of its own', () => {
    const { pullback } = vjp(checkpoint(block), [one]);
    const [expected] = pullback(one);
    const around = checkpoint((u: Tensor) => pullback(u)[0]);
    expect(around(one).item()).toBe(expected.item());
    expect(grad((u) => around(u))(one).item()).toBe(expected.item());
    expect(jvp((u: Tensor) => around(u), [one], [one]).tangent.item()).toBe(expected.item());
  });

  it('nothing, where nothing is: the function runs once', () => {
    const backend = countingBackend();
    const x = tensor([1, 2], { backend });
    const f = checkpoint(block);
    expect(backend.during(() => f(x)).kernels).toBe(4);
    expect(backend.during(() => grad((y) => sum(mul(y, f(x))))(x)).kernels).toBe(4 + 2 + 3);
  });
});

describe('what is kept and what it costs', () => {
  it('the backward pass runs the function once more, and no more often for checkpoints within it', () => {
    const backend = countingBackend();
    const x = tensor([1, 2], { backend });
    const cost = (f: (y: Tensor) => Tensor): number =>
      backend.during(() => grad((y) => sum(f(y)))(x)).kernels;
    const forwardKernels = 4;
    expect(cost(checkpoint(block)) - cost(block)).toBe(forwardKernels);
    // Inner ones are run a third time: in the pass, in the outer one's second run, and in their own.
    expect(cost(checkpoint((y: Tensor) => checkpoint(block)(y))) - cost(block)).toBe(2 * forwardKernels);
  });

  it('is run as often as it is asked for by a pullback that is called again', () => {
    let runs = 0;
    const { pullback } = vjp(
      checkpoint((x: Tensor) => {
        runs += 1;
        return block(x);
      }),
      [one],
    );
    const [a] = pullback(one);
    const [b] = pullback(one);
    expect([runs, b.item()]).toEqual([3, a.item()]);
  });

  it('a chain of 1,000 checkpoints, and checkpoints 100 deep', () => {
    const f = checkpoint((x: Tensor) => mul(x, 1.001));
    const chain = (x: Tensor): Tensor => Array.from({ length: 1000 }).reduce((y: Tensor) => f(y), x);
    expect(grad(chain)(one).item()).toBeCloseTo(1.001 ** 1000, 12);
    const deep = (n: number, x: Tensor): Tensor =>
      n === 0 ? mul(x, x) : checkpoint((y: Tensor) => deep(n - 1, y))(x);
    expect(grad((x) => deep(8, x))(one).item()).toBe(2);
  });

  /** What a matrix of 64 by 64 occupies. */
  const size = scope(() => {
    const before = memory().backends['wasm']?.bytes ?? 0;
    new Generator(1).normal([64, 64]).mul(2);
    return (memory().backends['wasm']?.bytes ?? 0) - before;
  });

  it('keeps linear memory for the results of a block alone, in a step that is a scope', () => {
    const x = new Generator(1).normal([64, 64]);
    const held = (f: (y: Tensor) => Tensor): { between: number; gradient: readonly number[] } =>
      scope(() => {
        const before = memory().backends['wasm']?.bytes ?? 0;
        const { pullback, output } = vjp((y) => f(f(f(y))), [x]);
        const between = (memory().backends['wasm']?.bytes ?? 0) - before;
        return { between, gradient: bits(pullback(output)[0]) };
      });
    const kept = held(checkpoint(block));
    const all = held(block);
    expect(kept.gradient).toEqual(all.gradient);
    // One tensor for each block, and one for each operation.
    expect([kept.between, all.between]).toEqual([3 * size, 3 * 4 * size]);
  });

  it('frees what the second run makes as soon as it is done with', () => {
    const x = new Generator(1).normal([64, 64]);
    const f = checkpoint(block);
    scope(() => {
      const { pullback, output } = vjp((y) => f(y), [x]);
      const before = memory().backends['wasm']?.bytes ?? 0;
      pullback(output);
      // What stays is the cotangent.
      expect((memory().backends['wasm']?.bytes ?? 0) - before).toBe(size);
    });
  });

  it('what an enclosing scope has freed is still there for the second run', () => {
    const x = new Generator(1).normal([64, 64]);
    const f = (run: typeof checkpoint) => (y: Tensor) =>
      scope(() => {
        const c = mul(tanh(y), 2);
        const d = x.mul(0.5);
        return run((z: Tensor) => mul(mul(z, d), c))(y);
      });
    const asItIs = ((g: unknown) => g) as typeof checkpoint;
    const gradient = (run: typeof checkpoint): readonly number[] =>
      scope(() => bits(grad((y) => sum(f(run)(y)))(x)));
    expect(gradient(checkpoint)).toEqual(gradient(asItIs));
  });

  it('in an asynchronous scope, the function itself being synchronous', async () => {
    const x = new Generator(1).normal([64, 64]);
    const result = await asyncScope(function* () {
      const { pullback, output } = vjp((y) => checkpoint(block)(y), [x]);
      yield* wait(Promise.resolve());
      return pullback(output)[0];
    });
    expect(bits(result)).toEqual(bits(vjp(block, [x]).pullback(block(x))[0]));
  });
});

describe('what is refused', () => {
  it('a function that returns no tensor, or a promise', () => {
    expect(thrown(() => checkpoint((_: Tensor) => 3 as unknown as Tensor)(one))).toMatchObject({
      name: 'DTypeError',
      operation: 'checkpoint',
      got: 'number',
    });
    const later = checkpoint((_: Tensor) => Promise.resolve(one) as unknown as Tensor);
    expect(thrown(() => later(one)).message).toMatch(/a function that is done when it returns/);
  });

  it('one that gives fewer tensors the second time', () => {
    let runs = 0;
    const f = checkpoint((x: Tensor) => {
      runs += 1;
      return runs === 1 ? [exp(x), exp(x)] : [exp(x)];
    });
    expect(thrown(() => grad((x) => sum(f(x)[1] as Tensor))(one))).toMatchObject({
      name: 'ConfigError',
      operation: 'checkpoint',
      expected: 'a function that gives 2 tensors again',
      got: '1',
    });
  });
});

it('is seen through by trace, inside and outside of a derivative', () => {
  const names = (f: (x: Tensor) => Tensor): string[] =>
    trace((x: Tensor) => f(x))(one).nodes.map(({ primitive }) => primitive);
  expect(names(checkpoint(block))).toEqual(['tanh', 'mul', 'tanh', 'exp']);
  expect(names((x) => grad(checkpoint(block))(x)).filter((name) => name === 'exp')).toHaveLength(2);
  const inside = (x: Tensor): Tensor => {
    let count = 0;
    trace((y: Tensor) => {
      count = 1;
      return checkpoint(block)(y);
    })(x);
    return mul(x, count);
  };
  expect(grad(inside)(one).item()).toBe(1);
});
