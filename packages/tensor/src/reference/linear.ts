import type { Kernel } from '../backend.js';
import { Layout } from '../layout.js';
import type { Activation } from '../primitives/linear.js';
import { Tensor } from '../tensor.js';
import { contiguous } from './contiguous.js';
import { accumulateRow } from './matmul.js';
import { type Allocator, arrayOf } from './storage.js';

const activations: { readonly [A in Activation]: (x: number) => number } = {
  none: (x) => x,
  relu: (x) => (x < 0 ? 0 : x),
  tanh: Math.tanh,
};

/** f(x Wᵀ + b), row by row; each element is a sum in float64, rounded once. */
export function linearKernel(allocator: Allocator): Kernel<'linear'> {
  return ([stridedX, weight, stridedBias], { activation }, layout, dtype) => {
    const x = contiguous(allocator, stridedX);
    const bias = contiguous(allocator, stridedBias);
    const columns = contiguous(allocator, transposed(weight));
    const [inputs, outputs] = columns.shape as [number, number];
    const out = allocator.zeros(layout, dtype);
    const data = arrayOf(out);
    const row = new Float64Array(outputs);
    const f = activations[activation];
    for (let done = 0; done < layout.size; done += outputs) {
      const start = x.offset + (done / outputs) * inputs;
      accumulateRow(row, arrayOf(x), start, 1, inputs, arrayOf(columns), columns.offset);
      for (let j = 0; j < outputs; j++) {
        data[out.offset + done + j] = f((row[j] as number) + (arrayOf(bias)[bias.offset + j] as number));
      }
    }
    return out;
  };
}

function transposed({ layout, dtype, storage, offset }: Tensor): Tensor {
  const turned = new Layout(layout.shape.toReversed(), layout.strides.toReversed());
  return new Tensor(turned, dtype, storage, offset, null);
}
