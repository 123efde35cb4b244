import type { Kernels } from '../backend.js';
import type { Pooling } from '../primitives/signatures.js';
import { contiguous } from './contiguous.js';
import { type Allocator, arrayOf } from './storage.js';

export function poolingKernels(allocator: Allocator): Kernels<keyof Pooling> {
  return {
    maxPool2dIndices: ([strided], { kernel, stride, padding, dilation }, layout, dtype) => {
      const x = contiguous(allocator, strided);
      const source = arrayOf(x);
      const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
      const [, , rows, columns] = layout.shape as readonly [number, number, number, number];
      const [tapsDown, tapsAcross] = kernel;
      const [down, across] = stride as readonly [number, number];
      const [stepDown, stepAcross] = dilation as readonly [number, number];
      const [top, left] = [padding[0]![0], padding[1]![0]];
      const out = allocator.zeros(layout, dtype);
      const data = arrayOf(out);
      let at = out.offset;
      for (let plane = 0; plane < batch * channels; plane++) {
        const start = x.offset + plane * height * width;
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            let largest = Number.NaN;
            let position = -1;
            for (let k = 0; k < tapsDown; k++) {
              const i = row * down + k * stepDown - top;
              if (i < 0 || i >= height) continue;
              for (let l = 0; l < tapsAcross; l++) {
                const j = column * across + l * stepAcross - left;
                if (j < 0 || j >= width) continue;
                const value = source[start + i * width + j] as number;
                // The first element, then what is larger, and once NaN, always NaN: no comparison with NaN is true.
                const isFound = position < 0 || value > largest || (value !== value && largest === largest);
                if (!isFound) continue;
                largest = value;
                position = i * width + j;
              }
            }
            data[at++] = position;
          }
        }
      }
      return out;
    },
  };
}
