import type { Kernel } from '../../backend.js';
import { Layout } from '../../layout.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import { mapElements } from './elementwise.js';

/** The mean first and then the mean square of what is left: x may be far from 0 compared with its spread. */
export function normalizeKernel(context: Context): Kernel<'normalize'> {
  return ([x], { axes, epsilon }, layout, dtype) => {
    if (layout.size === 0) return context.wrap(new Float32Array(0), layout, dtype);
    const kept = Layout.contiguous(x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)));
    const count = x.size / kept.size;
    const total = (values: Tensor): Tensor =>
      x.storage.backend.kernels.sum!([values], { axes, keepDims: true }, kept, dtype);
    const map = (name: string, inputs: readonly Tensor[], expression: string): Tensor => {
      const operands = inputs.map((input) => context.operand(input, x.shape));
      return mapElements(context, name, operands, expression, layout, dtype);
    };
    const centered = map('center', [x, total(x)], `a - b / ${count}`);
    const squares = total(map('square', [centered], 'a * a'));
    return map('normalize', [centered, squares], `a / Math.sqrt(b / ${count} + ${epsilon})`);
  };
}
