import type { Graph } from './graph.js';
import { type Line, linesOf, typeOf, nameOf } from './graph-text.js';

const looks: { readonly [K in Line['kind']]: string } = {
  input: 'shape=ellipse',
  constant: 'shape=ellipse, style=dashed',
  operation: 'shape=box',
};

/** The graph for Graphviz. Results have a double border. */
export function formatDot(graph: Graph): string {
  const lines = linesOf(graph);
  const isResult = new Set(graph.outputs);
  return [
    'digraph {',
    '  node [fontname="monospace"]',
    ...lines.map(({ tensor, kind, expression }) => {
      const label = quote(`${nameOf(tensor.id)} = ${expression}\n${typeOf(tensor)}`);
      return `  ${tensor.id} [label=${label}, ${looks[kind]}${isResult.has(tensor.id) ? ', peripheries=2' : ''}]`;
    }),
    ...lines.flatMap(({ tensor, operands }) => operands.map((id) => `  ${id} -> ${tensor.id}`)),
    '}',
  ].join('\n');
}

const escapes: { readonly [character: string]: string } = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '&': '&amp;',
};

/** A quoted string of DOT: the quote ends it, a backslash begins an escape, and an ampersand an entity. */
function quote(text: string): string {
  return `"${text.replace(/[\\"\n&]/g, (character) => escapes[character] as string)}"`;
}
