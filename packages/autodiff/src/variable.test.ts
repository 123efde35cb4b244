import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  add,
  ConfigError,
  exp,
  Generator,
  matmul,
  memory,
  mul,
  relu,
  scope,
  sum,
  type Tensor,
  tensor,
} from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpoint } from './checkpoint.js';
import { countingBackend } from './counting-backend.testing.js';
import { customVjp } from './custom-vjp.js';
import { grad, valueAndGrad } from './grad.js';
import { hvp } from './hessian.js';
import { jvp } from './jvp.js';
import { Parameter } from './parameter.js';
import { programs } from './random-programs.testing.js';
import { float64, int32, normal } from './samples.testing.js';
import { stopGradient } from './stop-gradient.js';
import { thrown } from './thrown.testing.js';
import { detachVariable, variable } from './variable.js';
import { zeroGrad } from './zero-grad.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Lets go of what the running job keeps alive, and collects. */
async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  collect();
}

const gradOf = (x: Tensor): unknown => x.grad?.toArray() ?? null;

describe('backward()', () => {
  it('adds the derivative to the gradient of each variable, and to nothing else', () => {
    const [w, v, c] = [variable(float64([1, 2])), variable(float64([3, 4])), float64([5, 6])];
    const unused = variable(float64(7));
    const product = mul(w, v);
    sum(mul(product, c)).backward();
    expect([w, v, c, unused, product].map(gradOf)).toEqual([[15, 24], [5, 12], null, null, null]);
    sum(w).backward();
    expect([w, v].map(gradOf)).toEqual([
      [16, 25],
      [5, 12],
    ]);
    zeroGrad({ w, rest: [v] });
    expect([w, v].map(gradOf)).toEqual([null, null]);
  });

  it('gives the bits of grad, whatever the program', () => {
    const inputs = [normal([2, 3]), normal([2, 3])] as const;
    fc.assert(
      fc.property(programs, ({ run }) => {
        const expected = grad(([a, b]: readonly [Tensor, Tensor]) => sum(run(a, b)))(inputs);
        const variables = inputs.map((x) => variable(x));
        const loss = sum(run(...variables));
        if (loss.trace === null) return;
        loss.backward();
        for (const [i, v] of variables.entries()) {
          expect([...(v.grad?.dataSync() ?? [0, 0, 0, 0, 0, 0])]).toEqual([
            ...(expected[i] as Tensor).dataSync(),
          ]);
        }
      }),
    );
  });

  it('of what is not a scalar takes a cotangent', () => {
    const w = variable(float64([1, 2]));
    mul(w, w).backward({ cotangent: float64([1, 10]) });
    expect(gradOf(w)).toEqual([2, 40]);
  });

  it('of a variable itself is 1, and the gradient has its dtype', () => {
    const w = variable(tensor(3));
    w.backward();
    expect([w.grad?.item(), w.grad?.dtype]).toEqual([1, 'float32']);
    mul(w, float64(2)).backward();
    expect([w.grad?.item(), w.grad?.dtype]).toEqual([3, 'float32']);
  });

  it('walks a chain of 100,000 operations, and a value that is used 10,000 times', () => {
    const w = variable(float64(1));
    let y = w;
    for (let i = 0; i < 100_000; i++) y = add(y, 1);
    y.backward();
    expect(gradOf(w)).toBe(1);
    let total = mul(w, 3);
    const used = total;
    for (let i = 1; i < 10_000; i++) total = add(total, used);
    total.backward();
    expect(gradOf(w)).toBe(30_001);
  });

  it('passes each operation once: 2^1000 paths are 2000 nodes', () => {
    const w = variable(float64(1));
    let y = w;
    for (let i = 0; i < 1000; i++) y = mul(add(y, y), 0.5);
    y.backward();
    expect(gradOf(w)).toBe(1);
  });

  it('does as much as grad, and nothing for what the loss does not depend on', () => {
    const backend = countingBackend();
    const x = tensor([1, 2], { backend });
    const f = (y: Tensor): Tensor => sum(mul(exp(y), y));
    const expected = backend.during(() => grad(f)(x)).kernels;
    const work = (): void => {
      const w = variable(x);
      const loss = f(w);
      exp(w);
      loss.backward();
    };
    expect(backend.during(work).kernels).toBe(expected + 1);
  });
});

describe('what was recorded', () => {
  it('is let go by backward(): a second one says so', () => {
    const w = variable(float64([1, 2]));
    const square = mul(w, w);
    const loss = sum(square);
    loss.backward();
    for (const again of [loss, sum(square), sum(mul(square, w))]) {
      const error = thrown(() => again.backward());
      expect(error).toBeInstanceOf(ConfigError);
      expect(error).toMatchObject({
        operation: 'backward',
        expected: 'what was recorded on the way to this tensor',
      });
      expect(error.message).toMatch(/retainGraph: true/);
    }
    // And adds nothing.
    expect(gradOf(w)).toEqual([2, 4]);
  });

  it('is kept by { retainGraph: true }', () => {
    const w = variable(float64([1, 2]));
    const loss = sum(mul(w, w));
    loss.backward({ retainGraph: true });
    loss.backward();
    expect(gradOf(w)).toEqual([4, 8]);
    expect(() => loss.backward()).toThrow(ConfigError);
  });

  it('two losses with a common part are summed, or keep it', () => {
    const w = variable(float64([1, 2]));
    const common = mul(w, w);
    sum(common).backward({ retainGraph: true });
    sum(mul(common, 10)).backward();
    expect(gradOf(w)).toEqual([22, 44]);
  });

  it('is gone when no tensor leads to it, without any backward()', async () => {
    const w = variable(float64([1, 2]));
    const made = (() => {
      const y = exp(w);
      mul(y, y);
      return [new WeakRef(y), new WeakRef(y.trace?.primal as Tensor)];
    })();
    await collectGarbage();
    expect(made.map((ref) => ref.deref())).toEqual([undefined, undefined]);
  });

  it('holds residuals until backward(), and none after it, though the loss is still there', async () => {
    const w = variable(float64([1, 2]));
    const { loss, residual } = (() => {
      const y = exp(w);
      return { loss: sum(exp(y)), residual: new WeakRef(y.trace?.primal as Tensor) };
    })();
    await collectGarbage();
    expect(residual.deref()).toBeDefined();
    loss.backward();
    await collectGarbage();
    expect(residual.deref()).toBeUndefined();
    expect(loss.item()).toBeGreaterThan(0);
  });
});

describe('a backward pass lets go of residuals as it goes', () => {
  it('what the last operations kept is gone when it comes to the first', async () => {
    const w = variable(float64([1, 2]));
    const residuals: WeakRef<Tensor>[] = [];
    let alive: boolean[] = [];
    const look = customVjp(
      (x: Tensor) => x,
      () => (g) => {
        collect();
        alive = residuals.map((ref) => ref.deref() !== undefined);
        return [g];
      },
    );
    const loss = (() => {
      const first = exp(w);
      let y = exp(look(first));
      residuals.push(new WeakRef(first.trace?.primal as Tensor), new WeakRef(y.trace?.primal as Tensor));
      y = exp(y);
      residuals.push(new WeakRef(y.trace?.primal as Tensor));
      return sum(mul(y, y));
    })();
    await collectGarbage();
    expect(residuals.every((ref) => ref.deref() !== undefined)).toBe(true);
    await collectGarbage();
    loss.backward();
    // exp keeps its output: that of the first is still to be used.
    expect(alive).toEqual([true, false, false]);
  });
});

describe('a step that is a scope', () => {
  const weights = (): Tensor => new Generator(1).normal([64, 64]);
  const held = (): number => memory().backends['wasm']?.bytes ?? 0;

  it('leaves the gradients, and nothing else', () => {
    const w = variable(weights());
    const before = held();
    const run = (): void => {
      scope(() => sum(relu(matmul(w, w))).backward());
    };
    run();
    const gradient = w.grad as Tensor;
    expect(gradient.isDisposed).toBe(false);
    gradient.dispose();
    zeroGrad(w);
    run();
    w.grad?.dispose();
    expect(held()).toBe(before);
  });

  it('frees what it makes on the way at the end of backward()', () => {
    const w = variable(weights());
    scope(() => {
      const loss = sum(exp(exp(exp(w))));
      const before = held();
      loss.backward();
      // Nor does the gradient, which is kept, occupy any of what scopes free.
      expect(held()).toBe(before);
    });
  });

  it('holds what derivatives inside it need: a gradient penalty, a checkpoint in a gradient', () => {
    const x = float64([3, 4]);
    const penalty = (w: Tensor): Tensor => {
      const g = grad((y) => sum(exp(mul(exp(mul(y, w)).tanh(), w))))(x);
      const h = grad((y) => sum(checkpoint((z: Tensor) => mul(exp(z.tanh()), w))(y)))(x);
      return sum(mul(g, h));
    };
    const expected = grad(penalty)(float64([1, 2])).toArray();
    const w = variable(float64([1, 2]));
    scope(() => {
      penalty(w).backward();
    });
    const found = w.grad?.toArray() as number[];
    // Some dozen roundings of numbers of size up to 100, in another order.
    for (const [i, g] of (expected as number[]).entries()) {
      expect(Math.abs(g - (found[i] as number))).toBeLessThan(1000 * 100 * Number.EPSILON);
    }
  });

  it('ends what was recorded in it: backward() outside is refused, as what it needs is freed', () => {
    const w = variable(weights());
    const loss = scope(() => sum(exp(exp(w))));
    expect(thrown(() => loss.backward())).toMatchObject({ name: 'DisposedError', freedBy: 'scope' });
  });
});

describe('together with transformations', () => {
  it('derivatives inside are recorded: the gradient of a gradient penalty', () => {
    const w = variable(float64([1, 2]));
    const g = grad((x) => sum(mul(mul(x, x), w)))(float64([3, 4]));
    sum(mul(g, g)).backward();
    // |2 x w|², by w: 8 x² w
    expect(gradOf(w)).toEqual([72, 256]);
    zeroGrad(w);
    jvp((x) => mul(mul(x, w), w), [float64(1)], [float64(1)]).tangent.backward({
      cotangent: float64([1, 1]),
    });
    expect(gradOf(w)).toEqual([2, 4]);
    zeroGrad(w);
    sum(hvp((x) => sum(mul(mul(x, x), w)))(float64([3, 4]), float64([1, 1]))).backward();
    expect(gradOf(w)).toEqual([2, 2]);
  });

  it('a variable is differentiated by as any tensor is', () => {
    const w = variable(float64(3));
    expect(grad((x) => mul(x, mul(x, w)))(w).item()).toBe(18);
    const { value, gradients } = valueAndGrad((x) => mul(x, x))(w);
    mul(value, gradients).backward();
    // d/dw 2 w³
    expect(gradOf(w)).toBe(54);
  });

  it('stopGradient and detachVariable make constants', () => {
    const w = variable(float64(3));
    mul(w, stopGradient(w)).backward();
    mul(w, detachVariable(w)).backward();
    expect(gradOf(w)).toBe(6);
    expect(detachVariable(w).trace).toBeNull();
  });

  it('checkpoint and customVjp', () => {
    const block = (x: Tensor): Tensor => mul(exp(x.tanh()), x);
    const run = (f: (x: Tensor) => Tensor): unknown => {
      const w = variable(float64([0.5, -1]));
      sum(f(mul(f(w), w))).backward();
      return gradOf(w);
    };
    const nested = checkpoint((x: Tensor) => checkpoint(block)(x));
    expect(run(checkpoint(block))).toEqual(run(block));
    expect(run(nested)).toEqual(run(block));
    const reversed = customVjp(
      (x: Tensor) => x,
      () => (g) => [g.neg()],
    );
    const w = variable(float64(2));
    mul(reversed(w), 3).backward();
    expect(gradOf(w)).toBe(-3);
    // A checkpoint whose function closes over a variable.
    const v = variable(float64(2));
    checkpoint((x: Tensor) => mul(x, mul(v, v)))(float64(5)).backward();
    expect(gradOf(v)).toBe(20);
  });
});

describe('a parameter', () => {
  it('is one when it is asked to be, and stays one when it is assigned to', () => {
    const p = new Parameter(float64(3));
    mul(p.value, 2);
    expect(p.grad).toBeNull();
    expect(p.requireGrad().requireGrad()).toBe(p);
    mul(p.value, p.value).backward();
    expect(p.grad?.item()).toBe(6);
    p.assign(float64(5));
    expect([p.value.item(), p.grad?.item(), p.detached.trace]).toEqual([5, 6, null]);
    mul(p.value, p.value).backward();
    expect(p.grad?.item()).toBe(16);
    zeroGrad([p]);
    expect(p.grad).toBeNull();
  });

  it('that is none stays none', () => {
    const p = new Parameter(float64(3));
    p.assign(variable(float64(4)));
    expect([p.value.item(), p.value.trace]).toEqual([4, null]);
  });

  it('works with valueAndGrad as before', () => {
    const p = new Parameter(float64(3)).requireGrad();
    const { gradients } = valueAndGrad(() => mul(p.value, p.value), [p]);
    expect([gradients[0].item(), p.grad]).toEqual([6, null]);
  });
});

describe('what is refused', () => {
  const w = variable(float64([1, 2]));

  it.each<[string, () => unknown, object]>([
    [
      'backward() of a constant',
      () => float64(1).backward(),
      { name: 'ConfigError', operation: 'backward', got: 'a constant' },
    ],
    [
      'inside a derivative',
      () => grad((x) => sum(mul(x, w)).backward() ?? x)(float64([1, 2])),
      { name: 'ConfigError', got: 'one of a function that is being differentiated' },
    ],
    [
      'of what is no scalar',
      () => mul(w, 2).backward(),
      { name: 'ShapeError', operation: 'backward', got: 'shape [2]' },
    ],
    [
      'with a cotangent of another shape',
      () => mul(w, 2).backward({ cotangent: float64(1) }),
      {
        name: 'ShapeError',
        operation: 'backward',
        expected: "a cotangent of the output's shape [2]",
        got: '[]',
      },
    ],
    ['a variable of integers', () => variable(int32(1)), { name: 'DTypeError', operation: 'variable' }],
    [
      'a variable that was computed from variables',
      () => variable(mul(w, 2)),
      {
        name: 'ConfigError',
        operation: 'variable',
        expected: 'a plain tensor',
        got: 'one that was computed from variables',
        remedy: 'Make a constant of it with stopGradient()',
      },
    ],
    [
      'a variable of a tensor that was freed',
      () => {
        const x = float64(1);
        x.dispose();
        return variable(x);
      },
      { name: 'DisposedError', operation: 'variable' },
    ],
    [
      'a variable inside a derivative',
      () => grad((x) => variable(x))(float64(1)),
      { name: 'ConfigError', got: 'one of a function that is being differentiated' },
    ],
    [
      'zeroGrad of a number',
      () => zeroGrad([1 as never]),
      { name: 'DTypeError', got: '1', difference: 'at [0]' },
    ],
  ])('%s', (_what, act, details) => {
    expect(thrown(act)).toMatchObject(details);
  });

  it('integers made from a variable are constants', () => {
    expect(() => int32(2).backward()).toThrow(ConfigError);
    expect(w.grad).toBeNull();
  });
});
