import type { Tensor } from './tensor.js';
import { formatShape } from './shape.js';

/** Above this many elements only the first and last `edge` of each axis are shown. */
const summarizeAbove = 200;
const edge = 3;

function formatNumber(value: number, isInteger: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (isInteger) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e5)) return value.toExponential(3);
  return value.toFixed(4);
}

/**
 * `tensor([1, 2], shape [2], float32)`, with the elements aligned in columns and one row a line. Whole numbers are
 * written as such, others with 4 decimals or, below 1e-3 and from 1e5, 4 digits and an exponent.
 */
export function formatTensor(x: Tensor): string {
  if (x.isDisposed) return `tensor(freed, shape ${formatShape(x.shape)}, ${x.dtype})`;
  const data = x.dataSync();
  const { shape, dtype } = x;
  const summarize = x.size > summarizeAbove;
  const isInteger =
    dtype === 'int32' || data.every((value) => Number.isInteger(value) && Math.abs(value) < 1e6);
  const visible = (extent: number): (number | undefined)[] => {
    const all = Array.from({ length: extent }, (_, i) => i);
    return summarize && extent > 2 * edge ? [...all.slice(0, edge), undefined, ...all.slice(-edge)] : all;
  };

  const texts = new Map<number, string>();
  const collect = (axis: number, base: number): void => {
    if (axis === shape.length) {
      const value = data[base] as number;
      texts.set(base, dtype === 'bool' ? String(value !== 0) : formatNumber(value, isInteger));
      return;
    }
    const extent = shape[axis] as number;
    for (const i of visible(extent)) if (i !== undefined) collect(axis + 1, base * extent + i);
  };
  collect(0, 0);
  const width = Math.max(0, ...Array.from(texts.values(), (text) => text.length));

  const render = (axis: number, base: number): string => {
    if (axis === shape.length) return (texts.get(base) as string).padStart(shape.length === 0 ? 0 : width);
    const extent = shape[axis] as number;
    const parts = visible(extent).map((i) => (i === undefined ? '...' : render(axis + 1, base * extent + i)));
    const isRow = axis === shape.length - 1;
    const separator = isRow
      ? ', '
      : `,${'\n'.repeat(shape.length - axis - 1)}${' '.repeat('tensor('.length + axis + 1)}`;
    return `[${parts.join(separator)}]`;
  };
  return `tensor(${render(0, 0)}, shape ${formatShape(shape)}, ${dtype})`;
}
