import {
  add,
  cast,
  ConfigError,
  DomainError,
  DTypeError,
  exp,
  log,
  matmul,
  mul,
  sqrt,
  sum,
  type Tensor,
  tensor,
  transpose,
} from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, checkGradientsByRules } from './check-gradients.js';
import { jvpTable } from './jvp-table.js';
import { float64, int32, normal } from './samples.testing.js';
import { stopGradient } from './stop-gradient.js';
import type { VjpTable } from './vjp-rule.js';
import { vjpTable } from './vjp-table.js';

/** Its rule-made derivative is 0.9995 of the right one: a part of it is held fixed. */
const slightlyWrong = (x: Tensor): Tensor => add(mul(exp(x), 0.9995), mul(stopGradient(exp(x)), 0.0005));

describe('a report', () => {
  it('of derivatives that agree says how well', () => {
    const report = checkGradients((x) => x.tanh().mul(x), [tensor([0.5, -1.5])]);
    expect(report.ok).toBe(true);
    expect(report.failures).toEqual([]);
    expect(report.toString()).toMatch(
      /^12 directional derivatives agree, worst error \d\.\de-1\d \(tolerance 7\.3e-8\)$/,
    );
    expect(String(report)).toBe(report.toString());
  });

  it('has a check for each mode, input and direction, and at order 2 for each pair of modes and inputs', () => {
    const { checks } = checkGradients((a, b) => mul(mul(a, b), b), [normal([2]), normal([])], {
      directions: 3,
    });
    const label = ({ order, mode, gradientOf, input, direction }: (typeof checks)[number]): string =>
      `${order} ${mode} ${gradientOf} ${input} ${direction}`;
    const [two, three, modes] = [
      [0, 1],
      [0, 1, 2],
      ['reverse', 'forward'],
    ] as const;
    const expected = three.flatMap((direction) =>
      two.flatMap((input) =>
        modes.flatMap((outer) => [
          `1 ${outer} null ${input} ${direction}`,
          ...modes.flatMap((inner) =>
            two.map((of) => `2 ${outer} over ${inner} ${of} ${input} ${direction}`),
          ),
        ]),
      ),
    );
    expect(checks.map(label).sort()).toEqual(expected.sort());
  });

  it('gives every mode the same number to compare with', () => {
    const { checks } = checkGradients((x) => exp(x.tanh()), [normal([3])], { directions: 1 });
    const [first, second] = [1, 2].map((order) => checks.filter((check) => check.order === order));
    expect(new Set(first?.map(({ numeric }) => numeric)).size).toBe(1);
    // At order 2 the derivative that is moved was itself computed in either mode, with roundings of its own.
    for (const { numeric } of second ?? [])
      expect(numeric).toBeCloseTo(second?.[0]?.numeric ?? Number.NaN, 8);
  });

  it('of a failure names order, mode, input, direction, both numbers and the error', () => {
    const report = checkGradients((a, b) => mul(a, slightlyWrong(b)), [float64(2), float64(1)], {
      directions: 1,
      modes: ['reverse'],
    });
    expect(report.ok).toBe(false);
    expect(report.failures.map(({ order, gradientOf, input }) => [order, gradientOf, input])).toEqual([
      [1, null, 1],
      [2, 0, 1],
    ]);
    const [first] = report.failures;
    expect(first?.analytic).toBeCloseTo((first?.numeric ?? Number.NaN) * 0.9995, 8);
    expect(first?.error).toBeCloseTo(
      Math.abs((first?.analytic ?? 0) - (first?.numeric ?? 0)) / Math.max(1, Math.abs(first?.numeric ?? 0)),
      8,
    );
    const lines = report.toString().split('\n');
    expect(lines[0]).toBe(
      `order 1, reverse, moved input 1, direction 0: ${first?.analytic} by the rules, ${first?.numeric} by differences, ` +
        `error ${first?.error.toExponential(1)} (tolerance 7.3e-8)`,
    );
    expect(lines[1]).toMatch(
      /^order 2, reverse over reverse, derivative by input 0, moved input 1, direction 0: /,
    );
    expect(lines).toHaveLength(2);
  });

  it('is the same for the same seed and another for another', () => {
    const run = (seed: number): number[] =>
      checkGradients(exp, [float64([1, 2])], { seed }).checks.map(({ numeric }) => numeric);
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });
});

describe('options', () => {
  it('order 1 does not look at the second derivative', () => {
    // Its residual is detached: the derivative is right, the derivative of the derivative is not.
    const vjp: VjpTable = { ...vjpTable, exp: [(y) => (g) => mul(g, stopGradient(y))] };
    const tables = { vjp, jvp: jvpTable };
    expect(checkGradientsByRules(tables, exp, [float64(1)], { order: 1 }).ok).toBe(true);
    expect(checkGradientsByRules(tables, exp, [float64(1)], { order: 2 }).ok).toBe(false);
  });

  it('a mode that is not asked for is not looked at', () => {
    const vjp: VjpTable = { ...vjpTable, exp: [(y) => (g) => mul(g, mul(y, 2))] };
    const tables = { vjp, jvp: jvpTable };
    expect(checkGradientsByRules(tables, exp, [float64(1)], { modes: ['forward'] }).ok).toBe(true);
    const { failures } = checkGradientsByRules(tables, exp, [float64(1)], { directions: 1 });
    expect(failures.map(({ mode }) => mode)).toEqual([
      'reverse',
      'reverse over reverse',
      'reverse over forward',
    ]);
  });

  it.each([
    [[], 'none'],
    [['sideways'], 'sideways'],
  ])('modes %j are none', (modes, got) => {
    expect(() => checkGradients(exp, [float64(1)], { modes: modes as ['forward'] })).toThrow(
      `checkGradients: expected modes 'reverse', 'forward' or both; got ${got}`,
    );
  });

  it('a tolerance lets through what is below it', () => {
    expect(checkGradients(slightlyWrong, [float64(1)]).ok).toBe(false);
    const report = checkGradients(slightlyWrong, [float64(1)], { tolerance: 1e-3 });
    expect([report.ok, report.tolerance]).toEqual([true, 1e-3]);
  });

  it('a tolerance that is not a number lets nothing through', () => {
    expect(checkGradients(exp, [float64(1)], { tolerance: Number.NaN }).ok).toBe(false);
  });

  it.each([0, -1, 1.5, Number.NaN])('%d directions would compare nothing', (directions) => {
    expect(() => checkGradients(exp, [float64(1)], { directions })).toThrow(ConfigError);
  });

  it('nor would no inputs', () => {
    expect(() => checkGradients(() => float64(1), [])).toThrow(
      'checkGradients: expected at least one input to move; got none',
    );
  });

  it('order 3 is none', () => {
    expect(() => checkGradients(exp, [float64(1)], { order: 3 as 2 })).toThrow(
      'checkGradients: expected order 1 or 2; got 3',
    );
  });

  it('a seed that is none', () => {
    expect(() => checkGradients(exp, [float64(1)], { seed: -1 })).toThrow(DomainError);
  });
});

describe('trees', () => {
  const parameters = { w: normal([2, 3]), b: [normal([2])] };
  const layer = ({ w, b }: typeof parameters, x: Tensor) => ({
    out: add(matmul(x, transpose(w)), b[0] as Tensor).tanh(),
    costs: [sum(mul(w, w)), exp(sum(b[0] as Tensor))],
  });
  const inputs: [typeof parameters, Tensor] = [parameters, normal([4, 3])];

  it('of inputs and results: every tensor is moved on its own, against every other', () => {
    const report = checkGradients(layer, inputs);
    expect(report.toString()).toMatch(/^84 directional derivatives agree/);
    expect(report.places).toEqual(['0.w', '0.b[0]', '1']);
    expect(new Set(report.checks.map(({ input }) => input))).toEqual(new Set([0, 1, 2]));
    expect(new Set(report.checks.map(({ gradientOf }) => gradientOf))).toEqual(new Set([null, 0, 1, 2]));
  });

  it('a fault is named by its place, wherever in the result it shows', () => {
    const wrong = ({ w, b }: typeof parameters, x: Tensor) =>
      layer({ w: mul(w, sum(slightlyWrong(b[0] as Tensor))), b }, x);
    const report = checkGradients(wrong, inputs, { modes: ['forward'] });
    expect(new Set(report.failures.filter(({ order }) => order === 1).map(({ input }) => input))).toEqual(
      new Set([1]),
    );
    const lines = report.toString().split('\n');
    expect(lines[0]).toMatch(/^order 1, forward, moved input 0\.b\[0\], direction 0: /);
    expect(lines.some((line) => / derivative by input 0\.w, moved input 0\.b\[0\], /.test(line))).toBe(true);
    const last = ({ w, b }: typeof parameters): Tensor[] => [w, slightlyWrong(b[0] as Tensor)];
    expect(checkGradients(last, [parameters], { order: 1 }).failures).toHaveLength(4);
  });

  it('are widened, and refused where they hold what has no derivative, or nothing', () => {
    expect(checkGradients(({ a }: { a: Tensor }) => exp(a), [{ a: tensor([1, 2]) }]).ok).toBe(true);
    const messages: readonly (readonly [() => unknown, string])[] = [
      [
        () => checkGradients(([a]: Tensor[]) => a as Tensor, [[float64(1), int32(2)]]),
        'checkGradients: expected float32 or float64 tensors to differentiate by; got int32 of shape []: tensor 1 of 2',
      ],
      [
        () => checkGradients(((x: unknown) => x) as never, [{ a: 1 }] as never),
        'checkGradients: expected a tensor, or arrays and plain records of them, to differentiate by; got 1: at [0].a',
      ],
      [
        () => checkGradients((x: Tensor) => ({ y: x, n: cast(x, 'int32') }), [float64(1)]),
        'checkGradients: expected a function whose result is float; got int32',
      ],
      [
        () => checkGradients((() => 1) as never, [float64(1)]),
        'checkGradients: expected a function whose result is a tensor; got number',
      ],
      [
        () => checkGradients((_: Tensor[]) => float64(1), [[]]),
        'checkGradients: expected at least one input to move; got none',
      ],
      [
        () => checkGradients((_: Tensor): Tensor[] => [], [float64(1)]),
        'checkGradients: expected at least one result to compare; got none',
      ],
    ];
    for (const [check, message] of messages) expect(check).toThrow(message);
  });
});

describe('what it refuses and what it finds', () => {
  it('an integer input or result', () => {
    for (const check of [
      () => checkGradients((x) => mul(x, 0.5), [int32(1)]),
      () => checkGradients((x) => cast(x, 'int32'), [float64(1)]),
    ]) {
      expect(check).toThrow(DTypeError);
      expect(check).toThrow(/^checkGradients: /);
    }
  });

  it('a pole: nothing agrees with NaN or infinity', () => {
    expect(checkGradients(sqrt, [float64(0)], { order: 1 }).ok).toBe(false);
    expect(checkGradients(log, [float64(-1)], { order: 1 }).ok).toBe(false);
    expect(checkGradients((x) => log(mul(x, 0)), [float64(1)], { order: 1 }).toString()).toMatch(/NaN/);
  });

  it('a kink, where the two sides differ', () => {
    expect(checkGradients((x) => x.relu(), [float64([0, 1])], { order: 1 }).ok).toBe(false);
  });

  it('a loss of precision to float32 on the way', () => {
    expect(
      checkGradients((x) => cast(cast(x.tanh(), 'float32'), 'float64'), [float64([1, 2])], { order: 1 }).ok,
    ).toBe(false);
  });

  it('widens float32 inputs, which alone could not be checked', () => {
    expect(checkGradients(exp, [tensor([1, 2])]).ok).toBe(true);
  });

  it('any shape of result, and empty ones', () => {
    expect(
      checkGradients((x) => x.reshape([2, 1]).mul(tensor([[1, 2, 3]], { dtype: 'float64' })), [normal([2])])
        .ok,
    ).toBe(true);
    expect(checkGradients(exp, [normal([0])]).ok).toBe(true);
  });
});
