import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  add,
  cast,
  equal,
  exp,
  fullLike,
  matmul,
  mul,
  relu,
  sub,
  sum,
  type Tensor,
  tensor,
  where,
  zeros,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { countingBackend } from './counting-backend.testing.js';
import { grad } from './grad.js';
import { float64 } from './samples.testing.js';
import { Tape } from './tape.js';
import { vjp } from './vjp.js';
import { vjpTable } from './vjp-table.js';

function repeat(times: number, x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  let y = x;
  for (let i = 0; i < times; i++) y = f(y);
  return y;
}

describe('large graphs', () => {
  it('a chain of 100,000 operations does not overflow the stack', () => {
    expect(grad((x) => repeat(100_000, x, (y) => add(y, 1)))(float64(0)).item()).toBe(1);
  });

  it('nor does its second derivative', () => {
    const f = (x: Tensor): Tensor => repeat(20_000, mul(x, x), (y) => mul(y, 1));
    expect(grad((x) => grad(f)(x))(float64(3)).item()).toBe(2);
  });

  it('a value that is used 10,000 times collects 10,000 cotangents', () => {
    const f = (x: Tensor): Tensor => {
      const y = mul(x, 3);
      let total = y;
      for (let i = 1; i < 10_000; i++) total = add(total, y);
      return total;
    };
    expect(grad(f)(float64(1)).item()).toBe(30_000);
  });

  it('2^1000 paths from output to input are walked as 1000 nodes', () => {
    const f = (x: Tensor): Tensor => repeat(1000, x, (y) => mul(add(y, y), 0.5));
    expect(grad(f)(float64(1)).item()).toBe(1);
  });
});

describe('work, counted in kernels', () => {
  /** What a derivative of a program of n steps costs. */
  function cost(n: number, step: (y: Tensor, x: Tensor) => Tensor, order = 1): number {
    const backend = countingBackend();
    const x = tensor([1, 2, 3], { dtype: 'float64', backend });
    const f = (z: Tensor): Tensor => sum(repeat(n, z, (y) => step(y, z)));
    const df = order === 1 ? grad(f) : grad((z: Tensor) => sum(grad(f)(z)));
    return backend.during(() => df(x)).kernels;
  }

  it.each<[string, (y: Tensor, x: Tensor) => Tensor]>([
    ['a chain', (y) => exp(mul(y, 0.5))],
    ['a value used at every step', (y, x) => mul(y, x)],
    ['doubled paths', (y) => add(y, y)],
    ['a reduction at every step', (y, x) => add(sum(y), x)],
  ])('is linear in the size of the graph: %s', (_name, step) => {
    for (const order of [1, 2]) {
      const [a, b, c] = [cost(50, step, order), cost(100, step, order), cost(150, step, order)] as const;
      expect(c - b).toBe(b - a);
      expect(b).toBeGreaterThan(a);
    }
  });

  it('the backward pass of y = x w is one product, and none where the other operand is a constant', () => {
    const backend = countingBackend();
    const [x, w] = [tensor([1, 2], { backend }), tensor([3, 4], { backend })];
    const { output, pullback } = vjp((a) => mul(a, w), [x]);
    expect(backend.during(() => pullback(output)).kernels).toBe(1);
    const both = vjp(mul, [x, w]);
    expect(backend.during(() => both.pullback(output)).kernels).toBe(2);
  });

  it('a sum costs nothing backwards: its cotangent is a view', () => {
    const backend = countingBackend();
    const { output, pullback } = vjp(
      (x) => sum(x),
      [
        tensor(
          [
            [1, 2],
            [3, 4],
          ],
          { backend },
        ),
      ],
    );
    pullback(output);
    expect([...backend.counts]).toEqual([
      ['sum', 1],
      ['reshape', 1],
      ['expand', 1],
    ]);
  });

  it('nothing is computed for what the output does not depend on', () => {
    const backend = countingBackend();
    const x = tensor([1, 2], { backend });
    const { output, pullback } = vjp(
      (a, b) => {
        exp(mul(b, a));
        return exp(a);
      },
      [x, x],
    );
    expect(backend.during(() => pullback(output)).kernels).toBe(1);
  });
});

describe('what is recorded', () => {
  const recorded = (f: (x: Tensor) => unknown): number => {
    const tape = new Tape(vjpTable);
    const x = tape.watch(float64([1, 2]));
    f(x);
    return tape.length - 1;
  };
  const c = float64([3, 4]);

  it('an operation for each one that touches a variable', () => {
    expect(recorded((x) => exp(add(mul(x, c), 1)))).toBe(3);
  });

  it('nothing for operations on constants', () => {
    expect(recorded(() => exp(mul(c, c)))).toBe(0);
    expect(recorded((x) => mul(x, exp(exp(c))))).toBe(1);
  });

  it('nothing for comparisons, integers, and what is computed from them', () => {
    expect(recorded((x) => equal(x, c))).toBe(0);
    expect(recorded((x) => mul(cast(cast(x, 'int32'), 'float64'), 2))).toBe(0);
    expect(recorded((x) => where(equal(x, c), c, 1))).toBe(0);
  });

  it('nothing for views that change nothing', () => {
    expect(recorded((x) => cast(x.reshape([2]), 'float64'))).toBe(0);
  });

  it('nothing for zeros in the form of a variable', () => {
    expect(recorded((x) => mul(fullLike(x, 0), 2))).toBe(0);
  });

  it('nothing once the tape has stopped, and nothing is left when it is released', () => {
    const tape = new Tape(vjpTable);
    const x = tape.watch(float64(1));
    const y = mul(x, 2);
    tape.stop({ release: false });
    expect(mul(y, x).trace).toBeNull();
    expect(tape.length).toBe(2);
    tape.stop({ release: true });
    expect(tape.length).toBe(0);
  });

  it('on the tape of each level its own operations', () => {
    const outer = new Tape(vjpTable);
    const inner = new Tape(vjpTable);
    const x = outer.watch(float64(2));
    const y = inner.watch(x);
    const z = mul(y, y);
    mul(x, x);
    expect([outer.length, inner.length]).toEqual([3, 2]);
    expect(z.trace?.interpreter).toBe(inner);
    expect(z.trace?.primal.trace?.interpreter).toBe(outer);
    expect(z.trace?.primal.trace?.primal.trace).toBeNull();
  });
});

describe('what is kept between forward and backward pass', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  /** Lets go of what the running job keeps alive, and collects. */
  async function collectGarbage(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
  }

  /** A value of the forward pass, without the tape's trace, held weakly. */
  function weakly(x: Tensor): WeakRef<Tensor> {
    return new WeakRef(x.trace?.primal ?? x);
  }

  /** Which of the values named by `f` are alive while its pullback is. */
  async function keptBy(
    f: (x: Tensor, name: (label: string, x: Tensor) => Tensor) => Tensor,
  ): Promise<string[]> {
    const values = new Map<string, WeakRef<Tensor>>();
    const name = (label: string, x: Tensor): Tensor => {
      values.set(label, weakly(x));
      return x;
    };
    // Only the pullback stays: vjp's output is let go with this function's frame.
    const pullback = (() => vjp((x) => f(x, name), [zeros([2, 2])]).pullback)();
    await collectGarbage();
    const alive = [...values].filter(([, value]) => value.deref() !== undefined).map(([label]) => label);
    pullback(zeros([2, 2]));
    return alive;
  }

  // A last sum with a constant, so that the output, which vjp keeps, is none of the values in question.
  const end = (x: Tensor): Tensor => add(x, 1);

  it.each<[string, (a: Tensor) => Tensor, string[]]>([
    ['exp keeps its output only', (a) => exp(a), ['output']],
    ['tanh keeps its output only', (a) => a.tanh(), ['output']],
    ['relu keeps its output only', relu, ['output']],
    ['log keeps its input only', (a) => a.log(), ['input']],
    ['a product with a constant keeps the constant only', (a) => mul(a, 2), []],
    ['a square keeps its input', (a) => mul(a, a), ['input']],
    ['a sum keeps nothing', (a) => add(a, a), []],
    ['a difference keeps nothing', (a) => sub(1, a), []],
    ['a reduction keeps a shape', (a) => sum(a, { axis: 0, keepDims: true }).add(zeros([2, 2])), []],
    ['a transpose keeps nothing', (a) => a.transpose(), []],
    ['where keeps its condition', (a) => where(tensor([true, false]), a, 1), []],
    ['a matrix product with a constant keeps the constant only', (a) => matmul(a, zeros([2, 2])), []],
  ])('%s', async (_sentence, operation, expected) => {
    const kept = await keptBy((x, name) => end(name('output', operation(name('input', end(x))))));
    expect(kept.sort()).toEqual(expected);
  });

  it('after grad nothing is kept, not even by a tensor that leaked', async () => {
    let leaked: Tensor | undefined;
    const values: WeakRef<Tensor>[] = [];
    grad((x) => {
      const a = exp(x);
      leaked = exp(a);
      const b = exp(leaked);
      values.push(weakly(a), weakly(b));
      return sum(b);
    })(zeros([3]));
    await collectGarbage();
    expect(values.map((value) => value.deref())).toEqual([undefined, undefined]);
    expect(leaked?.shape).toEqual([3]);
  });

  it('nor after a loss that throws', async () => {
    let leaked: Tensor | undefined;
    const values: WeakRef<Tensor>[] = [];
    try {
      grad((x) => {
        const a = exp(x);
        leaked = a.log();
        values.push(weakly(a));
        throw new Error('stop');
      })(zeros([3]));
    } catch {
      // Thrown above.
    }
    await collectGarbage();
    expect(values.map((value) => value.deref())).toEqual([undefined]);
    expect(leaked?.shape).toEqual([3]);
  });
});
