import type { Kernels } from '../../backend.js';
import type { DType } from '../../dtype.js';
import { Layout, broadcastStrides, reshapedStrides } from '../../layout.js';
import type { Rearrangements } from '../../primitives/signatures.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { affine, coordinates, number, steps } from '../text.js';
import { readInto } from './elementwise.js';

/** As many operands as one kernel reads: WebGPU has eight buffers for a kernel, of which one is the result. */
const mostOperands = 6;

/** The same elements in row-major order under another shape. */
export function copyTo(context: Context, x: Tensor, layout: Layout): Tensor {
  const operand = context.operand(x, x.shape);
  const body = `${readInto([operand], x.shape, ['a'])}\n  return a;`;
  return context.run({ name: 'copy', body }, [operand], layout, x.dtype);
}

/** Views where strides can tell the result, else copies. */
export function rearrangementKernels(context: Context): Kernels<keyof Rearrangements> {
  const join = (inputs: readonly Tensor[], axis: number, layout: Layout, dtype: DType): Tensor => {
    const operands = inputs.map((x) => context.array(x));
    const lines = [coordinates(layout.shape, 'i', 'c')];
    let start = 0;
    inputs.forEach((x, k) => {
      const { strides, offset } = operands[k] as (typeof operands)[number];
      const end = start + (x.shape[axis] as number);
      const at = affine(offset - start * (strides[axis] as number), steps('c', strides));
      lines.push(
        k === inputs.length - 1
          ? `  return x${k}[${at}];`
          : `  if (c${axis} < ${end}) { return x${k}[${at}]; }`,
      );
      start = end;
    });
    return context.run({ name: 'concat', body: lines.join('\n') }, operands, layout, dtype);
  };

  return {
    reshape: ([x], _, layout) => {
      const strides = x.size === 0 ? layout.strides : reshapedStrides(x.layout, layout.shape);
      return strides === undefined
        ? copyTo(context, x, layout)
        : context.view(x, new Layout(layout.shape, strides));
    },
    transpose: ([x], { axes }) => context.view(x, permuted(x.layout, axes)),
    expand: ([x], { shape }) => context.view(x, new Layout(shape, broadcastStrides(x.layout, shape))),
    slice: ([x], { starts, sizes, steps: jumps }) => {
      const offset = starts.reduce(
        (sum, start, axis) => sum + start * (x.layout.strides[axis] as number),
        x.offset,
      );
      const strides = jumps.map((step, axis) => step * (x.layout.strides[axis] as number));
      return context.view(
        x,
        new Layout(sizes, strides),
        x.size === 0 || sizes.includes(0) ? x.offset : offset,
      );
    },
    embed: ([x], { shape, starts, steps: jumps, fill: given }, layout, dtype) => {
      const fill = dtype === 'bool' ? Number(given !== 0) : dtype === 'int32' ? given | 0 : given;
      if (x.size === 0) return context.wrap(new Float32Array(layout.size).fill(fill), layout, dtype);
      const operand = context.array(x);
      const lines = [coordinates(shape, 'i', 'c')];
      const inside: string[] = [];
      x.shape.forEach((extent, axis) => {
        const [start, step] = [starts[axis] as number, jumps[axis] as number];
        const size = Math.abs(step);
        // How far along the slice, in elements of the result: 0 at the first, from its end for a negative step.
        const way = step > 0 ? `c${axis} - ${number(start)}` : `${number(start)} - c${axis}`;
        lines.push(
          `  const way${axis} = ${way};`,
          `  const at${axis} = Math.floor(way${axis} / ${size} + ${0.25 / size});`,
        );
        inside.push(`at${axis} * ${size} === way${axis}`, `at${axis} >= 0`, `at${axis} < ${extent}`);
      });
      const index = affine(operand.offset, steps('at', operand.strides));
      const guards = inside.map((condition) => `  if (!(${condition})) { return ${fillText(fill)}; }`);
      lines.push(...guards, `  return x0[${index}];`);
      return context.run({ name: 'embed', body: lines.join('\n') }, [operand], layout, dtype);
    },
    concat: (inputs, { axis }, layout, dtype) => {
      let rest = inputs.filter(({ size }) => size > 0);
      if (rest.length === 0) return context.wrap(new Float32Array(0), layout, dtype);
      while (rest.length > mostOperands) {
        const first = rest.slice(0, mostOperands);
        const extent = first.reduce((sum, x) => sum + (x.shape[axis] as number), 0);
        const part = Layout.contiguous(layout.shape.with(axis, extent));
        rest = [join(first, axis, part, dtype), ...rest.slice(mostOperands)];
      }
      return join(rest, axis, layout, dtype);
    },
  };
}

function fillText(fill: number): string {
  if (Number.isNaN(fill)) return 'nan';
  if (fill === Number.POSITIVE_INFINITY) return 'infinity';
  return fill === Number.NEGATIVE_INFINITY ? '-infinity' : number(fill);
}

function permuted({ shape, strides }: Layout, axes: readonly number[]): Layout {
  const pick = (list: readonly number[]): Shape => axes.map((axis) => list[axis] as number);
  return new Layout(pick(shape), pick(strides));
}
