import { checkTensor } from '../checks.js';
import type { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import { diagonal } from './diagonal.js';
import { readEquation } from './einsum-equation.js';
import { matmul } from './matmul.js';
import { reshape, transpose } from './rearrange.js';
import { sum } from './reduce.js';

/** A tensor whose axes have labels, each of them once. */
interface Labeled {
  readonly tensor: Tensor;
  readonly labels: readonly string[];
}

/**
 * Einstein's sum: every axis of every operand has a letter; the result has the axes of the output, and over all other letters the
 * product of the elements is summed. A letter that one operand has twice takes its diagonal. `...` stands for axes that are not named
 * and are broadcast; an extent of 1 stretches. Without an arrow, the output is the ellipsis and then the letters that occur once, in
 * alphabetical order.
 *
 *     'ij,jk->ik'        a matrix product, sum over j of a_ij b_jk
 *     '...ij,...jk'      the same of stacks
 *     'ii'               a trace; 'ii->i' the diagonal, 'ij->ji' a transpose, 'ij->i' sums of rows
 *     'bi,ijk,bk->bj'    a bilinear form for each b
 *
 * Operands are contracted in pairs, through `matmul`, in the order that keeps what lies between small; sums are in float64,
 * rounded to the dtype after each pair. Derivative: einsum of the cotangent and the other operands.
 * @throws ConfigError for an equation that is none, or for another number of operands
 * @throws ShapeError for operands of other ranks, or a letter with two extents
 * @see torch.einsum, numpy.einsum
 *
 * @example
 * import { einsum, tensor } from '@renyi/tensor';
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(einsum('ij,kj->ik', x, x).toArray()); // => [ [ 5, 11 ], [ 11, 25 ] ]
 * console.log(einsum('ii', x).item(), einsum('ij->j', x).toArray()); // => 5 [ 4, 6 ]
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  for (const x of operands) checkTensor('einsum', x);
  const { inputs, output, extents } = readEquation(
    equation,
    operands.map(({ shape }) => shape),
  );
  let terms = operands.map((tensor, i) =>
    withoutStretched(withoutTwins({ tensor, labels: inputs[i] as readonly string[] }), extents),
  );
  while (terms.length > 1) {
    const { left, right, kept } = cheapestPair(terms, output);
    const rest = terms.filter((term) => term !== left && term !== right);
    terms = [...rest, contract(left, right, kept)];
  }
  const result = summed(terms[0] as Labeled, (label) => output.includes(label));
  return ordered(result, output);
}

/** The diagonals over labels that occur twice. */
function withoutTwins({ tensor, labels }: Labeled): Labeled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) < axis);
  if (second < 0) return { tensor, labels };
  const twin = labels[second] as string;
  const first = labels.indexOf(twin);
  const axes = labels.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  return withoutTwins({
    tensor: diagonal(transpose(tensor, [...axes, first, second])),
    labels: [...axes.map((axis) => labels[axis] as string), twin],
  });
}

/** What has extent 1 where other operands have more is the same for all of these: it needs no label. */
function withoutStretched({ tensor, labels }: Labeled, extents: ReadonlyMap<string, number>): Labeled {
  const isKept = (axis: number): boolean => tensor.shape[axis] === extents.get(labels[axis] as string);
  return {
    tensor: reshape(
      tensor,
      tensor.shape.filter((_, axis) => isKept(axis)),
    ),
    labels: labels.filter((_, axis) => isKept(axis)),
  };
}

/** The sum over all labels that are not kept. */
function summed({ tensor, labels }: Labeled, isKept: (label: string) => boolean): Labeled {
  const axis = labels.flatMap((label, i) => (isKept(label) ? [] : [i]));
  if (axis.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, { axis }), labels: labels.filter(isKept) };
}

/** The axes in the given order of labels. */
function ordered({ tensor, labels }: Labeled, order: readonly string[]): Tensor {
  if (order.every((label, axis) => label === labels[axis])) return tensor;
  return transpose(
    tensor,
    order.map((label) => labels.indexOf(label)),
  );
}

interface Pair {
  readonly left: Labeled;
  readonly right: Labeled;
  /** The labels that somebody needs after the two have become one. */
  readonly kept: ReadonlySet<string>;
}

/** The pair whose product replaces the most by the least (D. Smith & J. Gray, opt_einsum, 2018, its greedy order); the first of several. */
function cheapestPair(terms: readonly Labeled[], output: readonly string[]): Pair {
  let best: Pair | undefined;
  let lowest = Infinity;
  for (const [i, left] of terms.entries()) {
    for (const right of terms.slice(i + 1)) {
      const others = terms.filter((term) => term !== left && term !== right);
      const kept = new Set([...output, ...others.flatMap(({ labels }) => labels)]);
      const growth = sizeOfProduct(left, right, kept) - left.tensor.size - right.tensor.size;
      if (growth < lowest) {
        lowest = growth;
        best = { left, right, kept };
      }
    }
  }
  return best as Pair;
}

function sizeOfProduct(left: Labeled, right: Labeled, kept: ReadonlySet<string>): number {
  const labels = new Set([...left.labels, ...right.labels].filter((label) => kept.has(label)));
  return [...labels].reduce(
    (size, label) => size * (extentIn(left, label) ?? (extentIn(right, label) as number)),
    1,
  );
}

function extentIn({ tensor, labels }: Labeled, label: string): number | undefined {
  return tensor.shape[labels.indexOf(label)];
}

/** The product of two terms, summed over what is not kept. */
function contract(left: Labeled, right: Labeled, kept: ReadonlySet<string>): Labeled {
  // What only one of them has can be summed before.
  const a = summed(left, (label) => kept.has(label) || right.labels.includes(label));
  const b = summed(right, (label) => kept.has(label) || left.labels.includes(label));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => kept.has(label));
  const inner = shared.filter((label) => !kept.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const extents = (term: Labeled, of: readonly string[]): number[] =>
    of.map((label) => extentIn(term, label) as number);
  const size = (term: Labeled, of: readonly string[]): number =>
    extents(term, of).reduce((product, extent) => product * extent, 1);
  const x = ordered(a, [...batch, ...rows, ...inner]);
  const y = ordered(b, [...batch, ...inner, ...columns]);
  const outer = extents(a, batch);
  if (inner.length === 0) {
    // Nothing to sum: both broadcast to [batch, rows, columns].
    const column = reshape(x, [...x.shape, ...columns.map(() => 1)]);
    const row = reshape(y, [...outer, ...rows.map(() => 1), ...extents(b, columns)]);
    return { tensor: mul(column, row), labels };
  }
  const product = matmul(
    reshape(x, [...outer, size(a, rows), size(a, inner)]),
    reshape(y, [...outer, size(b, inner), size(b, columns)]),
  );
  return { tensor: reshape(product, [...outer, ...extents(a, rows), ...extents(b, columns)]), labels };
}
