import type { DType } from '../../dtype.js';
import { Layout } from '../../layout.js';
import type { Kernels } from '../../backend.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { affine, collapse, coordinates, steps, sumLoop } from '../text.js';

/** The longest run that one kernel folds: loops on GL stop near 65,536 rounds, and more results in flight keep a GPU busy. */
const longest = 4096;

/** Reads term `r` of the result's element `i`: statements, and the index in them. */
interface Terms {
  /** Before the loop. */
  readonly before: string;
  /** In the loop, given `r`: defines the index. */
  readonly within: string;
  readonly index: string;
}

/** The elements of x along `axes`, for each element of what is left. */
function termsOf(shape: Shape, strides: readonly number[], offset: number, axes: readonly number[]): Terms {
  const pick = (list: readonly number[], inside: boolean): number[] =>
    list.filter((_, axis) => axes.includes(axis) === inside);
  const kept = collapse({ shape: pick(shape, false), strides: [pick(strides, false)] });
  const folded = collapse({ shape: pick(shape, true), strides: [pick(strides, true)] });
  const isFlat = folded.shape.length <= 1;
  const [keptStrides, foldedStrides] = [kept.strides[0], folded.strides[0]] as [number[], number[]];
  return {
    before: [
      kept.shape.length === 0 ? '' : coordinates(kept.shape, 'i', 'c'),
      `  const base = ${affine(offset, steps('c', keptStrides))};`,
    ].join('\n'),
    within: isFlat ? '' : coordinates(folded.shape, 'r', 'term'),
    index: affine(0, [
      ['base', 1],
      ...(isFlat ? foldedStrides.map((stride) => ['r', stride] as const) : steps('term', foldedStrides)),
    ]),
  };
}

export function reductionKernels(context: Context): Kernels<'sum' | 'max'> {
  const fold = (
    name: 'sum' | 'max',
    x: Tensor,
    axes: readonly number[],
    layout: Layout,
    dtype: DType,
  ): Tensor => {
    const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
    if (count === 0) return context.wrap(new Float32Array(layout.size), layout, dtype);
    if (count > longest) return inTwo(name, x, axes, layout, dtype, count);
    const operand = context.array(x);
    const body = (): string => {
      const { before, within, index } = termsOf(x.shape, operand.strides, operand.offset, axes);
      const read = `x0[${index}]`;
      return name === 'sum'
        ? `${before}\n${sumLoop(count, `${within}\n      part = part + ${read};`)}\n  return total;`
        : `${before}\n${maxLoop(count, within, read)}\n  return best;`;
    };
    const of = `${x.shape.join()} ${axes.join()}`;
    return context.run({ name, of, body }, [operand], layout, dtype);
  };

  /** First over runs of `longest`, then over what they gave: in row-major order, x is copied for that if need be. */
  const inTwo = (
    name: 'sum' | 'max',
    x: Tensor,
    axes: readonly number[],
    layout: Layout,
    dtype: DType,
    count: number,
  ): Tensor => {
    const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const order = [...kept, ...axes];
    const { backend } = x.storage;
    const { transpose, reshape, slice } = backend.kernels;
    const rows = layout.size;
    const turned = transpose!([x], { axes: order }, layout, dtype);
    const flatLayout = Layout.contiguous([rows, count]);
    const flat = reshape!([turned], { shape: flatLayout.shape }, flatLayout, x.dtype);
    const runs = Math.floor(count / longest);
    const cut = (start: number, size: number): Tensor => {
      const part = Layout.contiguous([rows, size]);
      return slice!([flat], { starts: [0, start], sizes: part.shape, steps: [1, 1] }, part, x.dtype);
    };
    const whole = cut(0, runs * longest);
    const blocks = context.view(
      whole,
      new Layout(
        [rows, runs, longest],
        [flat.layout.strides[0]!, longest * flat.layout.strides[1]!, flat.layout.strides[1]!],
      ),
    );
    const parts = [fold(name, blocks, [2], Layout.contiguous([rows, runs]), dtype)];
    if (count > runs * longest) {
      parts.push(
        fold(name, cut(runs * longest, count - runs * longest), [1], Layout.contiguous([rows, 1]), dtype),
      );
    }
    const joined =
      parts.length === 1
        ? (parts[0] as Tensor)
        : backend.kernels.concat!(parts, { axis: 1 }, Layout.contiguous([rows, runs + 1]), dtype);
    const total = fold(name, joined, [1], Layout.contiguous([rows]), dtype);
    return context.view(total, layout, 0);
  };

  return {
    sum: ([x], { axes }, layout, dtype) => fold('sum', x, axes, layout, dtype),
    max: ([x], { axes }, layout, dtype) => fold('max', x, axes, layout, dtype),
  };
}

/** Once NaN has come, it stays. */
export function maxLoop(count: number, within: string, read: string): string {
  return [
    '  let best = -infinity;',
    `  for (let r = 0; r < ${count}; r++) {`,
    within,
    `    const candidate = ${read};`,
    '    if (best <= infinity) {',
    '      if (candidate <= best) { } else { best = candidate; }',
    '    }',
    '  }',
  ].join('\n');
}
