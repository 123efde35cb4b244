import {
  concat,
  expand,
  flatten,
  flip,
  gather,
  indexAdd,
  indexSelect,
  linear,
  maskedFill,
  matmul,
  outer,
  pad,
  reshape,
  scatterAdd,
  select,
  slice,
  type SliceRange,
  split,
  square,
  squeeze,
  stack,
  type Tensor,
  tile,
  transpose,
  tril,
  unsqueeze,
} from '@renyi/tensor';
import { describe, it } from 'vitest';
import { checkGolden, type Operation, readCases } from './golden-operations.testing.js';

/** PyTorch's arguments; each case has those of its function. */
interface Settings {
  readonly dim: number;
  readonly dim0: number;
  readonly dim1: number;
  readonly dims: readonly number[];
  readonly shape: readonly number[];
  readonly start_dim: number;
  readonly end_dim: number;
  readonly index: number;
  readonly slices: readonly SliceRange[];
  readonly repeats: readonly number[];
  readonly pad: readonly number[];
  readonly value: number;
  readonly size: number;
  readonly diagonal: number;
}

type Operands = readonly [x: Tensor, second: Tensor, third: Tensor];

/** PyTorch's functions of matrices and of places, in terms of those here. */
const operations: Readonly<Record<string, Operation<Settings>>> = {
  matmul: ([a, b]) => matmul(a as Tensor, b as Tensor),
  outer: ([a, b]) => outer(a as Tensor, b as Tensor),
  linear: ([x, weight, bias]) => linear(x as Tensor, weight as Tensor, { bias }),
  transpose: ([x], { dim0, dim1 }) => {
    const axes = (x as Tensor).shape.map((_, axis) => axis);
    const [first, second] = [axes.at(dim0) as number, axes.at(dim1) as number];
    return transpose(x as Tensor, axes.with(first, second).with(second, first));
  },
  permute: ([x], { dims }) => transpose(x as Tensor, dims),
  reshape: ([x], { shape }) => reshape(x as Tensor, shape),
  // The squares of a view that is no longer in order.
  reshape_of_transpose: ([x], { shape }) => square(reshape(transpose(x as Tensor), shape)),
  flatten: ([x], { start_dim: start, end_dim: end }) => flatten(x as Tensor, { start, end }),
  squeeze: ([x], { dim }: { readonly dim: number | null }) => {
    // An axis of another extent is left as it is in PyTorch, and refused here.
    if (dim === null) return squeeze(x as Tensor);
    return (x as Tensor).shape.at(dim) === 1 ? squeeze(x as Tensor, { axis: dim }) : (x as Tensor);
  },
  unsqueeze: ([x], { dim }) => unsqueeze(x as Tensor, dim),
  slice: ([x], { slices }) => slice(x as Tensor, slices),
  select: ([x], { dim, index }) => select(x as Tensor, index, { axis: dim }),
  gather: ([x, indices], { dim }) => gather(x as Tensor, indices as Tensor, dim),
  index_select: ([x, indices], { dim }) => indexSelect(x as Tensor, indices as Tensor, { axis: dim }),
  concat: (xs, { dim }) => concat(xs, { axis: dim }),
  stack: (xs, { dim }) => stack(xs, { axis: dim }),
  expand: ([x], { shape }) => expand(x as Tensor, shape),
  tile: ([x], { repeats }) => tile(x as Tensor, repeats),
  flip: ([x], { dims }) => flip(x as Tensor, { axis: dims }),
  // PyTorch lists the pairs of the last axes, the last one first.
  pad_constant: ([x], { pad: widths, value }) => {
    const pairs = (x as Tensor).shape.map((_, axis, { length }): [number, number] => {
      const place = 2 * (length - 1 - axis);
      return [widths[place] ?? 0, widths[place + 1] ?? 0];
    });
    return pad(x as Tensor, pairs, { value });
  },
  masked_fill: ([x, mask], { value }) => maskedFill(x as Tensor, mask as Tensor, value),
  split: ([x], { size, dim }) => split(x as Tensor, size, { axis: dim }),
  tril: ([x], { diagonal }) => tril(x as Tensor, { diagonal }),
  index_add: (xs, { dim }) => {
    const [x, indices, source] = xs as Operands;
    return indexAdd(x, indices, source, { axis: dim });
  },
  scatter_add: (xs, { dim }) => {
    const [x, indices, source] = xs as Operands;
    return scatterAdd(x, indices, source, dim);
  },
};

describe.each(['linalg.json', 'shape.json'])('values and gradients are those of PyTorch: %s,', (file) => {
  it.each(readCases<Settings>(file).map((golden) => [golden.id, golden] as const))('%s', (_, golden) => {
    const operation = operations[golden.op];
    if (operation === undefined) throw new Error(`no ${golden.op}`);
    checkGolden(golden, operation);
  });
});
