import type { Kernel } from '../backend.js';
import type { Activation } from '../primitives/linear.js';
import { contiguous } from './contiguous.js';
import { multiply } from './product.js';
import { type Allocator, arrayOf } from './storage.js';

const activations: { readonly [A in Activation]: (x: number) => number } = {
  none: (x) => x,
  relu: (x) => (x < 0 ? 0 : x),
  tanh: Math.tanh,
};

/** f(x Wᵀ + b); each element is a sum in float64, rounded once. */
export function linearKernel(allocator: Allocator): Kernel<'linear'> {
  return ([stridedX, weight, stridedBias], { activation }, layout, dtype) => {
    const x = contiguous(allocator, stridedX);
    const bias = contiguous(allocator, stridedBias);
    const [outputs, inputs] = weight.shape as [number, number];
    const [stepOutput, stepInput] = weight.layout.strides as [number, number];
    const out = allocator.zeros(layout, dtype);
    const sums = new Float64Array(layout.size);
    multiply(
      sums,
      0,
      { data: arrayOf(x), start: x.offset, stepRow: inputs, stepColumn: 1 },
      { data: arrayOf(weight), start: weight.offset, stepRow: stepInput, stepColumn: stepOutput },
      { rows: outputs === 0 ? 0 : layout.size / outputs, inner: inputs, columns: outputs },
    );
    const data = arrayOf(out);
    const offsets = arrayOf(bias);
    const f = activations[activation];
    for (let i = 0; i < sums.length; i++) {
      data[out.offset + i] = f((sums[i] as number) + (offsets[bias.offset + (i % outputs)] as number));
    }
    return out;
  };
}
