import { consuming } from '../contender.js';
import { NotOfferedError, type Peer } from './peer.js';
import type { Tasks } from './task.js';

export const withoutGradient = 'plain loops have no derivatives';

/** Reductions and layers, as loops into new arrays. */
export const plainLayers: Peer['tasks'] = {
  reduce: (input) => consuming(reduction.bind(null, input), (y) => [y]),
  convolution: (input) => {
    if (input.cotangent !== undefined) throw new NotOfferedError(withoutGradient);
    return consuming(convolution.bind(null, input), (y) => [y]);
  },
  pooling: (input) => {
    if (input.cotangent !== undefined) throw new NotOfferedError(withoutGradient);
    return consuming(pooling.bind(null, input), (y) => [y]);
  },
  batchNorm: (input) => {
    if (input.cotangent !== undefined) throw new NotOfferedError(withoutGradient);
    return consuming(normalization.bind(null, input), (y) => [y]);
  },
};

/** Over the axes: elements before them, along them and behind them, since those that are reduced lie side by side. */
function reduction({ operation, x: { shape, values }, axes }: Tasks['reduce']): Float32Array {
  const extents = (from: number, to: number): number => shape.slice(from, to).reduce((a, b) => a * b, 1);
  const [first, last] = [axes[0] as number, (axes[axes.length - 1] as number) + 1];
  const [before, along, behind] = [extents(0, first), extents(first, last), extents(last, shape.length)];
  const y = new Float32Array(before * behind);
  for (let i = 0; i < before; i++) {
    for (let j = 0; j < behind; j++) {
      const start = i * along * behind + j;
      let [total, largest] = [0, Number.NEGATIVE_INFINITY];
      for (let k = 0; k < along; k++) {
        const value = values[start + k * behind] as number;
        total += value;
        largest = Math.max(largest, value);
      }
      let result = operation === 'max' ? largest : operation === 'sum' ? total : total / along;
      if (operation === 'variance') {
        const mean = result;
        result = 0;
        for (let k = 0; k < along; k++) result += ((values[start + k * behind] as number) - mean) ** 2;
        result /= along;
      }
      y[i * behind + j] = result;
    }
  }
  return y;
}

/** Seven loops; what lies outside of the image is left out. */
function convolution({ x, weight }: Tasks['convolution']): Float32Array {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const filters = weight.shape[0] as number;
  const [images, kernel] = [x.values, weight.values];
  const y = new Float32Array(batch * filters * height * width);
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (let f = 0; f < filters; f++) {
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          let sum = 0;
          for (let c = 0; c < channels; c++) {
            for (let k = 0; k < 3; k++) {
              const row = i + k - 1;
              if (row < 0 || row >= height) continue;
              for (let l = 0; l < 3; l++) {
                const column = j + l - 1;
                if (column < 0 || column >= width) continue;
                sum +=
                  (images[((n * channels + c) * height + row) * width + column] as number) *
                  (kernel[((f * channels + c) * 3 + k) * 3 + l] as number);
              }
            }
          }
          y[at++] = sum;
        }
      }
    }
  }
  return y;
}

function pooling({ operation, x: { shape, values }, kernel }: Tasks['pooling']): Float32Array {
  const [batch, channels, height, width] = shape as [number, number, number, number];
  const [rows, columns] = [height / kernel, width / kernel];
  const y = new Float32Array(batch * channels * rows * columns);
  let at = 0;
  for (let image = 0; image < batch * channels; image++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let [total, largest] = [0, Number.NEGATIVE_INFINITY];
        for (let k = 0; k < kernel; k++) {
          for (let l = 0; l < kernel; l++) {
            const value = values[(image * height + i * kernel + k) * width + j * kernel + l] as number;
            total += value;
            largest = Math.max(largest, value);
          }
        }
        y[at++] = operation === 'max' ? largest : total / kernel ** 2;
      }
    }
  }
  return y;
}

function normalization({ x, weight, bias, epsilon }: Tasks['batchNorm']): Float32Array {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const size = height * width;
  const y = new Float32Array(x.values.length);
  for (let c = 0; c < channels; c++) {
    let [total, squares] = [0, 0];
    for (let n = 0; n < batch; n++) {
      const start = (n * channels + c) * size;
      for (let i = start; i < start + size; i++) total += x.values[i] as number;
    }
    const mean = total / (batch * size);
    for (let n = 0; n < batch; n++) {
      const start = (n * channels + c) * size;
      for (let i = start; i < start + size; i++) squares += ((x.values[i] as number) - mean) ** 2;
    }
    const scale = (weight.values[c] as number) / Math.sqrt(squares / (batch * size) + epsilon);
    for (let n = 0; n < batch; n++) {
      const start = (n * channels + c) * size;
      for (let i = start; i < start + size; i++)
        y[i] = ((x.values[i] as number) - mean) * scale + (bias.values[c] as number);
    }
  }
  return y;
}
