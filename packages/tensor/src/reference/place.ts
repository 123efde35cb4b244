import type { TypedArray } from '../dtype.js';
import type { Tensor } from '../tensor.js';
import { arrayOf } from './storage.js';
import { forEachRow } from './walk.js';

/** From this length on, copying a run as a whole is worth the making of a subarray. */
const longRun = 64;

/** Writes the elements of x into `data`: the first at `start`, the others as far from it as `strides` say. */
export function place(x: Tensor, data: TypedArray, start: number, strides: readonly number[]): void {
  const source = arrayOf(x);
  const last = x.rank - 1;
  const length = x.shape[last] ?? 1;
  const step = x.layout.strides[last] ?? 0;
  const stepTo = strides[last] ?? 0;
  const isRun = step === 1 && stepTo === 1 && length >= longRun;
  forEachRow(x.shape, [x.layout.strides, strides], [x.offset, start], (starts) => {
    const [from, to] = starts as [number, number];
    if (isRun) data.set(source.subarray(from, from + length), to);
    else for (let i = 0; i < length; i++) data[to + i * stepTo] = source[from + i * step] as number;
  });
}
