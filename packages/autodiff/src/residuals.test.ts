import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { add, exp, mul, referenceBackend, sum, type Tensor, zeros } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkpoint } from './checkpoint.js';
import { customVjp } from './custom-vjp.js';
import { grad } from './grad.js';
import { vjp } from './vjp.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Lets go of what the running job keeps alive, and collects. */
async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  collect();
}

describe('grad lets go of residuals as it goes', () => {
  it('at the first of eight steps most of what the others have kept is gone', () => {
    // 8 MiB each.
    const x = zeros([2 ** 20], { dtype: 'float64', backend: referenceBackend });
    const steps = 8;
    const held: number[] = [];
    const look = customVjp(
      (y: Tensor) => y,
      () => (g) => {
        collect();
        collect();
        held.push(Math.round(memoryUsage().arrayBuffers / 2 ** 23));
        return [g];
      },
    );
    grad((y: Tensor) => {
      let z = y;
      for (let i = 0; i < steps; i++) z = exp(look(z));
      return sum(z);
    })(x);
    expect(held).toHaveLength(steps);
    // Seven residuals; the collector may be a step late with one or another.
    expect((held[0] as number) - (held.at(-1) as number)).toBeGreaterThanOrEqual(5);
  });
});

describe('what is kept until the backward pass', () => {
  /** Which of the values that `f` makes, and names, are alive while its pullback is. */
  async function keptBy(
    f: (x: Tensor, name: (label: string, x: Tensor) => Tensor) => Tensor,
  ): Promise<string[]> {
    const values = new Map<string, WeakRef<Tensor>>();
    const name = (label: string, x: Tensor): Tensor => {
      values.set(label, new WeakRef(x.trace?.primal ?? x));
      return x;
    };
    const pullback = (() => vjp((x) => add(f(x, name), 1), [zeros([2, 2])]).pullback)();
    await collectGarbage();
    const alive = [...values].filter(([, value]) => value.deref() !== undefined).map(([label]) => label);
    expect(pullback(zeros([2, 2]))).toHaveLength(1);
    return alive;
  }

  it('by a customVjp: what its rule closes over, neither inputs nor outputs', async () => {
    const double = customVjp(
      (y: Tensor) => mul(y, 2),
      () => (g) => [mul(g, 2)],
    );
    expect(await keptBy((x, name) => name('output', double(name('input', add(x, 1)))))).toEqual([]);
    const square = customVjp(
      (y: Tensor) => mul(y, y),
      (_output, y) => (g) => [mul(g, mul(y, 2))],
    );
    expect(await keptBy((x, name) => name('output', square(name('input', add(x, 1)))))).toEqual(['input']);
    const exponential = customVjp(
      (y: Tensor) => exp(y),
      (output) => (g) => [mul(g, output)],
    );
    expect(await keptBy((x, name) => name('output', exponential(name('input', add(x, 1)))))).toEqual([
      'output',
    ]);
  });

  it('by a customVjp of trees: the forms alone', async () => {
    const pair = customVjp(
      ({ a, b }: { a: Tensor; b: Tensor }) => [mul(a, 2), mul(b, 3)] as [Tensor, Tensor],
      () =>
        ([ga, gb]) => [{ a: mul(ga, 2), b: mul(gb, 3) }],
    );
    const kept = await keptBy((x, name) => {
      const [first, second] = pair({ a: name('a', add(x, 1)), b: name('b', add(x, 2)) });
      return add(name('first', first), name('second', second));
    });
    expect(kept).toEqual([]);
  });

  it('by a checkpoint: what it was given, and not its result', async () => {
    const block = checkpoint((y: Tensor) => exp(mul(y, y)));
    expect(await keptBy((x, name) => name('output', block(name('input', add(x, 1)))))).toEqual(['input']);
  });
});
