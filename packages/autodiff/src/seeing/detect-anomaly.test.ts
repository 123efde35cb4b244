import { add, exp, log, matmul, mul, softmax, sqrt, sum, type Tensor, tensor, where } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { grad, valueAndGrad } from '../grad.js';
import { jvp } from '../jvp.js';
import { Parameter } from '../parameter.js';
import { float64, int32, normal } from '../samples.testing.js';
import { vjp } from '../vjp.js';
import { AnomalyError } from './anomaly-error.js';
import { type AnomalyOptions, detectAnomaly } from './detect-anomaly.js';

/** The anomaly that `f` has at `inputs`. */
function anomaly<Arguments extends unknown[]>(
  f: (...inputs: Arguments) => unknown,
  inputs: Arguments,
  options?: AnomalyOptions,
): AnomalyError {
  try {
    detectAnomaly(f, options)(...inputs);
  } catch (error) {
    if (error instanceof AnomalyError) return error;
    throw error;
  }
  throw new Error('nothing was found');
}

describe('detectAnomaly, forward', () => {
  it('names the first operation whose output is not finite, and where', () => {
    const found = anomaly(
      (x: Tensor) => sum(exp(log(x))),
      [
        float64([
          [1, 2],
          [3, -4],
        ]),
      ],
    );
    expect(found).toMatchObject({
      name: 'AnomalyError',
      phase: 'forward',
      primitive: 'log',
      operation: 'log',
      value: 'NaN',
      position: [1, 1],
      shape: [2, 2],
      dtype: 'float64',
      operands: [],
    });
  });

  it('names the call site in user code, and none of the library', () => {
    function logarithmOf(x: Tensor): Tensor {
      return log(x);
    }
    const { site, message } = anomaly((x: Tensor) => logarithmOf(x), [float64(0)]);
    const frames = site.split('\n');
    expect(frames[0]).toMatch(/^at logarithmOf \(.*detect-anomaly\.test\.ts:\d+:\d+\)$/);
    for (const frame of frames) expect(frame).not.toMatch(/(tensor|autodiff)\/src\/(?!.*\.test\.)/);
    expect(message).toMatch(
      /^log: expected a finite output; got -Infinity at \[\] of float64 \[\]: called at logarithmOf \(/,
    );
  });

  it.each<[string, (x: Tensor) => Tensor, number, string]>([
    ['a pole', (x) => x.pow(-1), 0, 'Infinity'],
    ['an overflow', exp, 1000, 'Infinity'],
    ['a negative root', sqrt, -1, 'NaN'],
    ['0/0', (x) => x.div(x), 0, 'NaN'],
  ])('finds %s', (_what, f, x, value) => {
    expect(anomaly(f, [float64(x)]).value).toBe(value);
  });

  it('says which operand was not finite already', () => {
    const found = anomaly((x: Tensor) => add(float64(1), x), [float64(NaN)]);
    expect(found).toMatchObject({ primitive: 'add', operands: [1] });
    expect(found.message).toMatch(/\. Look at operand 1 first, which was not finite either$/);
  });

  it('finds it in the first element only where that is the first', () => {
    expect(anomaly((x: Tensor) => log(x), [float64([0, -1])])).toMatchObject({
      value: '-Infinity',
      position: [0],
    });
  });

  it('with nanOnly lets infinities pass', () => {
    const masked = (x: Tensor): Tensor => softmax(where(tensor([true, false]), x, -Infinity));
    expect(detectAnomaly(masked, { nanOnly: true })(float64([1, 2])).toArray()).toEqual([1, 0]);
    expect(anomaly(masked, [float64([1, 2])]).primitive).toBe('where');
    expect(anomaly((x: Tensor) => log(x).mul(0), [float64(0)], { nanOnly: true }).primitive).toBe('mul');
  });

  it('does not look at integers and booleans', () => {
    const f = (x: Tensor): Tensor => mul(x, 2);
    expect(detectAnomaly(f)(int32(3)).item()).toBe(6);
  });

  it('watches parameters, and puts their tensors back', () => {
    const w = new Parameter(float64(-1));
    const own = w.value;
    const f = (): Tensor => log(w.value);
    expect(detectAnomaly(f)().item()).toBeNaN(); // on constants alone
    expect(anomaly(f, [], { parameters: { w } }).primitive).toBe('log');
    expect(w.value).toBe(own);
  });
});

describe('detectAnomaly, backward', () => {
  const norm = (x: Tensor): Tensor => sqrt(sum(mul(x, x)));

  it('names the operation whose gradient is not finite, and where it was called', () => {
    function rootOf(x: Tensor): Tensor {
      return sqrt(x);
    }
    const found = anomaly(
      grad((x: Tensor) => rootOf(sum(mul(x, x)))),
      [float64([0, 0])],
    );
    expect(found).toMatchObject({
      phase: 'backward',
      primitive: 'sqrt',
      operation: 'derivative of sqrt',
      value: 'Infinity',
      position: [],
      shape: [],
    });
    expect(found.site.split('\n')[0]).toMatch(/^at rootOf \(.*detect-anomaly\.test\.ts:\d+:\d+\)$/);
    expect(found.message).toMatch(
      /^derivative of sqrt: expected a finite gradient; got Infinity at \[\] of float64 \[\]: called at rootOf \(/,
    );
  });

  it('finds 0 times infinity behind a mask', () => {
    const f = (x: Tensor): Tensor => sum(where(tensor([true, false]), x, sqrt(x)));
    expect(anomaly(grad(f), [float64([0, 0])])).toMatchObject({
      phase: 'backward',
      primitive: 'sqrt',
      value: 'NaN',
      position: [0],
    });
  });

  it('finds it at parameters, when the data lead there and when they are named', () => {
    const w = new Parameter(float64([[0], [0]]));
    const atParameters = (x: Tensor): unknown => valueAndGrad(() => norm(matmul(x, w.value)), [w]);
    expect(anomaly(atParameters, [float64([[1, 2]])])).toMatchObject({
      phase: 'backward',
      primitive: 'sqrt',
    });
    const alone = (): unknown => valueAndGrad(() => norm(w.value), [w]);
    expect(anomaly(alone, [], { parameters: [w] })).toMatchObject({ phase: 'backward', primitive: 'sqrt' });
  });

  it('finds it in the gradient of a gradient', () => {
    // x^1.5 has the derivative 1.5 sqrt(x), whose derivative has a pole at 0.
    const second = grad((x: Tensor) => grad((y: Tensor) => y.pow(1.5))(x));
    const found = anomaly(second, [float64(0)]);
    expect(found.phase).toBe('backward');
  });

  it('finds it in a pullback that is called within, and in a tangent', () => {
    const pulled = (x: Tensor): Tensor[] => vjp(sqrt, [x]).pullback(float64(1));
    expect(anomaly(pulled, [float64(0)])).toMatchObject({ phase: 'backward', primitive: 'sqrt' });
    const moved = (x: Tensor): Tensor => jvp(sqrt, [x], [float64(1)]).tangent;
    expect(anomaly(moved, [float64(0)])).toMatchObject({ phase: 'forward', primitive: 'div' });
  });

  it('does not mind what a rule computes on the way', () => {
    // a^0: the rule for the exponent takes a logarithm of what may be 0, and masks it.
    const f = (x: Tensor): Tensor => x.pow(2);
    expect(detectAnomaly(grad(f))(float64(0)).item()).toBe(0);
  });
});

describe('detectAnomaly where all is well', () => {
  it('changes nothing in the values, and lets no trace out', () => {
    const f = ({ a, rest: [b] }: { a: Tensor; rest: [Tensor] }, factor: number) => ({
      value: mul(a, b).tanh().mul(factor),
      shape: a.shape,
      list: [b],
    });
    const [a, b] = [normal([2, 3]), normal([2, 3])];
    const watched = detectAnomaly(f)({ a, rest: [b] }, 3);
    const plain = f({ a, rest: [b] }, 3);
    expect(watched.value.toArray()).toEqual(plain.value.toArray());
    expect(watched.value.trace).toBeNull();
    expect(watched.shape).toEqual([2, 3]);
    expect(watched.list[0]).toBe(b);
  });

  it('watches its own call only', () => {
    let leaked: Tensor | undefined;
    detectAnomaly((x: Tensor) => {
      leaked = x;
    })(float64(-1));
    expect(log(leaked as Tensor).item()).toBeNaN();
    expect(grad(sqrt)(float64(0)).item()).toBe(Infinity);
    const limit = Error.stackTraceLimit;
    expect(() => detectAnomaly(log)(float64(-1))).toThrow(AnomalyError);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it('leaves errors of the function as they are', () => {
    expect(() =>
      detectAnomaly(() => {
        throw new RangeError('mine');
      })(),
    ).toThrow(RangeError);
  });

  it('nests with derivatives outside of it', () => {
    const f = (x: Tensor): Tensor => detectAnomaly((y: Tensor) => mul(y, y))(x);
    expect(grad(f)(float64(3)).item()).toBe(6);
  });
});
