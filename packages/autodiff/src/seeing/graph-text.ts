import { type DType, formatShape } from '@renyi/tensor';
import type { Tree } from '../tree.js';
import type { Graph, GraphTensor } from './graph.js';
import type { Plain, PlainElement } from './plain.js';

/** A tensor of a graph in words. */
export interface Line {
  readonly tensor: GraphTensor;
  readonly kind: 'input' | 'constant' | 'operation';
  /** What it is equal to: `mul %0 2`. */
  readonly expression: string;
  /** Ids of the operands that are lines themselves; scalar constants are written into the expression. */
  readonly operands: readonly number[];
}

/** What is to be shown of a graph, in the order of ids. */
export function linesOf({ inputs, constants, nodes, inputTrees, outputs }: Graph): Line[] {
  const isShown = new Set(outputs);
  const inline = new Map<number, string>();
  for (const { id, value, dtype } of constants)
    if (value !== null && !isShown.has(id)) inline.set(id, formatScalar(value, dtype));
  const paths = new Map(
    inputTrees.flatMap((tree, i) => pathsOf(tree, inputTrees.length > 1 ? `[${i}]` : '')),
  );
  const lines: Line[] = [
    ...inputs.map((tensor): Line => {
      const path = paths.get(tensor.id) ?? '';
      return { tensor, kind: 'input', expression: path === '' ? 'input' : `input ${path}`, operands: [] };
    }),
    ...constants
      .filter(({ id }) => !inline.has(id))
      .map(
        (tensor): Line => ({
          tensor,
          kind: 'constant',
          expression: tensor.value === null ? 'constant' : formatScalar(tensor.value, tensor.dtype),
          operands: [],
        }),
      ),
    ...nodes.map(
      (tensor): Line => ({
        tensor,
        kind: 'operation',
        expression: [
          tensor.primitive,
          ...tensor.inputs.map((id) => inline.get(id) ?? nameOf(id)),
          ...(Object.keys(tensor.attributes).length > 0 ? [formatPlain(tensor.attributes)] : []),
        ].join(' '),
        operands: tensor.inputs.filter((id) => !inline.has(id)),
      }),
    ),
  ];
  return lines.sort((a, b) => a.tensor.id - b.tensor.id);
}

/** The graph as a program of one assignment a line. */
export function formatGraph(graph: Graph): string {
  const lines = linesOf(graph).map((line) => [typed(line.tensor), line.expression] as const);
  const width = Math.max(0, ...lines.map(([left]) => left.length));
  return [
    `graph (${graph.inputTrees.map(formatTree).join(', ')})`,
    ...lines.map(([left, right]) => `  ${left.padEnd(width)} = ${right}`),
    `return ${formatTree(graph.outputTree)}`,
  ].join('\n');
}

export function nameOf(id: number): string {
  return `%${id}`;
}

/** `float32 [2, 3]` */
export function typeOf({ dtype, shape }: GraphTensor): string {
  return `${dtype} ${formatShape(shape)}`;
}

/** `%3: float32 [2, 3]` */
export function typed(tensor: GraphTensor): string {
  return `${nameOf(tensor.id)}: ${typeOf(tensor)}`;
}

/** The shortest decimal number that is this value in its dtype: 0.1, not 0.10000000149011612. */
function formatScalar(value: PlainElement, dtype: DType): string {
  if (typeof value !== 'number' || dtype !== 'float32') return String(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

function formatTree(tree: Tree<number>): string {
  if (typeof tree === 'number') return nameOf(tree);
  if (Array.isArray(tree)) return `[${tree.map(formatTree).join(', ')}]`;
  return formatRecord(tree as { readonly [key: string]: Tree<number> }, formatTree);
}

function formatPlain(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map(formatPlain).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return formatRecord(value as { readonly [key: string]: Plain }, formatPlain);
  }
  return String(value);
}

function formatRecord<T>(record: { readonly [key: string]: T }, format: (entry: T) => string): string {
  const entries = Object.entries(record).map(([key, entry]) => `${formatKey(key)}: ${format(entry)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Where each id lies in a tree: `[0].weight`. */
function pathsOf(tree: Tree<number>, path: string): [id: number, path: string][] {
  if (typeof tree === 'number') return [[tree, path]];
  if (Array.isArray(tree)) return tree.flatMap((branch, i) => pathsOf(branch, `${path}[${i}]`));
  return Object.entries(tree).flatMap(([key, branch]) => {
    const step = isIdentifier(key) ? `${path === '' ? '' : '.'}${key}` : `[${JSON.stringify(key)}]`;
    return pathsOf(branch, `${path}${step}`);
  });
}

function isIdentifier(key: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
}

function formatKey(key: string): string {
  return isIdentifier(key) ? key : JSON.stringify(key);
}
