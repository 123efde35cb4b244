import type { Graph } from './graph.js';
import { type Line, linesOf, typeOf, nameOf } from './graph-text.js';

/** Round, slanted, and plain boxes; results have bars at both sides. */
const shapes: { readonly [K in Line['kind'] | 'result']: readonly [open: string, close: string] } = {
  input: ['([', '])'],
  constant: ['[/', '/]'],
  operation: ['[', ']'],
  result: ['[[', ']]'],
};

/** The graph as a flowchart of Mermaid. */
export function formatMermaid(graph: Graph): string {
  const lines = linesOf(graph);
  const isResult = new Set(graph.outputs);
  return [
    'flowchart TD',
    ...lines.map(({ tensor, kind, expression }) => {
      const [open, close] = shapes[isResult.has(tensor.id) ? 'result' : kind];
      const label = `${escapeLabel(`${nameOf(tensor.id)} = ${expression}`)}<br/>${typeOf(tensor)}`;
      return `  t${tensor.id}${open}"${label}"${close}`;
    }),
    ...lines.flatMap(({ tensor, operands }) => operands.map((id) => `  t${id} --> t${tensor.id}`)),
  ].join('\n');
}

/** Mermaid's entities: what would end the label, begin one, or be taken for HTML or Markdown. */
function escapeLabel(text: string): string {
  return text.replace(/[#"<>&`;\\\n]/g, (character) => `#${character.codePointAt(0)};`);
}
