import {
  add,
  type Backend,
  mul,
  referenceBackend,
  scope,
  sum,
  type Tensor,
  wasmBackend,
} from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpoint } from './checkpoint.js';
import { customVjp } from './custom-vjp.js';
import { grad } from './grad.js';
import { hvp } from './hessian.js';
import { jvp } from './jvp.js';
import { type Around, programs } from './random-programs.testing.js';
import { distance, normal } from './samples.testing.js';
import { vjp } from './vjp.js';

/*
 * What holds of the derivatives of any program. Each of up to 8 steps, 16 for two programs, amplifies a relative
 * rounding error by a few units and adds its own.
 */
const settings = { numRuns: 40 };
const tolerance = 1000 * Number.EPSILON;
const shape = [2, 3];
const point = (): [Tensor, Tensor] => [normal(shape), normal(shape)];
const inner = (a: Tensor, b: Tensor): number => sum(mul(a, b)).item();
const bits = (xs: readonly Tensor[]): number[][] => xs.map((x) => [...x.dataSync()]);

function close(a: Tensor, b: Tensor): void {
  const size = Math.max(1, distance(a, mul(a, 0)), distance(b, mul(b, 0)));
  expect(distance(a, b)).toBeLessThan(tolerance * size);
}

describe('derivatives of random programs', () => {
  it('in both modes are adjoint: <J v, u> = <v, Jᵀ u>', () => {
    fc.assert(
      fc.property(programs, ({ run }) => {
        const [inputs, tangents, u] = [point(), point(), normal(shape)];
        const forward = inner(jvp(run, inputs, tangents).tangent, u);
        const cotangents = vjp(run, inputs).pullback(u);
        const products = cotangents.map((g, i) => inner(g, tangents[i] as Tensor));
        const size = cotangents.reduce((total, g) => total + inner(g, g), 1);
        expect(Math.abs(forward - products.reduce((a, b) => a + b))).toBeLessThan(tolerance * size);
      }),
      settings,
    );
  });

  it('of a sum are the sums of derivatives', () => {
    fc.assert(
      fc.property(programs, programs, (f, g) => {
        const [inputs, u] = [point(), normal(shape)];
        const ofSum = vjp((a, b) => add(f.run(a, b), g.run(a, b)), inputs).pullback(u);
        const ofEach = [f, g].map(({ run }) => vjp(run, inputs).pullback(u));
        for (const [i, total] of ofSum.entries()) {
          close(total, add(ofEach[0]?.[i] as Tensor, ofEach[1]?.[i] as Tensor));
        }
      }),
      settings,
    );
  });

  it('obey the chain rule: D(f ∘ g) = Df ∘ Dg, forwards and backwards', () => {
    fc.assert(
      fc.property(programs, programs, (f, g) => {
        const [inputs, tangents, u] = [point(), point(), normal(shape)];
        const composed = (a: Tensor, b: Tensor): Tensor => f.run(g.run(a, b), b);
        const first = jvp(g.run, inputs, tangents);
        const second = jvp(f.run, [first.output, inputs[1]], [first.tangent, tangents[1]]);
        close(jvp(composed, inputs, tangents).tangent, second.tangent);

        const inside = vjp(g.run, inputs);
        const [toG, toB] = vjp(f.run, [inside.output, inputs[1]]).pullback(u) as [Tensor, Tensor];
        const [a, b] = inside.pullback(toG) as [Tensor, Tensor];
        const [ga, gb] = vjp(composed, inputs).pullback(u) as [Tensor, Tensor];
        close(ga, a);
        close(gb, add(b, toB));
      }),
      settings,
    );
  });

  it('of second order are symmetric: <w, H v> = <v, H w>', () => {
    fc.assert(
      fc.property(programs, ({ run }) => {
        const f = ([a, b]: readonly [Tensor, Tensor]): Tensor => sum(run(a, b));
        const [x, v, w] = [point(), point(), point()];
        const along = (to: [Tensor, Tensor], from: [Tensor, Tensor]): number => {
          const [a, b] = hvp(f)(x, from);
          return inner(a, to[0]) + inner(b, to[1]);
        };
        const [one, other] = [along(w, v), along(v, w)];
        expect(Math.abs(one - other)).toBeLessThan(100 * tolerance * Math.max(1, Math.abs(one)));
      }),
      settings,
    );
  });
});

describe('no bit of a value or gradient is changed by', () => {
  const changesNothing = (around: Around): void => {
    fc.assert(
      fc.property(programs, ({ run, runAround }) => {
        const [inputs, u] = [point(), normal(shape)];
        const plain = vjp(run, inputs);
        const other = vjp((a, b) => runAround(around, a, b), inputs);
        expect(bits([other.output, ...other.pullback(u)])).toEqual(
          bits([plain.output, ...plain.pullback(u)]),
        );
        const tangents = point();
        const moved = jvp((a: Tensor, b: Tensor) => runAround(around, a, b), inputs, tangents);
        expect(bits([moved.tangent])).toEqual(bits([jvp(run, inputs, tangents).tangent]));
      }),
      settings,
    );
  };

  it('a checkpoint around each step', () => changesNothing((step) => checkpoint(step)));

  it('checkpoints within checkpoints', () =>
    changesNothing((step) => checkpoint((a: Tensor, b: Tensor) => checkpoint(step)(a, b))));

  it('a scope around each step', () => changesNothing((step) => (a, b) => scope(() => step(a, b))));

  it('scopes and checkpoints in turn', () =>
    changesNothing((step) => (a, b) => scope(() => checkpoint((x: Tensor) => scope(() => step(x, b)))(a))));

  it('the backend, in float64', () => {
    fc.assert(
      fc.property(programs, ({ run }) => {
        const inputs = point();
        const gradient = (backend: Backend): number[][] => {
          const at = inputs.map((x) => x.to(backend)) as [Tensor, Tensor];
          const f = ([a, b]: readonly [Tensor, Tensor]): Tensor => sum(run(a, b));
          return bits([f(at), ...grad(f)(at)]);
        };
        expect(gradient(wasmBackend)).toEqual(gradient(referenceBackend));
      }),
      settings,
    );
  });
});

it('a rule that is the derivative anyway changes nothing but the order of sums', () => {
  fc.assert(
    fc.property(programs, ({ run, runAround }) => {
      const [inputs, tangents, u] = [point(), point(), normal(shape)];
      const ruled = (x: Tensor, y: Tensor): Tensor =>
        runAround(
          (step) =>
            customVjp(
              (a: Tensor, b: Tensor) => step(a, b),
              (_y, a, b) => (g) => vjp(step, [a, b]).pullback(g) as [Tensor, Tensor],
            ),
          x,
          y,
        );
      const [expected, found] = [run, ruled].map((f): Tensor[] => vjp(f, inputs).pullback(u)) as [
        Tensor[],
        Tensor[],
      ];
      for (const [i, g] of found.entries()) close(g, expected[i] as Tensor);
      close(jvp(ruled, inputs, tangents).tangent, jvp(run, inputs, tangents).tangent);
    }),
    settings,
  );
});
