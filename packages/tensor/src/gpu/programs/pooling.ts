import type { Kernels } from '../../backend.js';
import type { Pooling } from '../../primitives/signatures.js';
import type { Context } from '../context.js';
import { affine, coordinates, loop, within } from '../text.js';

export function poolingKernels(context: Context): Kernels<keyof Pooling> {
  return {
    maxPool2dIndices: ([x], { kernel, stride, padding, dilation }, layout, dtype) => {
      const [, , height, width] = x.shape as readonly [number, number, number, number];
      const [perImage, perPlane, perRow, perColumn] = x.layout.strides as [number, number, number, number];
      const at = affine(x.offset, [
        ['c0', perImage],
        ['c1', perPlane],
        ['down', perRow],
        ['across', perColumn],
      ]);
      // The first element, then what is larger, and once NaN, always NaN: no comparison with NaN is true.
      const take = [
        `  const value = x0[${at}];`,
        '  let isFound = 0;',
        '  if (position < 0) { isFound = 1; }',
        '  if (value > largest) { isFound = 1; }',
        '  if (largest <= infinity) { if (value <= infinity) { } else { isFound = 1; } }',
        `  if (isFound > 0) { largest = value; position = down * ${width} + across; }`,
      ];
      const body = [
        coordinates(layout.shape, 'i', 'c'),
        '  let largest = 0;',
        '  let position = -1;',
        ...loop('k', kernel[0], [
          `  const down = c2 * ${stride[0]} + k * ${dilation[0]} - ${padding[0]![0]};`,
          ...within(
            'down',
            height,
            loop('l', kernel[1], [
              `  const across = c3 * ${stride[1]} + l * ${dilation[1]} - ${padding[1]![0]};`,
              ...within('across', width, take),
            ]),
          ),
        ]),
        '  return position;',
      ].join('\n');
      const bounds = { low: 0, high: height * width - 1 };
      return context.run({ name: 'maxPool2dIndices', body }, [context.array(x)], layout, dtype, bounds);
    },
  };
}
