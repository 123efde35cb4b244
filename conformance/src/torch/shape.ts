import * as api from '@renyi/tensor';
import type { SliceRange, Tensor } from '@renyi/tensor';
import { oneAxis, scalarsAsAxis } from './axes.js';
import { type Attributes, input, numbered, type Table } from './operation.js';
import { refuse } from './refuse.js';

/** The two axes in each other's place; named as they are where x has no such axes, which is refused. */
function swapped(x: Tensor, a: number, b: number): Tensor {
  const axes = Array.from({ length: x.rank }, (_, i) => i);
  const [from, to] = [axes.at(a), axes.at(b)];
  const isOutside = (axis: number): boolean => axis < -x.rank || axis >= x.rank;
  if (isOutside(a) || isOutside(b)) return api.transpose(x, [a, b]);
  return api.transpose(
    x,
    axes.map((axis) => (axis === from ? (to as number) : axis === to ? (from as number) : axis)),
  );
}

/** -1 stands for the extent that is there. */
function expanded(x: Tensor, shape: readonly number[]): Tensor {
  const added = shape.length - x.rank;
  return api.expand(
    x,
    shape.map((extent, axis) => (extent === -1 ? (x.shape[axis - added] ?? extent) : extent)),
  );
}

/** Only axes of extent 1 go; others that are named stay. */
function squeezed(x: Tensor, dim: Attributes['dim']): Tensor {
  if (dim === undefined || dim === null) return api.squeeze(x);
  const named = typeof dim === 'number' ? [dim] : dim;
  return api.squeeze(x, { axis: named.filter((axis) => (x.shape.at(axis) ?? 1) === 1 || axis < -x.rank) });
}

/** PyTorch, unlike NumPy and us, reads in one direction only. */
function sliced(x: Tensor, slices: NonNullable<Attributes['slices']>): Tensor {
  const backward = slices.find(([, , step]) => typeof step === 'number' && step < 0);
  if (backward !== undefined) refuse('slice', 'a step above 0', String(backward[2]));
  return api.slice(x, slices as readonly SliceRange[]);
}

/** PyTorch lists the last axis first, and may leave out the first ones. */
function padded(x: Tensor, pad: readonly number[], value: number): Tensor {
  const pairs = Array.from({ length: Math.ceil(pad.length / 2) }, (_, i) =>
    pad.slice(2 * i, 2 * i + 2),
  ).reverse();
  const untouched = Array.from({ length: Math.max(0, x.rank - pairs.length) }, () => [0, 0]);
  return api.pad(x, [...untouched, ...pairs] as unknown as (readonly [number, number])[], { value });
}

/** An empty list of one axis joins with anything, which PyTorch keeps for old programs. */
function concatenated(tensors: readonly Tensor[], axis: number): Tensor {
  const isLegacy = (x: Tensor): boolean => x.rank === 1 && x.size === 0;
  const others = tensors.filter((x) => !isLegacy(x));
  return api.concat(others.length > 0 ? others : tensors, { axis });
}

const views: Table = {
  transpose: scalarsAsAxis((inputs, { dim0 = 0, dim1 = 0 }) => swapped(input(inputs, 'x'), dim0, dim1)),
  permute: (inputs, { dims = [] }) => api.transpose(input(inputs, 'x'), dims),
  reshape: (inputs, { shape = [] }) => api.reshape(input(inputs, 'x'), shape),
  /** The square of a matrix's transpose in another shape. */
  reshape_of_transpose: (inputs, { shape = [] }) =>
    api.square(api.reshape(api.transpose(input(inputs, 'x')), shape)),
  flatten: (inputs, { start_dim: start = 0, end_dim: end = -1 }) =>
    api.flatten(input(inputs, 'x'), { start, end }),
  squeeze: scalarsAsAxis((inputs, { dim }) => squeezed(input(inputs, 'x'), dim)),
  unsqueeze: (inputs, { dim }) => api.unsqueeze(input(inputs, 'x'), oneAxis(dim)),
  slice: (inputs, { slices = [] }) => sliced(input(inputs, 'x'), slices),
  select: (inputs, { dim, index = 0 }) => api.select(input(inputs, 'x'), index, { axis: oneAxis(dim) }),
  expand: (inputs, { shape = [] }) => expanded(input(inputs, 'x'), shape),
  flip: scalarsAsAxis((inputs, { dims = [] }) => api.flip(input(inputs, 'x'), { axis: dims })),
  split: (inputs, { size = 1, dim }) => {
    const [x, axis] = [input(inputs, 'x'), oneAxis(dim)];
    // Pieces of nothing, of which there are as many as one likes: PyTorch has one.
    const isNothing = size === 0 && x.shape.at(axis) === 0;
    const pieces = isNothing ? [x] : api.split(x, size, { axis });
    return Object.fromEntries(pieces.map((piece, i) => [`out${i}`, piece]));
  },
};

const copies: Table = {
  concat: (inputs, { dim }) => concatenated(numbered(inputs, 't'), oneAxis(dim)),
  stack: (inputs, { dim }) => api.stack(numbered(inputs, 't'), { axis: oneAxis(dim) }),
  tile: (inputs, { repeats = [] }) => api.tile(input(inputs, 'x'), repeats),
  pad_constant: (inputs, { pad = [], value = 0 }) => padded(input(inputs, 'x'), pad, value),
  masked_fill: (inputs, { value = 0 }) => api.maskedFill(input(inputs, 'x'), input(inputs, 'mask'), value),
  tril: (inputs, { diagonal = 0 }) => api.tril(input(inputs, 'x'), { diagonal }),
  triu: (inputs, { diagonal = 0 }) => api.triu(input(inputs, 'x'), { diagonal }),
};

/** PyTorch takes a scalar for a list of one. */
function asList(x: Tensor): Tensor {
  return x.rank === 0 ? api.reshape(x, [1]) : x;
}

const indexing: Table = {
  gather: (inputs, { dim }) => {
    const [x, index] = [input(inputs, 'x'), input(inputs, 'index')];
    return api.reshape(api.gather(asList(x), asList(index), oneAxis(dim)), index.shape);
  },
  index_select: scalarsAsAxis((inputs, { dim }) =>
    api.indexSelect(input(inputs, 'x'), asList(input(inputs, 'index')), { axis: oneAxis(dim) }),
  ),
  index_add: scalarsAsAxis((inputs, { dim, alpha = 1 }) => {
    const source = input(inputs, 'source');
    const scaled = alpha === 1 ? source : api.mul(source, alpha);
    return api.indexAdd(input(inputs, 'x'), asList(input(inputs, 'index')), scaled, { axis: oneAxis(dim) });
  }),
  scatter_add: scalarsAsAxis((inputs, { dim }) =>
    api.scatterAdd(input(inputs, 'x'), asList(input(inputs, 'index')), scattered(inputs), oneAxis(dim)),
  ),
  one_hot: (inputs, { num_classes: given = -1 }) => {
    const index = input(inputs, 'index');
    const classes = given === -1 ? api.max(index).item() + 1 : given;
    return api.oneHot(index, classes, { dtype: 'int32' });
  },
};

/** The part of the source that there are indices for: it may be larger than these. */
function scattered(inputs: Parameters<Table[string]>[0]): Tensor {
  const source = input(inputs, 'source');
  const { shape, rank } = asList(input(inputs, 'index'));
  const isLarger =
    source.rank === rank && shape.every((extent, axis) => extent <= (source.shape[axis] as number));
  return isLarger
    ? api.slice(
        source,
        shape.map((extent) => [0, extent] as const),
      )
    : source;
}

export const shape: Table = { ...views, ...copies, ...indexing };
