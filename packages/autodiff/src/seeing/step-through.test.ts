import { cast, equal, exp, mul, sum, type Tensor, tensor, where } from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad } from '../grad.js';
import { programs } from '../random-programs.testing.js';
import { float64, int32, normal } from '../samples.testing.js';
import { thrown } from '../thrown.testing.js';
import { printSteps } from './print-steps.js';
import { stepThrough } from './step-through.js';

describe('stepThrough', () => {
  it('visits the nodes from the result back, and adds up what each of them contributes', () => {
    // y = x², z = y + x: dz/dx = 2 x + 1
    const { graph, values, steps, gradients } = stepThrough((x) => mul(x, x).add(x))(float64(3));
    expect(graph.nodes.map(({ id, primitive }) => [id, primitive])).toEqual([
      [1, 'mul'],
      [2, 'add'],
    ]);
    expect(values).toEqual([3, 9, 12]);
    expect(steps).toEqual([
      {
        id: 2,
        cotangent: 1,
        contributions: [
          { to: 1, value: 1, total: 1 },
          { to: 0, value: 1, total: 1 },
        ],
      },
      {
        id: 1,
        cotangent: 1,
        contributions: [
          { to: 0, value: 3, total: 4 },
          { to: 0, value: 3, total: 7 },
        ],
      },
    ]);
    expect(gradients).toEqual([7]);
  });

  it('gives elements as nested arrays, and the values of constants', () => {
    const { values, steps, gradients } = stepThrough((x) => sum(mul(x, float64([[1], [2]]))))(
      float64([3, 4]),
    );
    expect(values).toEqual([
      [3, 4],
      [[1], [2]],
      [
        [3, 4],
        [6, 8],
      ],
      21,
    ]);
    expect(steps[0]?.contributions[0]?.value).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(gradients).toEqual([[3, 3]]);
  });

  it('leaves out what the result does not depend on, and what has no derivative', () => {
    const f = (x: Tensor, y: Tensor): Tensor => {
      exp(y);
      return sum(where(equal(cast(x, 'int32'), 1), mul(x, 2), 0));
    };
    const { graph, steps, gradients } = stepThrough(f)(float64([1, 2]), float64(5));
    expect(graph.nodes.map(({ primitive }) => primitive)).toEqual([
      'exp',
      'cast',
      'equal',
      'mul',
      'where',
      'sum',
    ]);
    const visited = steps.map(({ id }) => graph.nodes.find((node) => node.id === id)?.primitive);
    expect(visited).toEqual(['sum', 'where', 'mul']);
    expect(gradients).toEqual([[2, 0], 0]);
  });

  it('keeps trees of arguments', () => {
    const { graph, gradients } = stepThrough(({ w, b }: { w: Tensor; b: Tensor }, [x]: [Tensor]) =>
      mul(w, x).add(b),
    )({ w: float64(2), b: float64(3) }, [float64(5)]);
    expect(graph.inputTrees).toEqual([{ w: 0, b: 1 }, [2]]);
    expect(gradients).toEqual([5, 1, 2]);
  });

  it('of a function that takes a derivative itself shows the steps of the outer one', () => {
    const { steps, gradients } = stepThrough((x) => grad((y) => mul(mul(y, y), y))(x))(float64(2));
    expect(gradients).toEqual([12]);
    expect(steps.length).toBeGreaterThan(3);
  });

  it('works inside a derivative', () => {
    let inner: unknown;
    const f = (x: Tensor): Tensor => {
      inner = stepThrough((y) => mul(y, x))(x).gradients;
      return mul(x, 2);
    };
    expect(grad(f)(float64(3)).item()).toBe(2);
    expect(inner).toEqual([3]);
  });

  it('is plain data: infinities and NaN are words in it', () => {
    const through = stepThrough((x) => x.log())(float64(0));
    expect(through.values).toEqual([0, '-Infinity']);
    expect(through.gradients).toEqual(['Infinity']);
    expect(JSON.parse(JSON.stringify(through))).toEqual(through);
  });

  it('refuses what grad refuses, in its own name', () => {
    expect(thrown(() => stepThrough((x) => x)(float64([1, 2])))).toMatchObject({
      name: 'ShapeError',
      operation: 'stepThrough',
    });
    expect(thrown(() => stepThrough((x) => x)(int32(1)))).toMatchObject({
      name: 'DTypeError',
      operation: 'stepThrough',
    });
    expect(thrown(() => stepThrough((x: Tensor) => x)(1 as never))).toMatchObject({
      name: 'DTypeError',
      operation: 'stepThrough',
    });
  });

  it('of random programs: totals are running sums, complete at the visit, and end in the gradient', () => {
    const inputs: [Tensor, Tensor] = [normal([2, 3]), normal([2, 3])];
    fc.assert(
      fc.property(programs, ({ run }) => {
        const f = (a: Tensor, b: Tensor): Tensor => sum(run(a, b));
        const { graph, steps, gradients } = stepThrough(f)(...inputs);
        const totals = new Map<number, unknown>(graph.outputs.map((id) => [id, 1]));
        const visited = new Set<number>();
        for (const { id, cotangent, contributions } of steps) {
          expect(totals.get(id)).toEqual(cotangent);
          visited.add(id);
          for (const { to, value, total } of contributions) {
            expect(visited).not.toContain(to);
            const before = totals.get(to);
            const sums =
              before === undefined
                ? value
                : tensor(before as number[], float64s)
                    .add(tensor(value as number[], float64s))
                    .toArray();
            expect(total).toEqual(sums);
            totals.set(to, total);
          }
        }
        const expected = grad(({ a, b }: { a: Tensor; b: Tensor }) => f(a, b))({
          a: inputs[0],
          b: inputs[1],
        });
        expect(gradients).toEqual([expected.a.toArray(), expected.b.toArray()]);
        for (const { id } of graph.inputs) if (totals.has(id)) expect(gradients[id]).toEqual(totals.get(id));
      }),
      { numRuns: 30 },
    );
  });
});

const float64s = { dtype: 'float64' } as const;

describe('printSteps', () => {
  it('shows both passes', () => {
    const f = (x: Tensor, w: Tensor): Tensor => sum(mul(x, w).tanh());
    expect(printSteps(stepThrough(f)(float64([0, 1]), float64(2)))).toBe(
      [
        'forward',
        '  %0: float64 [2] = input [0]                              [0, 1]',
        '  %1: float64 []  = input [1]                              2',
        '  %2: float64 [2] = mul %0 %1                              [0, 2]',
        '  %3: float64 [2] = tanh %2                                [0, 0.964028]',
        '  %4: float64 []  = sum %3 { axes: [0], keepDims: false }  0.964028',
        'backward',
        '  %4 has cotangent 1',
        '    %3 += [1, 1]',
        '  %3 has cotangent [1, 1]',
        '    %2 += [1, 0.0706508]',
        '  %2 has cotangent [1, 0.0706508]',
        '    %0 += [2, 0.141302]',
        '    %1 += 0.0706508',
        'gradients',
        '  %0: [2, 0.141302]',
        '  %1: 0.0706508',
      ].join('\n'),
    );
  });

  it('says how many elements it leaves out, and writes words for what is no number', () => {
    const text = printSteps(stepThrough((x) => sum(x.log()))(float64([0, 1, 1, 1, 1, 1, 1, 1])));
    expect(text).toContain(
      '%1: float64 [8] = log %0                                 [-Infinity, 0, 0, 0, 0, ... 3 more]',
    );
    expect(text).toContain('  %0: [Infinity, 1, 1, 1, 1, ... 3 more]');
    const six = printSteps(stepThrough((x) => sum(x))(float64([1, 2, 3, 4, 5, 6])));
    expect(six).toContain('[1, 2, 3, 4, 5, 6]');
  });
});
