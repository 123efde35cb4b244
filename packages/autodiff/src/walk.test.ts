import {
  add,
  currentScope,
  exp,
  expand,
  full,
  fullLike,
  Generator,
  keep,
  max,
  memory,
  mul,
  neg,
  referenceBackend,
  scope,
  slice,
  softplus,
  sum,
  type Tensor,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkpoint } from './checkpoint.js';
import { customVjp } from './custom-vjp.js';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { float64 } from './samples.testing.js';
import { vjp, vjpByRules } from './vjp.js';
import { vjpTable } from './vjp-table.js';

function repeat(times: number, x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  let y = x;
  for (let i = 0; i < times; i++) y = f(y);
  return y;
}

describe('a backward pass in a scope', () => {
  const held = (): number => memory().backends['wasm']?.bytes ?? 0;
  const matrix = (): Tensor => new Generator(1).normal([64, 64]);
  /** What a matrix occupies. */
  const size = scope(() => {
    const before = held();
    matrix().mul(2);
    return held() - before;
  });

  /** Tells what is held when the backward pass comes by. */
  const probe = (tell: (bytes: number) => void): ((x: Tensor) => Tensor) =>
    customVjp(
      (x: Tensor) => x,
      () => (g) => {
        tell(held());
        return [g];
      },
    );

  const whilePassing = (steps: number, step: (x: Tensor) => Tensor): number[] => {
    const seen: number[] = [];
    const look = probe((bytes) => seen.push(bytes / size));
    const x = matrix();
    scope(() => grad((y: Tensor) => sum(repeat(steps, y, (z) => step(look(z)))))(x));
    return seen;
  };

  it.each<[string, (x: Tensor) => Tensor]>([
    ['one operation', (x) => x.tanh()],
    ['cotangents that meet', (x) => add(x.tanh(), mul(x, x))],
    ['a rule with values on the way', (x) => softplus(x).sigmoid()],
    ['views', (x) => x.transpose().tanh().reshape([32, 128]).reshape([64, 64])],
    ['a cotangent that is handed on as it is', (x) => add(add(x, x.tanh()), x)],
    ['a checkpoint', checkpoint((x: Tensor) => mul(x.tanh(), x))],
  ])('frees cotangents as it goes: the tenth step back holds no more than the third; %s', (_name, step) => {
    const seen = whilePassing(12, step);
    expect(seen).toHaveLength(12);
    expect(seen[9]).toBe(seen[2]);
  });

  const factor = matrix();

  it.each<[string, Tensor, (x: Tensor) => Tensor]>([
    ['of a large value and a large cotangent', matrix(), (x) => sum(x.tanh())],
    ['of a large value and a cotangent of one number', matrix(), (x) => max(x)],
    [
      'of a small value and a large cotangent, which is a view of one number',
      new Generator(1).normal([64]),
      (x) => sum(mul(factor, x)),
    ],
  ])('holds the same at each of 20 uses of one value; %s', (_name, x, use) => {
    const seen: number[] = [];
    const look = probe((bytes) => seen.push(bytes));
    scope(() => grad((y: Tensor) => repeat(20, mul(sum(y), 0), (total) => add(total, use(look(y)))))(x));
    expect(seen).toHaveLength(20);
    // At the first there is no sum yet.
    expect(new Set(seen.slice(1)).size).toBe(1);
  });

  it('leaves nothing but the gradient, and the same one, in any order and mix', () => {
    const x = matrix();
    const f = (y: Tensor): Tensor =>
      sum(mul(exp(mul(y, 0.1)).tanh(), checkpoint((z: Tensor) => mul(z, z.tanh()))(y)));
    const along = (y: Tensor): Tensor => sum(jvp(f, [y], [x]).tangent);
    const derivatives: ((y: Tensor) => Tensor)[] = [
      grad(f),
      grad((y: Tensor) => sum(mul(grad(f)(y), x))),
      (y) => jvp((z: Tensor) => grad(f)(z), [y], [x]).tangent,
      grad(along),
      grad((y: Tensor) => sum(grad((z: Tensor) => sum(mul(grad(f)(z), z)))(y))),
    ];
    for (const derivative of derivatives) {
      const expected = derivative(x);
      const before = held();
      const inScope = scope(() => derivative(x));
      expect(held()).toBe(before);
      expect(inScope.dataSync()).toEqual(expected.dataSync());
    }
  });

  it('holds a cotangent that a derivative around it will need: the mixed derivative of a product', () => {
    const [x, c] = [matrix(), matrix().tanh()];
    const inner = (w: Tensor): Tensor => grad((y: Tensor) => sum(mul(neg(mul(y.tanh(), w)), c)))(x);
    const outer = (w: Tensor): Tensor => grad((v: Tensor) => sum(mul(inner(v), x)))(w);
    expect(scope(() => outer(x)).dataSync()).toEqual(outer(x).dataSync());
  });

  it('leaves alone what it did not make: a cotangent, an input that a rule hands on, what was kept', () => {
    const x = matrix();
    scope(() => {
      const u = x.mul(1);
      const { pullback } = vjp((y) => add(y, y.tanh()), [x]);
      pullback(u);
      expect(u.isDisposed).toBe(false);
      const kept: Tensor[] = [];
      const given = customVjp(
        (y: Tensor) => mul(y, 2),
        () => (g) => {
          kept.push(keep(g));
          return [u];
        },
      );
      grad((y: Tensor) => sum(exp(given(exp(y)))))(x);
      expect([u.isDisposed, kept.map((g) => g.isDisposed)]).toEqual([false, [false]]);
    });
  });
});

describe('a step of a backward pass', () => {
  const zeros = (shape: number[]): Tensor => full(shape, 0);
  const one = float64(1);
  const matrix = (): Tensor => new Generator(1).normal([64, 64]).mul(2);

  /** Whether a step is a scope of its own, from outputs whose cotangents are given to inputs. */
  function isScope(inputs: readonly Tensor[], cotangents: readonly (Tensor | null)[]): boolean {
    const around = currentScope();
    let inside = around;
    const step = customVjp(
      (_: readonly Tensor[]) => cotangents.map((g) => fullLike(g ?? one, 0)),
      () => () => {
        inside = currentScope();
        return [null];
      },
    );
    const { output, pullback } = vjp(
      (xs: readonly Tensor[]) => step(xs).filter((_, i) => cotangents[i]),
      [inputs],
    );
    expect(output).toHaveLength(cotangents.filter((g) => g !== null).length);
    pullback(cotangents.filter((g) => g !== null));
    return inside !== around;
  }

  it.each<[string, boolean, readonly number[][], () => readonly (Tensor | null)[]]>([
    ['all is small', false, [[128]], () => [zeros([128])]],
    ['some output has no cotangent', false, [[1]], () => [null, zeros([2])]],
    ['a value is large', true, [[129]], () => [zeros([])]],
    ['one value of two is large', true, [[1], [129]], () => [zeros([])]],
    ['a cotangent is large, a view of a single number', true, [[1]], () => [expand(zeros([1]), [129])]],
    ['one cotangent of two is', true, [[1]], () => [zeros([2]), expand(zeros([1]), [129])]],
    ['one of two is a part of what has memory', true, [[1]], () => [zeros([1]), slice(matrix(), [[0, 1]])]],
    ['the backend takes no memory', false, [[1]], () => [matrix().to(referenceBackend)]],
  ])('is a scope of its own where that frees memory: %s: %s', (_what, expected, shapes, cotangents) => {
    const run = (): boolean =>
      isScope(
        shapes.map((shape) => zeros(shape)),
        cotangents(),
      );
    expect(scope(run)).toBe(expected);
    // Where there is no scope, nothing is freed by one.
    expect(run()).toBe(false);
  });
});

describe('work on graphs with many paths', () => {
  /** How often rules run, each way, in a gradient. */
  function ruleCalls(f: (x: Tensor) => Tensor): { forward: number; backward: number } {
    const counts = { forward: 0, backward: 0 };
    const add = vjpTable.add as readonly ((...args: unknown[]) => (g: Tensor) => Tensor)[];
    const counted = add.map((rule) => (...args: unknown[]) => {
      counts.forward += 1;
      const pullback = rule(...args);
      return (g: Tensor) => {
        counts.backward += 1;
        return pullback(g);
      };
    });
    const { output, pullback } = vjpByRules({ ...vjpTable, add: counted as never }, 'vjp', f, [float64(1)]);
    pullback(output);
    return counts;
  }

  const fibonacci = (n: number, x: Tensor): Tensor => {
    let [a, b] = [x, x];
    for (let i = 0; i < n; i++) [a, b] = [b, add(a, b)];
    return b;
  };

  it('a rule runs once for each operand, however many paths lead through it: Fibonacci numbers', () => {
    for (const n of [10, 20, 40, 80]) {
      expect(ruleCalls((x) => fibonacci(n, x))).toEqual({ forward: 2 * n, backward: 2 * n });
    }
    expect(grad((x) => fibonacci(40, x))(float64(1)).item()).toBe(267914296);
  });

  it('and diamonds in a row', () => {
    const diamonds =
      (n: number): ((x: Tensor) => Tensor) =>
      (x) =>
        repeat(n, x, (y) => add(add(y, 1), add(y, 2)));
    for (const n of [5, 10, 20]) expect(ruleCalls(diamonds(n))).toEqual({ forward: 4 * n, backward: 4 * n });
  });
});
