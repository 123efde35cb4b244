import { exp, mul, slice, sum, tanh, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkpoint } from './checkpoint.js';
import { countingBackend } from './counting-backend.testing.js';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { float64, int32 } from './samples.testing.js';
import { trace } from './seeing/trace.js';
import { thrown } from './thrown.testing.js';
import { vjp } from './vjp.js';

/*
 * A checkpoint, where more than one derivative, or one who looks on, has to do with it.
 */

const one = float64(1);
const block = (x: Tensor): Tensor => exp(tanh(mul(x, tanh(x))));

/** A checkpoint that counts how often its function runs. */
function counted(f: (x: Tensor) => Tensor): {
  readonly f: (x: Tensor) => Tensor;
  readonly runs: () => number;
} {
  let count = 0;
  const run = checkpoint((x: Tensor) => {
    count += 1;
    return f(x);
  });
  return { f: run, runs: () => count };
}

describe('what is handed back', () => {
  it('is what was given, and integers are plain', () => {
    const f = checkpoint((x: Tensor) => [x, int32(3), mul(x, 2)] as const);
    grad((x: Tensor) => {
      const [same, three, twice] = f(x);
      expect(same).toBe(x);
      expect(three.trace).toBeNull();
      return twice;
    })(one);
  });

  it('untouched, beside what an outer derivative needs: d/dx d/dy y x² is 2 x', () => {
    const inner = (x: Tensor): Tensor =>
      grad((y: Tensor) => {
        const [same, square] = checkpoint((z: Tensor) => [z, mul(x, x)] as const)(y);
        return mul(same, square);
      })(float64(3));
    expect(grad(inner)(float64(5)).item()).toBe(10);
  });

  it('twice, of which one is not used', () => {
    const f = checkpoint((x: Tensor) => {
      const y = mul(x, x);
      return [y, y] as const;
    });
    expect(grad((x: Tensor) => f(x)[0])(float64(3)).item()).toBe(6);
    expect(grad((x: Tensor) => f(x)[1])(float64(3)).item()).toBe(6);
    const thrice = checkpoint((x: Tensor) => {
      const y = mul(x, x);
      return [y, y, y] as const;
    });
    const ends = (x: Tensor): Tensor => {
      const [first, , last] = thrice(x);
      return mul(first, last);
    };
    expect(grad(ends)(float64(3)).item()).toBe(108);
  });
});

describe('a second run', () => {
  it('is not needed before the backward pass, whatever goes on around or inside', () => {
    const inside =
      (f: (x: Tensor) => Tensor) =>
      (x: Tensor): Tensor =>
        jvp(f, [x], [one]).tangent;
    const leaking = (x: Tensor): Tensor => {
      let leaked = x;
      trace((z: Tensor) => (leaked = block(z)))(x);
      return leaked;
    };
    const moved = counted(block);
    const plain = counted(leaking);
    for (const [f, { runs }] of [
      [inside(moved.f), moved],
      [plain.f, plain],
    ] as const) {
      const { pullback } = vjp(f, [one]);
      expect(runs()).toBe(1);
      pullback(one);
      expect(runs()).toBe(2);
    }
    const watched = counted(block);
    trace((x: Tensor) => {
      const { output, pullback } = vjp(watched.f, [x]);
      expect(watched.runs()).toBe(1);
      return mul(output, pullback(one)[0]);
    })(one);
    expect(watched.runs()).toBe(2);
  });

  it('belongs to the derivatives that began in the function: a checkpoint in a gradient in a checkpoint', () => {
    const gradient =
      (run: typeof checkpoint) =>
      (x: Tensor): Tensor =>
        grad((y: Tensor) => run(block)(mul(y, x)))(x);
    const asItIs = ((f: unknown) => f) as typeof checkpoint;
    const expected = grad(gradient(asItIs))(float64(0.7)).item();
    const found = grad(checkpoint(gradient(checkpoint)))(float64(0.7)).item();
    // Some hundred roundings of numbers of size up to 10.
    expect(Math.abs(found - expected)).toBeLessThan(1000 * Number.EPSILON);
    expect(checkpoint(gradient(checkpoint))(float64(0.7)).item()).toBe(gradient(asItIs)(float64(0.7)).item());
  });

  it('leaves its derivatives ended, as they were: what leaked out of them is a plain value', () => {
    let leaked = one;
    const leak = (x: Tensor): Tensor => (leaked = mul(x, 3));
    const { pullback } = vjp((x: Tensor) => checkpoint(block)(leak(x)), [one]);
    pullback(one);
    expect(mul(leaked, leaked).trace).toBeNull();

    let later: (cotangent: Tensor) => readonly Tensor[] = () => [];
    const within = (x: Tensor): Tensor => {
      const moving = leak(x);
      later = vjp(
        (y: Tensor) => checkpoint((z: Tensor) => mul(jvp(block, [z], [z]).tangent, moving))(y),
        [x],
      ).pullback;
      return moving;
    };
    jvp(within, [one], [one]);
    later(one);
    expect(mul(leaked, leaked).trace).toBeNull();
    jvp(
      (x: Tensor) => grad((y: Tensor) => mul(checkpoint((z: Tensor) => leak(mul(z, x)))(y), x))(x),
      [one],
      [one],
    );
    expect(mul(leaked, leaked).trace).toBeNull();
    grad((y: Tensor) => jvp((z: Tensor) => checkpoint(block)(leak(z)), [y], [y]).tangent)(one);
    expect(mul(leaked, leaked).trace).toBeNull();
  });

  it('moves nothing for a derivative that has ended around it', () => {
    const backend = countingBackend();
    const x = tensor([0.5, 1], { backend });
    const cost = (make: (pullbackOf: (y: Tensor) => void) => void): number => {
      let pullback: (cotangent: Tensor) => unknown = () => undefined;
      make((y) => {
        pullback = vjp(checkpoint(block), [y]).pullback;
      });
      return backend.during(() => pullback(x)).kernels;
    };
    const alone = cost((start) => {
      start(x);
    });
    const within = cost((start) => {
      jvp(
        (y: Tensor) => {
          start(y);
          return y;
        },
        [x],
        [x],
      );
    });
    expect(within).toBe(alone);
  });

  it('that gives no tensor is refused', () => {
    let runs = 0;
    const f = checkpoint((x: Tensor) => (++runs === 1 ? exp(x) : (1 as unknown as Tensor)));
    expect(thrown(() => grad((x: Tensor) => f(x))(one))).toMatchObject({
      name: 'DTypeError',
      operation: 'checkpoint',
      got: 'number',
    });
  });
});

describe('who looks on', () => {
  const names = ({ nodes }: { nodes: readonly { readonly primitive: string | null }[] }): unknown[] =>
    nodes.map(({ primitive }) => primitive);
  const plainly = names(trace((x: Tensor) => mul(block(x), 2))(one));

  it('from within a derivative sees the operations, and the derivative goes through them', () => {
    for (const f of [
      checkpoint(block),
      // A result that is none of its doing stands first.
      (x: Tensor) => checkpoint((y: Tensor) => [float64(1), block(y)] as const)(x)[1],
    ]) {
      let seen: unknown[] = [];
      const run = (x: Tensor): Tensor => {
        let y = x;
        seen = names(trace((z: Tensor) => (y = mul(f(z), 2)))(x));
        return y;
      };
      expect(grad(run)(one).item()).toBe(grad((x: Tensor) => mul(block(x), 2))(one).item());
      expect(seen.slice(-plainly.length)).toEqual(plainly);
    }
  });

  it('between two derivatives goes on seeing what becomes of the result', () => {
    let seen: unknown[] = [];
    const run =
      (f: (x: Tensor) => Tensor) =>
      (x: Tensor): Tensor =>
        grad((y: Tensor) => {
          let z = y;
          seen = names(trace((w: Tensor) => (z = grad((v: Tensor) => mul(f(v), x))(w)))(y));
          return z;
        })(x);
    const expected = run(block)(float64(0.7)).item();
    const direct = [...seen];
    const third = grad(run(checkpoint(block)))(float64(0.7)).item();
    expect(third).toBe(grad(run(block))(float64(0.7)).item());
    expect(run(checkpoint(block))(float64(0.7)).item()).toBe(expected);
    expect(seen.slice(-1)).toEqual(direct.slice(-1));
  });
});

it('of a part of what it was given has a gradient for the rest too', () => {
  const first = checkpoint((x: Tensor) => slice(x, [[0, 1]]));
  expect(grad((x: Tensor) => sum(mul(first(x), 5)))(float64([1, 2])).toArray()).toEqual([5, 0]);
});
