import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { exp, Generator, memory, mul, scope, sum, tanh, type Tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkpoint } from './checkpoint.js';
import { customVjp } from './custom-vjp.js';
import { grad } from './grad.js';
import { float64 } from './samples.testing.js';
import { thrown } from './thrown.testing.js';
import { variable } from './variable.js';
import { zeroGrad } from './zero-grad.js';

/*
 * The graph of variables, where more than operations alone have been recorded in it.
 */

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const block = (x: Tensor): Tensor => exp(tanh(x));

describe('a checkpoint', () => {
  it('that has let go is named', () => {
    const w = variable(float64(2));
    const y = checkpoint(block)(w);
    mul(y, 2).backward();
    expect(thrown(() => mul(y, 3).backward())).toMatchObject({
      operation: 'backward',
      got: 'nothing of checkpoint, which an earlier backward() has let go',
    });
  });

  it('leaves the graph as it was: what is recorded afterwards is gone when no tensor leads to it', async () => {
    const w = variable(float64([1, 2]));
    sum(checkpoint(block)(w)).backward();
    const made = (() => new WeakRef(exp(w).trace?.primal as Tensor))();
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    expect(made.deref()).toBeUndefined();
  });
});

it('a checkpoint in a step that is a scope leaves the gradient and nothing else', () => {
  const held = (): number => memory().backends['wasm']?.bytes ?? 0;
  const w = variable(new Generator(1).normal([64, 64]));
  const before = held();
  let given: Tensor = w;
  scope(() => {
    given = mul(w, 2);
    sum(checkpoint((x: Tensor) => mul(block(x), x))(given)).backward();
  });
  expect(given.trace?.primal.isDisposed).toBe(true);
  expect(w.grad?.isDisposed).toBe(false);
  w.grad?.dispose();
  expect(held()).toBe(before);
});

it('a variable that a rule answers nothing for has no gradient', () => {
  const blocked = customVjp(
    (x: Tensor, y: Tensor) => mul(x, y),
    (_output, x) => (g) => [null, mul(g, x)],
  );
  const [v, w] = [variable(float64(2)), variable(float64(3))];
  blocked(v, w).backward();
  expect([v.grad, w.grad?.item()]).toEqual([null, 2]);
  mul(v, 5).backward();
  expect(v.grad?.item()).toBe(5);
  blocked(v, w).backward();
  expect([v.grad?.item(), w.grad?.item()]).toEqual([5, 4]);
});

it('what stands for a variable inside of a derivative has no gradient of its own', () => {
  const w = variable(float64(3));
  mul(w, w).backward();
  let seen: Tensor | null = w;
  grad((x: Tensor) => {
    seen = x.grad;
    zeroGrad(x);
    return x;
  })(w);
  expect(seen).toBeNull();
  expect(w.grad?.item()).toBe(6);
});

it('zeroGrad lets constants be', () => {
  const w = variable(float64(3));
  mul(w, w).backward();
  zeroGrad({ w, c: float64(1) });
  expect(w.grad).toBeNull();
});
