import * as api from '@renyi/tensor';
import type { PerAxis, Tensor } from '@renyi/tensor';
import { UnsupportedError } from '../unsupported.js';
import { type Attributes, input, type Operation, type Table } from './operation.js';

/** PyTorch takes a list of one for all axes, and null for no choice. */
function perAxis(value: PerAxis | null | undefined, absent: PerAxis): PerAxis {
  const given = value ?? absent;
  return typeof given !== 'number' && given.length === 1 ? (given[0] as number) : given;
}

/** The settings that both kinds of pooling share. An empty list of strides, too, means the kernel's extents. */
function windows({ kernel_size: kernel = 1, stride, padding, ceil_mode: ceilMode = false }: Attributes) {
  const hasStride = typeof stride === 'number' || (stride ?? []).length > 0;
  return {
    kernel: perAxis(kernel, 1),
    options: {
      ceilMode,
      padding: perAxis(typeof padding === 'string' ? 0 : padding, 0),
      ...(hasStride && { stride: perAxis(stride, 1) }),
    },
  };
}

type Pool = (x: Tensor, kernel: PerAxis, options: object) => Tensor;

function maxPool(f: Pool): Operation {
  return (inputs, attrs) => {
    const { kernel, options } = windows(attrs);
    return f(input(inputs, 'x'), kernel, { ...options, dilation: perAxis(attrs.dilation, 1) });
  };
}

function avgPool(f: Pool): Operation {
  return (inputs, attrs) => {
    const { kernel, options } = windows(attrs);
    const { count_include_pad: countIncludePad = true, divisor_override: divisor = null } = attrs;
    if (divisor !== null) throw new UnsupportedError('divisor_override');
    return f(input(inputs, 'x'), kernel, { ...options, countIncludePad });
  };
}

/** As many parts as are asked for; null leaves an axis as it is. */
function adaptive(f: (x: Tensor, size: PerAxis) => Tensor, axes: number): Operation {
  return (inputs, { output_size: given = 1 }) => {
    const x = input(inputs, 'x');
    if (typeof given === 'number') return f(x, given);
    const sizes = given.length === 1 ? new Array<number | null>(axes).fill(given[0] as number) : given;
    return f(
      x,
      sizes.map((size, axis) => size ?? (x.shape.at(axis - axes) as number)),
    );
  };
}

export const pooling: Table = {
  max_pool1d: maxPool(api.maxPool1d),
  max_pool2d: maxPool(api.maxPool2d),
  avg_pool1d: avgPool(api.avgPool1d),
  avg_pool2d: avgPool(api.avgPool2d),
  adaptive_avg_pool1d: adaptive(api.adaptiveAvgPool1d, 1),
  adaptive_avg_pool2d: adaptive(api.adaptiveAvgPool2d, 2),
};
