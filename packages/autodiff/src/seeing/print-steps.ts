import { linesOf, nameOf, typed } from './graph-text.js';
import type { PlainElements } from './plain.js';
import type { StepThrough } from './step-through.js';

/** Digits of a number, and entries of an array, that are shown. */
const digits = 6;
const entries = 6;

/**
 * A forward and a backward pass step by step, as text.
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { printSteps, stepThrough } from '@renyi/autodiff';
 * console.log(printSteps(stepThrough((x) => x.mul(x).add(x))(tensor(3))));
 * // => forward
 * // =>   %0: float32 [] = input      3
 * // =>   %1: float32 [] = mul %0 %0  9
 * // =>   %2: float32 [] = add %1 %0  12
 * // => backward
 * // =>   %2 has cotangent 1
 * // =>     %1 += 1
 * // =>     %0 += 1
 * // =>   %1 has cotangent 1
 * // =>     %0 += 3, which makes 4
 * // =>     %0 += 3, which makes 7
 * // => gradients
 * // =>   %0: 7
 */
export function printSteps({ graph, values, steps, gradients }: StepThrough): string {
  const lines = linesOf(graph);
  const types = lines.map(({ tensor }) => typed(tensor));
  const widthOf = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
  const typeWidth = widthOf(types);
  const expressionWidth = widthOf(lines.map(({ expression }) => expression));
  const reached = new Set<number>();
  return [
    'forward',
    ...lines.map(({ tensor, expression }, i) => {
      const left = (types[i] as string).padEnd(typeWidth);
      return `  ${left} = ${expression.padEnd(expressionWidth)}  ${formatElements(values[tensor.id] as PlainElements)}`;
    }),
    'backward',
    ...steps.flatMap(({ id, cotangent, contributions }) => [
      `  ${nameOf(id)} has cotangent ${formatElements(cotangent)}`,
      ...contributions.map(({ to, value, total }) => {
        const isFirst = !reached.has(to);
        reached.add(to);
        const sum = isFirst ? '' : `, which makes ${formatElements(total)}`;
        return `    ${nameOf(to)} += ${formatElements(value)}${sum}`;
      }),
    ]),
    'gradients',
    ...graph.inputs.map(({ id }, i) => `  ${nameOf(id)}: ${formatElements(gradients[i] as PlainElements)}`),
  ].join('\n');
}

function formatElements(elements: PlainElements): string {
  if (typeof elements === 'number') return String(Number(elements.toPrecision(digits)));
  if (!Array.isArray(elements)) return String(elements);
  const all: readonly PlainElements[] = elements;
  const shown = all.slice(0, all.length > entries ? entries - 1 : entries).map(formatElements);
  const hidden = all.length - shown.length;
  return `[${[...shown, ...(hidden > 0 ? [`... ${hidden} more`] : [])].join(', ')}]`;
}
