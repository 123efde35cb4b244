import {
  grad,
  type Graph,
  type GraphFormat,
  printGraph,
  printSteps,
  stepThrough,
  trace,
} from '@renyi/autodiff';
import { crossEntropy, matmul, sqrt, sum, type Tensor, tensor } from '@renyi/tensor';

/** A scalar-valued function of one tree of tensors, and where to look at it. */
interface Program {
  readonly summary: string;
  readonly f: (x: Readonly<Record<string, Tensor>>) => Tensor;
  readonly at: Readonly<Record<string, Tensor>>;
}

const labels = tensor([1, 0], { dtype: 'int32' });

export const programs: { readonly [name: string]: Program } = {
  neuron: {
    summary: 'tanh(w x + b)',
    f: ({ w, x, b }) =>
      (w as Tensor)
        .mul(x as Tensor)
        .add(b as Tensor)
        .tanh(),
    at: { w: tensor(0.5), x: tensor(2), b: tensor(-1) },
  },
  cube: {
    summary: 'x³, in which x is used three times',
    f: ({ x }) => (x as Tensor).mul(x as Tensor).mul(x as Tensor),
    at: { x: tensor(2) },
  },
  norm: {
    summary: 'the length of a vector',
    f: ({ x }) => sqrt(sum((x as Tensor).mul(x as Tensor))),
    at: { x: tensor([3, 4]) },
  },
  classifier: {
    summary: 'the cross-entropy of a linear layer on two rows',
    f: ({ x, w, b }) => crossEntropy(matmul(x as Tensor, w as Tensor).add(b as Tensor), labels),
    at: {
      x: tensor([
        [1, 2],
        [3, 4],
      ]),
      w: tensor([
        [0.1, 0.2],
        [0.3, 0.4],
      ]),
      b: tensor([0, 0.5]),
    },
  },
};

const views: { readonly [name: string]: (program: Program, format: GraphFormat) => string } = {
  steps: ({ f, at }) => printSteps(stepThrough(f)(at)),
  graph: ({ f, at }, format) => printGraph(trace(f)(at), { format }),
  gradient: ({ f, at }, format) => printGraph(trace(grad(f))(at) as Graph, { format }),
  json: ({ f, at }) => JSON.stringify(stepThrough(f)(at), null, 1),
};

const formats: readonly string[] = ['text', 'mermaid', 'dot'] satisfies GraphFormat[];

const help = `Shows what a derivative does.

    see <program> [view] [format]

programs
${Object.entries(programs)
  .map(([name, { summary }]) => `    ${name.padEnd(12)}${summary}`)
  .join('\n')}
views
    steps       the backward pass step by step (the default)
    graph       the function's graph
    gradient    the gradient's graph
    json        the steps as data
formats of graphs
    ${formats.join(', ')}`;

/** What the command answers to its words, and its exit code. */
export function see(words: readonly string[]): { readonly text: string; readonly code: number } {
  const [name, view = 'steps', format = 'text'] = words;
  if (name === undefined || name === '--help') return { text: help, code: 0 };
  const unknown = (what: string, got: string, known: readonly string[]) => ({
    text: `see: there is no ${what} ${got}; there are ${known.join(', ')}`,
    code: 2,
  });
  const program = programs[name];
  if (program === undefined) return unknown('program', name, Object.keys(programs));
  const show = views[view];
  if (show === undefined) return unknown('view', view, Object.keys(views));
  if (!formats.includes(format)) return unknown('format', format, formats);
  return { text: show(program, format as GraphFormat), code: 0 };
}
