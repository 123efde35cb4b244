import {
  bind,
  cast,
  cos,
  embed,
  equal,
  exp,
  type Inputs,
  matmul,
  mul,
  type Primitive,
  primitives,
  reshape,
  sin,
  sum,
  type Tensor,
  tensor,
  trace as sumOfDiagonal,
  where,
  zeros,
} from '@renyi/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad, valueAndGrad } from '../grad.js';
import { jvp } from '../jvp.js';
import { Parameter } from '../parameter.js';
import { programs } from '../random-programs.testing.js';
import { distance, float64, int32, normal } from '../samples.testing.js';
import { thrown } from '../thrown.testing.js';
import type { Graph } from './graph.js';
import { printGraph } from './print-graph.js';
import { trace } from './trace.js';

const primitivesOf = ({ nodes }: Graph): string[] => nodes.map(({ primitive }) => primitive);

describe('trace', () => {
  it('gives inputs, constants and operations with ids in the order in which tensors appear', () => {
    const graph = trace((x: Tensor, y: Tensor) => sum(mul(mul(x, 2), y), { axis: 0 }))(
      tensor([1, 2]),
      float64([3, 4]),
    );
    expect(graph).toEqual({
      inputs: [
        { id: 0, shape: [2], dtype: 'float32' },
        { id: 1, shape: [2], dtype: 'float64' },
      ],
      constants: [{ id: 2, shape: [], dtype: 'float32', value: 2 }],
      nodes: [
        { id: 3, primitive: 'mul', inputs: [0, 2], attributes: {}, shape: [2], dtype: 'float32' },
        { id: 4, primitive: 'mul', inputs: [3, 1], attributes: {}, shape: [2], dtype: 'float64' },
        {
          id: 5,
          primitive: 'sum',
          inputs: [4],
          attributes: { axes: [0], keepDims: false },
          shape: [],
          dtype: 'float64',
        },
      ],
      outputs: [5],
      inputTrees: [0, 1],
      outputTree: 5,
    });
  });

  it('keeps the trees of arguments and result', () => {
    const graph = trace(({ w, rest: [b] }: { w: Tensor; rest: [Tensor] }, x: Tensor) => ({
      sum: x.add(b),
      same: [w, w],
    }))({ w: tensor(1), rest: [tensor(2)] }, tensor(3));
    expect(graph.inputTrees).toEqual([{ w: 0, rest: [1] }, 2]);
    expect(graph.outputTree).toEqual({ sum: 3, same: [0, 0] });
    expect(graph.outputs).toEqual([3, 0, 0]);
  });

  it('knows the same constant again, and a result that is one', () => {
    const c = float64([1, 2]);
    const graph = trace((x) => [mul(x, c), mul(c, x), c])(float64(1));
    expect(graph.constants).toEqual([{ id: 1, shape: [2], dtype: 'float64', value: null }]);
    expect(graph.nodes.map(({ inputs }) => inputs)).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(graph.outputs).toEqual([2, 3, 1]);
  });

  it('does not see operations on constants', () => {
    expect(primitivesOf(trace((x) => mul(x, exp(float64(1))))(float64(1)))).toEqual(['mul']);
  });

  it('sees integers, booleans and views, too', () => {
    const f = (x: Tensor): Tensor => where(equal(cast(x, 'int32'), 1), reshape(x, [1, 2]), 0);
    expect(primitivesOf(trace(f)(tensor([1, 2])))).toEqual(['cast', 'equal', 'reshape', 'where']);
  });

  it('is plain data: JSON keeps everything, numbers that it does not know as words', () => {
    const graph = trace((x) => embed(mul(mul(x, NaN), -Infinity), [3], { starts: [1], fill: Infinity }))(
      tensor([1]),
    );
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
    expect(graph.constants.map(({ value }) => value)).toEqual(['NaN', '-Infinity']);
    expect(graph.nodes.at(-1)?.attributes).toMatchObject({ fill: 'Infinity' });
  });

  it('shows what the derivative of a function does', () => {
    expect(primitivesOf(trace(grad((x) => sin(x)))(float64(1)))).toEqual(['sin', 'cos', 'mul']);
    expect(primitivesOf(trace((x) => jvp(sin, [x], [float64(1)]).tangent)(float64(1)))).toEqual([
      'sin',
      'cos',
      'mul',
    ]);
  });

  it('shows second derivatives', () => {
    const second = trace(grad((x) => grad((y) => sin(y))(x)))(float64(1));
    expect(primitivesOf(second)).toEqual(['sin', 'cos', 'mul', 'sin', 'mul', 'neg']);
  });

  it('is itself within a derivative', () => {
    let graph: Graph | undefined;
    const f = (x: Tensor): Tensor => {
      graph = trace(cos)(x);
      return sin(x);
    };
    expect(grad(f)(float64(0)).item()).toBe(1);
    expect(graph && primitivesOf(graph)).toEqual(['cos']);
  });

  it('of a loss at parameters: they are the inputs, and have their own tensors back', () => {
    const w = new Parameter(float64([1, 2]));
    const own = w.value;
    const graph = trace(() => valueAndGrad(() => sum(mul(w.value, w.value)), [w]), { w, tied: w });
    expect(graph.inputTrees).toEqual([{ w: 0, tied: 0 }]);
    expect(graph.outputTree).toEqual({ value: 2, gradients: [6] });
    expect(w.value).toBe(own);
  });

  it('leaves no trace on tensors that leak, and their operations are no longer recorded', () => {
    let leaked: Tensor | undefined;
    const graph = trace((x) => {
      leaked = mul(x, 2);
      return leaked;
    })(float64(3));
    expect(mul(leaked as Tensor, 2).trace).toBeNull();
    expect(graph.nodes).toHaveLength(1);
  });

  it('refuses what is no tensor, in arguments and results', () => {
    expect(thrown(() => trace((x: Tensor) => x)(1 as never))).toMatchObject({
      operation: 'trace',
      expected: 'a tensor, or arrays and plain records of them, to trace',
      got: '1',
      difference: 'at [0]',
    });
    expect(thrown(() => trace((x) => ({ x, item: x.item() }))(float64(1)))).toMatchObject({
      operation: 'trace',
      expected: 'a tensor, or arrays and plain records of them, as a result',
      difference: 'at .item',
    });
    const w = new Parameter(float64(1));
    const step = (): Tensor => {
      w.value = float64(2);
      return w.value;
    };
    expect(thrown(() => trace(step, w))).toMatchObject({ name: 'ConfigError', operation: 'trace' });
  });

  it('is not the sum over a diagonal, which has the same name: each refuses what is meant for the other', () => {
    expect(() => trace(float64([[1]]) as never)).toThrow(
      'trace: expected a function to trace; got a tensor. The sum over the diagonal is trace of @renyi/tensor',
    );
    expect(() => trace(1 as never)).toThrow('trace: expected a function to trace; got number');
    expect(() => sumOfDiagonal(exp as never)).toThrow('trace: expected a tensor; got ');
  });
});

/** Computes a graph from its data. */
function replay({ inputs, constants, nodes, outputs }: Graph, values: readonly Tensor[]): Tensor {
  const known = new Map(inputs.map(({ id }, i) => [id, values[i] as Tensor]));
  for (const { id, value, dtype } of constants) known.set(id, tensor(value as number, { dtype }));
  for (const { id, primitive, inputs: operands, attributes } of nodes) {
    const taken = operands.map((operand) => known.get(operand) as Tensor);
    known.set(
      id,
      bind(primitives[primitive] as Primitive<'add'>, taken as unknown as Inputs<'add'>, attributes),
    );
  }
  return known.get(outputs[0] as number) as Tensor;
}

it('a graph that was computed again from its JSON gives what the function gave', () => {
  const inputs = [normal([2, 3]), normal([2, 3])];
  fc.assert(
    fc.property(programs, ({ run }) => {
      const graph: Graph = JSON.parse(JSON.stringify(trace(run)(...(inputs as [Tensor]))));
      fc.pre(graph.constants.every(({ shape }) => shape.length === 0));
      expect(distance(replay(graph, inputs), run(...inputs))).toBe(0);
    }),
    { numRuns: 50 },
  );
});

describe('printGraph', () => {
  const layer = trace(({ w, b }: { w: Tensor; b: Tensor }, x: Tensor) =>
    sum(mul(matmul(x, w).add(b).tanh(), 0.1)),
  )({ w: zeros([3, 2]), b: zeros([2]) }, zeros([4, 3]));

  it('as text is one assignment a line, with dtypes and shapes', () => {
    expect(printGraph(layer)).toBe(
      [
        'graph ({ w: %0, b: %1 }, %2)',
        '  %0: float32 [3, 2] = input [0].w',
        '  %1: float32 [2]    = input [0].b',
        '  %2: float32 [4, 3] = input [1]',
        '  %3: float32 [4, 2] = matmul %2 %0',
        '  %4: float32 [4, 2] = add %3 %1',
        '  %5: float32 [4, 2] = tanh %4',
        '  %7: float32 [4, 2] = mul %5 0.1',
        '  %8: float32 []     = sum %7 { axes: [0, 1], keepDims: false }',
        'return %8',
      ].join('\n'),
    );
    expect(printGraph(layer, { format: 'text' })).toBe(printGraph(layer));
  });

  it('as text, of a gradient', () => {
    const w = new Parameter(float64([1, 2]));
    const graph = trace(() => valueAndGrad(() => sum(mul(w.value, w.value)), [w]), [w]);
    expect(printGraph(graph)).toBe(
      [
        'graph ([%0])',
        '  %0: float64 [2] = input [0]',
        '  %1: float64 [2] = mul %0 %0',
        '  %2: float64 []  = sum %1 { axes: [0], keepDims: false }',
        '  %3: float64 [2] = constant',
        '  %4: float64 [2] = mul %3 %0',
        '  %5: float64 [2] = mul %3 %0',
        '  %6: float64 [2] = add %4 %5',
        'return { value: %2, gradients: [%6] }',
      ].join('\n'),
    );
  });

  it('as Mermaid is a flowchart', () => {
    expect(printGraph(layer, { format: 'mermaid' })).toBe(
      [
        'flowchart TD',
        '  t0(["%0 = input [0].w<br/>float32 [3, 2]"])',
        '  t1(["%1 = input [0].b<br/>float32 [2]"])',
        '  t2(["%2 = input [1]<br/>float32 [4, 3]"])',
        '  t3["%3 = matmul %2 %0<br/>float32 [4, 2]"]',
        '  t4["%4 = add %3 %1<br/>float32 [4, 2]"]',
        '  t5["%5 = tanh %4<br/>float32 [4, 2]"]',
        '  t7["%7 = mul %5 0.1<br/>float32 [4, 2]"]',
        '  t8[["%8 = sum %7 { axes: [0, 1], keepDims: false }<br/>float32 []"]]',
        '  t2 --> t3',
        '  t0 --> t3',
        '  t3 --> t4',
        '  t1 --> t4',
        '  t4 --> t5',
        '  t5 --> t7',
        '  t7 --> t8',
      ].join('\n'),
    );
  });

  it('as DOT is a digraph; constants that are no scalars are drawn, and so are two edges for a square', () => {
    const square = trace((x) => mul(mul(x, x), tensor([1, 2])))(tensor(3));
    expect(printGraph(square, { format: 'dot' })).toBe(
      [
        'digraph {',
        '  node [fontname="monospace"]',
        '  0 [label="%0 = input\\nfloat32 []", shape=ellipse]',
        '  1 [label="%1 = mul %0 %0\\nfloat32 []", shape=box]',
        '  2 [label="%2 = constant\\nfloat32 [2]", shape=ellipse, style=dashed]',
        '  3 [label="%3 = mul %1 %2\\nfloat32 [2]", shape=box, peripheries=2]',
        '  0 -> 1',
        '  0 -> 1',
        '  1 -> 3',
        '  2 -> 3',
        '}',
      ].join('\n'),
    );
  });

  it('escapes what would end a label or mean something in it', () => {
    const key = 'k"\\<b>&#;`\n';
    const graph = trace(({ [key]: x }: Record<string, Tensor>) => ({ [key]: exp(x as Tensor) }))({
      [key]: tensor(1),
    });
    expect(printGraph(graph).split('\n')).toEqual([
      'graph ({ "k\\"\\\\<b>&#;`\\n": %0 })',
      '  %0: float32 [] = input ["k\\"\\\\<b>&#;`\\n"]',
      '  %1: float32 [] = exp %0',
      'return { "k\\"\\\\<b>&#;`\\n": %1 }',
    ]);
    expect(printGraph(graph, { format: 'mermaid' }).split('\n')[1]).toBe(
      '  t0(["%0 = input [#34;k#92;#34;#92;#92;#60;b#62;#38;#35;#59;#96;#92;n#34;]<br/>float32 []"])',
    );
    expect(printGraph(graph, { format: 'dot' }).split('\n')[2]).toBe(
      '  0 [label="%0 = input [\\"k\\\\\\"\\\\\\\\<b>&amp;#;`\\\\n\\"]\\nfloat32 []", shape=ellipse]',
    );
  });

  it('writes scalars with as few digits as their dtype tells apart', () => {
    const written = (x: Tensor, value: number): string | undefined =>
      printGraph(trace((y) => mul(y, value))(x))
        .split(' ')
        .at(-2)
        ?.split('\n')[0];
    expect(written(tensor(1), 0.1)).toBe('0.1');
    expect(written(tensor(1), 16777216)).toBe('16777216');
    expect(written(tensor(1), 2 / 3)).toBe('0.6666667');
    expect(written(float64(1), 2 / 3)).toBe('0.6666666666666666');
    expect(written(tensor(1), -Infinity)).toBe('-Infinity');
    expect(written(int32(1), 7)).toBe('7');
  });

  it('names a constant that is the result', () => {
    expect(printGraph(trace((_x) => tensor(0.5))(tensor(1))).split('\n')).toEqual([
      'graph (%0)',
      '  %0: float32 [] = input',
      '  %1: float32 [] = 0.5',
      'return %1',
    ]);
  });

  it('of nothing is nothing', () => {
    expect(printGraph(trace(() => [])())).toBe('graph ()\nreturn []');
    expect(printGraph(trace((_x: Record<string, Tensor>) => ({}))({}))).toBe('graph ({})\nreturn {}');
  });
});
