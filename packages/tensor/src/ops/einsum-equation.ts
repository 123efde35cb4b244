import { ConfigError, ShapeError } from '../errors.js';
import { formatShape, type Shape } from '../shape.js';

/**
 * An equation as it applies to given operands: every axis has a label, a letter or, under an ellipsis, `...1`, `...2`, counted
 * from the last such axis, since these axes are broadcast.
 */
interface Labels {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  readonly extents: ReadonlyMap<string, number>;
}

/** What stands for the axes of one operand: letters, with an ellipsis among them or not. */
interface Term {
  readonly text: string;
  readonly before: readonly string[];
  readonly hasEllipsis: boolean;
  readonly after: readonly string[];
}

/** @throws ConfigError for an equation that is none; ShapeError for operands that it does not fit */
export function readEquation(equation: string, shapes: readonly Shape[]): Labels {
  const [left, right, ...rest] = String(equation).replaceAll(' ', '').split('->');
  if (left === undefined || rest.length > 0) {
    throw new ConfigError('einsum', { expected: 'at most one arrow', got: JSON.stringify(equation) });
  }
  const terms = left.split(',').map((text) => readTerm(text, equation));
  if (terms.length !== shapes.length) {
    throw new ConfigError('einsum', {
      expected: `one operand for each of ${terms.length} terms of ${JSON.stringify(equation)}`,
      got: `${shapes.length} operands`,
    });
  }
  const hidden = terms.map((term, i) => hiddenAxes(term, shapes[i] as Shape, i));
  const inputs = terms.map((term, i) => labelsOf(term, hidden[i] as number));
  const extents = extentsOf(inputs, shapes);
  const broadcast = Math.max(0, ...hidden);
  const output =
    right === undefined
      ? implicitOutput(inputs, broadcast)
      : explicitOutput(readTerm(right, equation), inputs, broadcast, equation);
  return { inputs, output, extents };
}

function readTerm(text: string, equation: string): Term {
  const parts = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/.exec(text);
  if (parts === null) {
    throw new ConfigError('einsum', {
      expected: `letters, and at most one ellipsis in each term, as in "ij,jk->ik" or "...ij,...jk"`,
      got: JSON.stringify(equation),
      difference: JSON.stringify(text),
    });
  }
  const [, before = '', ellipsis, after = ''] = parts;
  return { text, before: before.split(''), hasEllipsis: ellipsis !== undefined, after: after.split('') };
}

/** The number of axes under the ellipsis of a term. */
function hiddenAxes({ text, before, hasEllipsis, after }: Term, shape: Shape, operand: number): number {
  const hidden = shape.length - before.length - after.length;
  if (hidden === 0 || (hidden > 0 && hasEllipsis)) return hidden;
  const named = before.length + after.length;
  throw new ShapeError('einsum', {
    expected: `${hasEllipsis ? 'at least ' : ''}${named} axes for "${text}"`,
    got: formatShape(shape),
    difference: `operand ${operand}`,
    ...(hidden > 0 && { remedy: 'Axes that are not to be named go under an ellipsis, ...' }),
  });
}

const ellipsisLabels = (count: number): string[] =>
  Array.from({ length: count }, (_, axis) => `...${count - axis}`);

function labelsOf({ before, after }: Term, hidden: number): string[] {
  return [...before, ...ellipsisLabels(hidden), ...after];
}

/** The extent of each label; an extent of 1 stretches to another operand's. */
function extentsOf(inputs: readonly (readonly string[])[], shapes: readonly Shape[]): Map<string, number> {
  const extents = new Map<string, number>();
  for (const [i, labels] of inputs.entries()) {
    for (const [axis, label] of labels.entries()) {
      const extent = shapes[i]?.[axis] as number;
      const other = extents.get(label) ?? 1;
      const twin = shapes[i]?.[labels.indexOf(label)];
      if (twin !== extent || (extent !== other && extent !== 1 && other !== 1)) {
        throw new ShapeError('einsum', {
          expected: 'one extent for each letter, and axes under an ellipsis that broadcast',
          got: shapes.map(formatShape).join(' and '),
          difference: `"${label}" is ${twin === extent ? other : twin} and ${extent}`,
        });
      }
      if (extent !== 1 || !extents.has(label)) extents.set(label, extent);
    }
  }
  return extents;
}

/** Without an arrow: what is broadcast, and then the letters that occur once, in the order of the alphabet. */
function implicitOutput(inputs: readonly (readonly string[])[], broadcast: number): string[] {
  const all = inputs.flat().filter((label) => label.length === 1);
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...ellipsisLabels(broadcast), ...once.sort()];
}

function explicitOutput(
  term: Term,
  inputs: readonly (readonly string[])[],
  broadcast: number,
  equation: string,
): string[] {
  const letters = [...term.before, ...term.after];
  const refuse = (expected: string, difference: string, remedy?: string): never => {
    throw new ConfigError('einsum', {
      expected,
      got: JSON.stringify(equation),
      difference,
      ...(remedy !== undefined && { remedy }),
    });
  };
  const twice = letters.find((letter, i) => letters.indexOf(letter) < i);
  if (twice !== undefined) refuse('each letter at most once in the output', `"${twice}" is there twice`);
  const unknown = letters.find((letter) => !inputs.some((labels) => labels.includes(letter)));
  if (unknown !== undefined)
    refuse('an output of letters of the operands', `"${unknown}" is in none of them`);
  if (broadcast > 0 && !term.hasEllipsis) {
    refuse(
      'an output with an ellipsis, as the operands have',
      `${broadcast} axes are under it`,
      'Name the axes to sum over',
    );
  }
  return labelsOf(term, broadcast);
}
