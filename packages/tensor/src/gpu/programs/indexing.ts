import type { Kernels } from '../../backend.js';
import { checkIndex } from '../../checks.js';
import type { Indexing } from '../../primitives/signatures.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { GpuStorage } from '../storage.js';
import { affine, coordinates, steps, sumLoop } from '../text.js';

/**
 * Refuses indices that are known to be out of range: those that were given. Where a kernel has computed them, what they point to is NaN.
 */
export function checkBounds(operation: string, what: string, indices: Tensor, extent: number): void {
  const { bounds } = indices.storage as GpuStorage;
  if (indices.size === 0 || bounds === undefined) return;
  checkIndex(operation, what, bounds.low, extent);
  checkIndex(operation, what, bounds.high, extent);
}

export function indexingKernels(context: Context): Kernels<keyof Indexing> {
  return {
    gather: ([x, indices], { axis }, layout, dtype) => {
      checkBounds('gather', 'index', indices, x.shape[axis] as number);
      if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
      const operands = [context.array(x), context.array(indices)];
      const others = x.layout.strides.with(axis, 0);
      const body = [
        coordinates(layout.shape, 'i', 'c'),
        `  const at = x1[${affine(indices.offset, steps('c', indices.layout.strides))}];`,
        '  if (at < 0) { return nan; }',
        `  if (at >= ${x.shape[axis]}) { return nan; }`,
        `  return x0[${affine(x.offset, [...steps('c', others), ['at', x.layout.strides[axis] as number]])}];`,
      ].join('\n');
      return context.run({ name: 'gather', body }, operands, layout, dtype);
    },
    scatterAdd: ([x, indices, updates], { axis }, layout, dtype) => {
      checkBounds('scatterAdd', 'index', indices, x.shape[axis] as number);
      const before = context.operand(x, x.shape);
      const operands = [before, context.array(indices), context.array(updates)];
      const count = indices.shape[axis] as number;
      const own =
        before.kind === 'number'
          ? '  const own = x0;'
          : `  const own = x0[${affine(x.offset, steps('c', x.layout.strides))}];`;
      const lines = [coordinates(layout.shape, 'i', 'c'), own];
      if (indices.size === 0) lines.push('  return own;');
      else {
        lines.push(
          ...guards(indices.shape, x.shape, axis),
          sumLoop(
            count,
            `      if (x1[${along(indices, axis)}] === c${axis}) { part = part + x2[${along(updates, axis)}]; }`,
          ),
          '  return own + total;',
        );
      }
      return context.run({ name: 'scatterAdd', body: lines.join('\n') }, operands, layout, dtype);
    },
    oneHot: ([labels], { classes }, layout, dtype) => {
      checkBounds('oneHot', 'label', labels, classes);
      const operand = context.array(labels);
      const { shape } = layout;
      const last = shape.length - 1;
      const body = [
        coordinates(shape, 'i', 'c'),
        `  return x0[${affine(labels.offset, steps('c', labels.layout.strides))}] === c${last} ? 1 : 0;`,
      ].join('\n');
      return context.run({ name: 'oneHot', body }, [operand], layout, dtype);
    },
  };
}

/** The index of element `r` along an axis, at the result's other coordinates. */
function along({ offset, layout: { strides } }: Tensor, axis: number): string {
  return affine(offset, [...steps('c', strides.with(axis, 0)), ['r', strides[axis] as number]]);
}

/** Where there are fewer indices than elements along some other axis, the rest stays as it is. */
function guards(within: Shape, shape: Shape, axis: number): string[] {
  return shape.flatMap((extent, k) =>
    k === axis || within[k] === extent ? [] : [`  if (c${k} >= ${within[k]}) { return own; }`],
  );
}
