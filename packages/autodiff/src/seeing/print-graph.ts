import { formatDot } from './dot.js';
import type { Graph } from './graph.js';
import { formatGraph } from './graph-text.js';
import { formatMermaid } from './mermaid.js';

/** `text` reads like a program, `mermaid` and `dot` are drawn by Mermaid (Markdown on many sites) and Graphviz. */
export type GraphFormat = 'text' | 'mermaid' | 'dot';

const formats: { readonly [F in GraphFormat]: (graph: Graph) => string } = {
  text: formatGraph,
  mermaid: formatMermaid,
  dot: formatDot,
};

/**
 * A graph as text: every tensor has a number, a dtype and a shape; scalar constants are written where they are used.
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { printGraph, trace } from '@renyi/autodiff';
 * console.log(printGraph(trace((x) => x.exp())(tensor([1, 2])), { format: 'mermaid' }));
 * // => flowchart TD
 * // =>   t0(["%0 = input<br/>float32 [2]"])
 * // =>   t1[["%1 = exp %0<br/>float32 [2]"]]
 * // =>   t0 --> t1
 */
export function printGraph(graph: Graph, options: { readonly format?: GraphFormat } = {}): string {
  return formats[options.format ?? 'text'](graph);
}
