import {
  add,
  DTypeError,
  mul,
  referenceBackend,
  ShapeError,
  sum,
  type Tensor,
  wasmBackend,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from './grad.js';
import { jvp } from './jvp.js';
import { float64, int32 } from './samples.testing.js';
import { thrown } from './thrown.testing.js';
import { vjp } from './vjp.js';

/** From a layer and an input to what it makes and what it costs. */
const layer = ({ w, b }: { w: Tensor; b: readonly Tensor[] }, x: Tensor) => ({
  out: add(mul(w, x), b[0] as Tensor),
  costs: [sum(mul(w, w))],
});
const parameters = { w: float64([2, 3]), b: [float64([10, 20])] };
const x = float64([1, -1]);

describe('vjp of trees', () => {
  const { output, pullback } = vjp(layer, [parameters, x]);

  it('has the output in its form, as plain tensors', () => {
    expect(output.out.toArray()).toEqual([12, 17]);
    expect(output.costs.map((y) => [y.item(), y.trace])).toEqual([[13, null]]);
  });

  it('takes a cotangent in the form of the output, and gives one in the form of each input', () => {
    const [p, gx] = pullback({ out: float64([1, 10]), costs: [float64(100)] });
    expect(p.w.toArray()).toEqual([1 + 400, -10 + 600]);
    expect(p.b.map((g) => g.toArray())).toEqual([[1, 10]]);
    expect(gx.toArray()).toEqual([2, 30]);
  });

  it('goes by names, not by the order in which a record was written', () => {
    const [p] = pullback({ costs: [float64(100)], out: float64([1, 10]) });
    expect(p.w.toArray()).toEqual([401, 590]);
  });

  it('of several outputs, of which some are one and the same or none of its doing', () => {
    const { pullback: back } = vjp((a: Tensor) => [a, a, float64(1)] as const, [float64(3)]);
    expect(back([float64(1), float64(10), float64(100)])[0].item()).toBe(11);
  });
});

describe('jvp of trees', () => {
  it('moves every tensor of an input along its own tangent', () => {
    const tangents = [{ w: float64([1, 1]), b: [float64([0, 5])] }, float64([0, 0])] as const;
    const { output, tangent } = jvp(layer, [parameters, x], tangents);
    expect(output.out.toArray()).toEqual([12, 17]);
    expect(tangent.out.toArray()).toEqual([1, 4]);
    expect(tangent.costs.map((t) => t.item())).toEqual([10]);
  });
});

describe('in any mix', () => {
  it('trees go through nested derivatives: the mixed second derivative of w x is 1', () => {
    const cost = (p: typeof parameters): Tensor => sum(layer(p, x).out);
    const along = (p: typeof parameters): Tensor =>
      jvp((q: typeof parameters) => grad(cost)(q), [p], [p]).tangent.w.sum();
    expect(grad(along)(parameters).w.toArray()).toEqual([0, 0]);
    const byInput = (z: Tensor): Tensor =>
      sum(grad((p: typeof parameters) => sum(layer(p, z).out))(parameters).w);
    expect(grad(byInput)(x).toArray()).toEqual([1, 1]);
    expect(jvp(byInput, [x], [float64([1, 5])]).tangent.item()).toBe(6);
  });
});

describe('a cotangent or tangent that does not fit', () => {
  const { pullback } = vjp(layer, [parameters, x]);
  const good = { out: float64([1, 10]), costs: [float64(100)] };

  it.each<[string, () => unknown, object]>([
    [
      'lacks a tensor',
      () => pullback({ out: good.out, costs: [] }),
      { name: 'ShapeError', got: '1 tensor', difference: 'missing .costs[0]' },
    ],
    [
      'has one too many',
      () => pullback({ ...good, more: x } as typeof good),
      { name: 'ShapeError', difference: 'unexpected .more' },
    ],
    [
      'is a tensor where a tree is due',
      () => pullback(x as never),
      { name: 'ShapeError', difference: 'missing .out, missing .costs[0], unexpected a single tensor' },
    ],
    [
      'holds a number',
      () => pullback({ ...good, out: 1 as never }),
      { name: 'DTypeError', expected: 'a tensor, or arrays and plain records of them, to be a cotangent' },
    ],
    [
      'has another shape',
      () => pullback({ ...good, out: float64([1]) }),
      {
        name: 'ShapeError',
        expected: "a cotangent of the output's shape [2]",
        difference: 'cotangent 0 of 2',
      },
    ],
    [
      'lives on another backend',
      () => vjp((y) => y, [x.to(referenceBackend)]).pullback(x.to(wasmBackend)),
      {
        name: 'BackendError',
        expected: "a cotangent on the output's backend 'reference'",
        got: "one on 'wasm'",
        remedy: 'Move it with to(): nothing is copied between backends without a call that says so',
      },
    ],
    [
      'is a tangent on another backend',
      () => jvp((y) => y, [x.to(referenceBackend)], [x.to(wasmBackend)]),
      { name: 'BackendError', expected: "a tangent on the input's backend 'reference'" },
    ],
    [
      'is a tangent of integers',
      () => jvp((y) => y, [x], [int32([1, 2])]),
      { name: 'DTypeError', expected: 'a float32 or float64 tangent' },
    ],
  ])('%s', (_what, act, details) => {
    expect(thrown(act)).toMatchObject(details);
  });
});

describe('a function that does not return tensors', () => {
  it.each<[string, unknown, string]>([
    ['a number in a tree', { a: x, b: 1 }, '1'],
    ['nothing in a list', [undefined], 'undefined'],
    ['a Map', new Map(), 'an instance of Map'],
  ])('%s', (_what, result, got) => {
    for (const act of [() => vjp(() => result as Tensor, [x]), () => jvp(() => result as Tensor, [x], [x])]) {
      const error = thrown(act);
      expect(error).toBeInstanceOf(DTypeError);
      expect(error).toMatchObject({
        expected: 'a tensor, or arrays and plain records of them, in what the function returns',
        got,
      });
    }
  });

  it('a loss that is a tree', () => {
    const error = thrown(() => grad((y: Tensor) => [sum(y)] as unknown as Tensor)(x));
    expect(error).toMatchObject({ expected: 'a function whose result is a tensor', got: 'a tree' });
  });

  it('inputs on different backends are refused by the first operation on both', () => {
    const [a, b] = [x.to(referenceBackend), x.to(wasmBackend)];
    const error = thrown(() => grad(([c, d]: readonly [Tensor, Tensor]) => sum(mul(c, d)))([a, b]));
    expect(error).toMatchObject({ name: 'BackendError', expected: 'operands on one backend' });
    expect(error).not.toBeInstanceOf(ShapeError);
  });
});
