import { cast, DisposedError, mul, neg, sum, type Tensor, tensor } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { customJvp } from './custom-jvp.js';
import { customVjp } from './custom-vjp.js';
import { grad, valueAndGrad } from './grad.js';
import { hvp } from './hessian.js';
import { jacobian } from './jacobian.js';
import { jvp, jvpByRules } from './jvp.js';
import { jvpTable } from './jvp-table.js';
import { Parameter } from './parameter.js';
import { float64, int32 } from './samples.testing.js';
import { stopGradient } from './stop-gradient.js';
import { vjp, vjpByRules } from './vjp.js';
import { vjpTable } from './vjp-table.js';
import { zeroGrad } from './zero-grad.js';

/*
 * What the engine says, to the letter: most of it is only met by authors of rules.
 */

function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('a rule whose answer has the wrong shape', () => {
  it('of the vjp table, where the primitive does not broadcast', () => {
    const rules = { ...vjpTable, sum: [() => (g: Tensor) => g] as const };
    const { output, pullback } = vjpByRules(rules, 'vjp', (x) => sum(x), [float64([1, 2, 3])]);
    expect(messageOf(() => pullback(output))).toBe(
      'derivative of sum: expected a cotangent of shape [3]; got []. The rule in the vjp table is wrong',
    );
  });

  it('of the vjp table, where it does: the shape of the output is due', () => {
    const rules = { ...vjpTable, mul: [() => (g: Tensor) => sum(g), () => (g: Tensor) => g] as const };
    const { output, pullback } = vjpByRules(rules, 'vjp', (x) => mul(x, float64([1, 2])), [float64(1)]);
    expect(messageOf(() => pullback(output))).toBe(
      'derivative of mul: expected a cotangent of shape [2]; got []. The rule in the vjp table is wrong',
    );
  });

  it('of the jvp table', () => {
    const rules = { ...jvpTable, reshape: [(t: Tensor) => t] as const };
    const x = float64([1, 2, 3]);
    expect(messageOf(() => jvpByRules(rules, 'jvp', (y) => y.reshape([1, 3]), [x], [x]))).toBe(
      'derivative of reshape: expected a tangent of shape [1, 3]; got [3]. The rule in the jvp table is wrong',
    );
  });
});

describe('what a function returns', () => {
  it.each<[string, unknown, string]>([
    ['a number', 1, 'number'],
    ['nothing', undefined, 'undefined'],
    ['a promise', Promise.resolve(float64(1)), 'a promise'],
  ])('%s instead of a tensor', (_what, result, got) => {
    expect(messageOf(() => grad((() => result) as never)(float64(1)))).toBe(
      `grad: expected a function whose result is a tensor; got ${got}. Return the tensor itself, neither item() nor a promise of it`,
    );
  });

  it('null instead of a tensor', () => {
    expect(messageOf(() => grad((() => null) as never)(float64(1)))).toBe(
      'grad: expected a tensor, or arrays and plain records of them, in what the function returns; got null',
    );
  });

  it('an integer', () => {
    expect(messageOf(() => grad((x) => cast(x, 'int32'))(float64(1)))).toBe(
      'grad: expected a function whose result is float; got int32',
    );
  });

  it('no scalar', () => {
    expect(messageOf(() => valueAndGrad((x) => neg(x))(float64([1, 2])))).toBe(
      'valueAndGrad: expected a function whose result is a scalar, shape []; got shape [2]. Reduce it with sum() or mean(), or give a cotangent to vjp',
    );
  });

  it('a tensor that it has freed', () => {
    const freed = (x: Tensor): Tensor => {
      const y = mul(x, 2);
      y.dispose();
      return y;
    };
    expect(() => grad(freed)(float64(1))).toThrow(DisposedError);
    expect(messageOf(() => grad(freed)(float64(1)))).toMatch(/^grad: expected a tensor that is still there/);
  });
});

describe('what is differentiated by', () => {
  it('integers', () => {
    expect(messageOf(() => grad(([a]: Tensor[]) => a as Tensor)([float64(1), int32([1, 2])]))).toBe(
      'grad: expected float32 or float64 tensors to differentiate by; got int32 of shape [2]: tensor 1 of 2. Cast it to float32, or pass it as a further argument',
    );
  });

  it('in the name of what was called', () => {
    expect(messageOf(() => valueAndGrad((x: Tensor) => x)(1 as never))).toMatch(
      /^valueAndGrad: expected a tensor, or/,
    );
    expect(messageOf(() => valueAndGrad(() => float64(1), [new Parameter(int32(1))]))).toMatch(
      /^valueAndGrad: expected float32 or float64 tensors to differentiate by; got int32/,
    );
  });

  it('a tensor that was freed before', () => {
    const x = float64(1);
    x.dispose();
    expect(messageOf(() => grad((y) => y)(x))).toMatch(
      /^grad: expected a tensor that is still there; got float64 of shape \[\], freed by dispose: tensor 0 of 1\. /,
    );
  });

  it('a variable that was freed inside of the function', () => {
    const f = (x: Tensor): Tensor => {
      const y = mul(x, 2);
      x.dispose();
      return y;
    };
    expect(messageOf(() => grad(f)(float64(1)))).toMatch(
      /^derivative: expected a tensor that is still there/,
    );
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'got null'],
    ['undefined in an array', [undefined], 'got undefined: at [0]'],
    ['a number in a record in an array', [{ w: 1 }], 'got 1: at [0].w'],
    ['a Map', new Map(), 'got an instance of Map'],
    ['a string', { name: 'x' }, 'got x: at .name'],
  ])('%s', (_what, tree, got) => {
    expect(messageOf(() => grad((() => float64(1)) as never)(tree as never))).toBe(
      `grad: expected a tensor, or arrays and plain records of them, to differentiate by; ${got}`,
    );
  });

  it('records without a prototype are plain', () => {
    const record = Object.assign(Object.create(null), { w: float64(3) }) as { w: Tensor };
    expect(grad(({ w }: { w: Tensor }) => mul(w, w))(record).w.item()).toBe(6);
  });

  it('parameters that the function replaces', () => {
    const [v, w] = [new Parameter(float64(1)), new Parameter(float64(2))];
    const replacing = (): Tensor => {
      w.value = float64(3);
      return sum(v.value);
    };
    expect(messageOf(() => valueAndGrad(replacing, [v, w]))).toBe(
      'valueAndGrad: expected a function that leaves the parameters as they are; got parameter 1 of 2 with another value. Step the optimizer after the gradients are there',
    );
  });
});

describe('cotangents and tangents', () => {
  it('of another shape', () => {
    const { pullback } = vjp(neg, [float64([1, 2])]);
    expect(messageOf(() => pullback(float64(1)))).toBe(
      "vjp: expected a cotangent of the output's shape [2]; got []",
    );
    expect(messageOf(() => jvp(mul, [float64(1), float64([1])], [float64(1), float64(1)]))).toBe(
      "jvp: expected a tangent of the input's shape [1]; got []: tangent 1 of 2",
    );
  });

  it('in another form', () => {
    const one = float64(1);
    expect(messageOf(() => jvp(mul, [one, one], [one]))).toBe(
      'jvp: expected a tangent for each of 2 inputs; got 1 tensor: missing [1]',
    );
    const { pullback } = vjp((x: Tensor) => [x, x] as const, [one]);
    expect(messageOf(() => pullback([one] as never))).toBe(
      'vjp: expected a cotangent in the form of the output; got 1 tensor: missing [1]',
    );
    expect(messageOf(() => hvp(({ w }: { w: Tensor }) => w)({ w: one }, {} as never))).toBe(
      'hvp: expected a tangent in the form of the input; got 0 tensors: missing .w',
    );
    const byVjp = customVjp(
      ([x]: readonly [Tensor]) => x,
      () => (g) => [[g, g] as never],
    );
    expect(messageOf(() => grad((x: Tensor) => byVjp([x]))(one))).toBe(
      'customVjp: expected a cotangent in the form of the input; got 2 tensors: unexpected [1]',
    );
    const byJvp = customJvp(
      (x: Tensor) => [x] as const,
      () => [] as never,
    );
    expect(messageOf(() => grad((x: Tensor) => byJvp(x)[0])(one))).toBe(
      'customJvp: expected a tangent in the form of the output; got 0 tensors: missing [0]',
    );
  });

  it('of another dtype become those of the input and the output', () => {
    const x = tensor([1, 2]);
    const seen: string[] = [];
    const noting = (g: Tensor): Tensor => {
      seen.push(g.dtype);
      return neg(g);
    };
    const rules = { ...vjpTable, neg: [() => noting] as const };
    const { pullback } = vjpByRules(rules, 'vjp', neg, [x]);
    expect(pullback(float64([1, 1]))[0]?.dtype).toBe('float32');
    expect(seen).toEqual(['float32']);
    expect(jvp(neg, [x], [float64([1, 1])]).tangent.dtype).toBe('float32');
  });
});

describe('what is no tree of tensors', () => {
  const one = float64(1);
  const of = (leaf: string, purpose: string): string =>
    `expected a ${leaf}, or arrays and plain records of them, ${purpose}; got 1`;
  const same = (x: Tensor): Tensor => x;

  it.each<[string, () => unknown, string]>([
    [
      'customJvp',
      () => customJvp(same, () => one)(1 as never),
      `${of('tensor', 'to differentiate by')}: at [0]`,
    ],
    [
      'customVjp',
      () => customVjp(same, () => () => [one])(1 as never),
      `${of('tensor', 'to differentiate by')}: at [0]`,
    ],
    ['hvp', () => hvp(same)(1 as never, one), of('tensor', 'to differentiate by')],
    ['jacobian', () => jacobian(same)(1 as never), of('tensor', 'to differentiate by')],
    ['stopGradient', () => stopGradient(1 as never), of('tensor', 'to make constants of')],
    ['valueAndGrad', () => valueAndGrad(() => one, 1 as never), of('Parameter', 'to differentiate by')],
    ['zeroGrad', () => zeroGrad(1 as never), of('tensor or Parameter', 'to forget the gradients of')],
  ])('%s', (operation, act, message) => {
    expect(messageOf(act)).toBe(`${operation}: ${message}`);
  });

  it('as a result of what jacobian differentiates', () => {
    expect(messageOf(() => jacobian((() => 1) as never)(one))).toMatch(/^jacobian: expected a function/);
  });

  it('hvp: integers', () => {
    expect(messageOf(() => hvp(same)(int32(1), int32(1)))).toMatch(/^hvp: expected float32 or float64/);
  });
});
