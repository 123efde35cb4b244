import { FormatError, formatShape } from '@renyi/tensor';
import { Dataset } from '../dataset.js';
import { type Part, partOf } from './data-file.js';
import { scaled } from './floats.js';

/** An array with the name of its file, or of its place in one. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** What inputs are divided by. */
  readonly scale: number;
}

export interface ArrayParts {
  readonly parts: Readonly<Partial<Record<Part, Dataset>>>;
  /** Of a row. */
  readonly shape: readonly number[];
}

/**
 * Data sets of arrays: inputs [rows, ...shape] and their labels, [rows] or [rows, 1]. Arrays whose names say test or validation make parts of
 * their own.
 * @param classes how many there are; one more than the largest label of any part by default
 * @throws FormatError where arrays do not belong together, or a label is no class
 */
export function datasetsOfArrays(
  operation: string,
  arrays: readonly NamedArray[],
  classes?: number,
): ArrayParts {
  const pairs = (['train', 'validation', 'test'] as const).flatMap((part) => {
    const own = arrays.filter(({ name }) => partOf(name) === part);
    return own.length > 0 ? [{ part, ...pairOf(operation, own) }] : [];
  });
  const count =
    classes ??
    pairs.reduce((most, { labels }) => labels.values.reduce((a, b) => Math.max(a, b), most), 0) + 1;
  const shape = pairs[0]?.inputs.shape.slice(1) ?? [];
  const parts: Partial<Record<Part, Dataset>> = {};
  for (const { part, inputs, labels } of pairs) {
    const [, ...row] = inputs.shape;
    if (formatShape(row) !== formatShape(shape)) {
      throw new FormatError(operation, {
        expected: `rows of ${formatShape(shape)} in ${inputs.name}`,
        got: formatShape(row),
      });
    }
    const { name, scale } = inputs;
    parts[part] = new Dataset({
      inputs: scaled(inputs.values, scale),
      labels: labels.values,
      features: row.reduce((product, extent) => product * extent, 1),
      classes: count,
      name,
    });
  }
  return { parts, shape };
}

interface Labels {
  readonly name: string;
  readonly values: Int32Array;
}

const labelWords = /(^|[^a-z])(y|labels?|targets?|classes)([^a-z]|$)/i;

/** Which of two arrays has the labels: the one with a single number a row; where both have, the name says it. */
function pairOf(
  operation: string,
  arrays: readonly NamedArray[],
): { readonly inputs: NamedArray; readonly labels: Labels } {
  const isColumn = ({ shape }: NamedArray): boolean =>
    shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  const rankings = [
    isColumn,
    ({ shape }: NamedArray): boolean => shape.length === 1,
    ({ name }: NamedArray): boolean => labelWords.test(name),
  ];
  const [labels] =
    rankings.map((isLabels) => arrays.filter(isLabels)).find((found) => found.length === 1) ?? [];
  const inputs = arrays.find((array) => array !== labels);
  if (arrays.length !== 2 || labels === undefined || inputs === undefined || !isColumn(labels)) {
    throw new FormatError(operation, {
      expected: 'an array of inputs and one of their labels, [rows] or [rows, 1]',
      got: arrays.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', '),
      remedy: 'Give both, with test or validation in the names of those that are no training data',
    });
  }
  const [rows = 0] = inputs.shape;
  if (labels.shape[0] !== rows || inputs.values.length === 0) {
    throw new FormatError(operation, {
      expected: `at least one row in ${inputs.name}, and a label in ${labels.name} for each`,
      got: `${formatShape(inputs.shape)} and ${formatShape(labels.shape)}`,
    });
  }
  return { inputs, labels: { name: labels.name, values: classesIn(operation, labels) } };
}

function classesIn(operation: string, { name, values }: NamedArray): Int32Array {
  for (let row = 0; row < values.length; row++) {
    const label = values[row] as number;
    if (Number.isInteger(label) && label >= 0 && label < 2 ** 16) continue;
    const expected = `labels in ${name} that are whole numbers from 0`;
    throw new FormatError(operation, { expected, got: `${label} for row ${row}` });
  }
  return Int32Array.from(values);
}
