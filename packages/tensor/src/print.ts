import { BackendError } from './errors.js';
import { formatShape, type Shape } from './shape.js';
import type { Tensor } from './tensor.js';

/** Above this many elements only the first and last `edge` of each axis are shown. */
const summarizeAbove = 200;
const edge = 3;
/** Rows that would be longer go on in further lines. */
const lineWidth = 80;

function formatNumber(value: number, isInteger: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (isInteger) return Object.is(value, -0) ? '-0' : String(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e5)) return value.toExponential(3);
  return value.toFixed(4);
}

/** The positions along an axis that are shown; undefined stands for those between. */
function visible(extent: number, isSummary: boolean): readonly (number | undefined)[] {
  if (!isSummary || extent <= 2 * edge) return Array.from({ length: extent }, (_, i) => i);
  const first = Array.from({ length: edge }, (_, i) => i);
  return [...first, undefined, ...first.map((i) => extent - edge + i)];
}

/** The positions of all elements that are shown, in a row-major array. */
function visiblePlaces(shape: Shape, isSummary: boolean): readonly number[] {
  return shape.reduce<number[]>(
    (places, extent) =>
      places.flatMap((base) =>
        visible(extent, isSummary).flatMap((i) => (i === undefined ? [] : [base * extent + i])),
      ),
    [0],
  );
}

/** The elements in brackets, aligned, the first one `indent` columns from the left. */
function formatElements(x: Tensor, indent: number): string {
  const data = x.dataSync();
  const { shape, dtype } = x;
  const isSummary = x.size > summarizeAbove;
  const places = visiblePlaces(shape, isSummary);
  const isWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 1e6;
  const isInteger = dtype === 'int32' || places.every((place) => isWhole(data[place] as number));
  const text = (place: number): string => {
    const value = data[place] as number;
    return dtype === 'bool' ? String(value !== 0) : formatNumber(value, isInteger);
  };
  const width = places.reduce((widest, place) => Math.max(widest, text(place).length), 0);

  const render = (axis: number, base: number): string => {
    if (axis === shape.length) return text(base).padStart(shape.length === 0 ? 0 : width);
    const extent = shape[axis] as number;
    const parts = visible(extent, isSummary).map((i) =>
      i === undefined ? '...' : render(axis + 1, base * extent + i),
    );
    const margin = ' '.repeat(indent + axis + 1);
    if (axis < shape.length - 1)
      return `[${parts.join(`,${'\n'.repeat(shape.length - axis - 1)}${margin}`)}]`;
    return `[${linesOf(parts, width, lineWidth - margin.length).join(`,\n${margin}`)}]`;
  };
  return render(0, 0);
}

/** Elements of a row as lines of at most `room` columns, as many in each line. */
function linesOf(parts: readonly string[], width: number, room: number): readonly string[] {
  const inLine = Math.max(1, Math.floor(room / (width + ', '.length)));
  return Array.from({ length: Math.ceil(parts.length / inLine) }, (_, i) =>
    parts.slice(i * inLine, (i + 1) * inLine).join(', '),
  );
}

/**
 * `tensor([1, 2], shape [2], float32)`, with the elements aligned in columns and one row a line, or several if it is long.
 * Whole numbers are written as such, others with 4 decimals or, below 1e-3 and from 1e5, 4 digits and an exponent.
 * What cannot be read at once is not shown.
 */
export function formatTensor(x: Tensor): string {
  return withOpening(x, 'tensor(');
}

/** The elements begin where the opening ends. */
function withOpening(x: Tensor, opening: string): string {
  const indent = opening.length - 1 - opening.lastIndexOf('\n');
  const ending = `shape ${formatShape(x.shape)}, ${x.dtype})`;
  if (x.isDisposed) return `tensor(freed, ${ending}`;
  try {
    return `${opening}${formatElements(x, indent)}, ${ending}`;
  } catch (error) {
    if (error instanceof BackendError) return `tensor(on ${x.storage.backend.name}, ${ending}`;
    throw error;
  }
}

/** How a value asks to be shown by console.log in Node and Deno. */
export const inspection: symbol = Symbol.for('nodejs.util.inspect.custom');

/**
 * What console.log shows: the tensor alone as `toString()`; inside of something else with its rows below the name it has there, if
 * there are several; and its shape alone where `depth` says that this is too deep for more.
 */
export function inspectTensor(
  x: Tensor,
  depth: number,
  options: { readonly depth?: number | null },
): unknown {
  if (depth < 0) return `[Tensor ${formatShape(x.shape)} ${x.dtype}]`;
  const text = formatTensor(x);
  const isInside = typeof options.depth === 'number' && depth < options.depth;
  if (!isInside || !text.includes('\n')) return text;
  const rows = withOpening(x, 'tensor(\n  ');
  // Node moves the lines of an object, unlike those of a string, to where the object begins.
  return Object.defineProperty({ toString: () => rows }, inspection, { value: () => rows });
}
