import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { FastKernel } from '../fast-kernel.js';
import type { UnaryFunction } from '../modules/elementwise.js';
import { addressInOrder } from './contiguous.js';
import { inParts } from './parts.js';
import { multiply } from './product.js';

/** x Wᵀ + b in float32: each sum starts from the bias, and a relu comes before a tile of the result is stored. */
export function linearKernel(context: Context): FastKernel<'linear'> {
  return ([x, weight, bias], { activation }, layout, dtype) => {
    if ([x, weight, bias].some((operand) => operand.dtype !== 'float32')) return undefined;
    const [columns, inner] = weight.shape as [number, number];
    if (!context.takes((layout.size * inner) / 4)) return undefined;
    const { stage } = context;
    return stage.result('linear', layout, dtype, (out) => {
      const [rowA, innerA] = rowStrides(x);
      const [columnB, innerB] = weight.layout.strides as [number, number];
      multiply(context, 'linear', {
        c: out,
        a: isMatrix(x) ? stage.address('linear', x) : addressInOrder(context, 'linear', x),
        b: stage.address('linear', weight),
        rows: layout.size / columns,
        inner,
        columns,
        rowC: 4 * columns,
        rowA,
        innerA,
        innerB: 4 * innerB,
        columnB: 4 * columnB,
        bias: addressInOrder(context, 'linear', bias),
        rectifies: activation === 'relu',
        accumulates: false,
      });
      if (activation === 'tanh') {
        const tanh = context.elementwise('tanh')['tanh'] as UnaryFunction;
        inParts(context, layout.size, (sink, from, count) => {
          sink(tanh, out + 4 * from, out + 4 * from, count);
        });
      }
    });
  };
}

/** Whether the rows of x can be read where they are; with more leading axes they must lie in order. */
function isMatrix(x: Tensor): boolean {
  return x.rank === 2;
}

/** The bytes from row to row and along a row. */
function rowStrides(x: Tensor): [number, number] {
  const inner = x.shape[x.rank - 1] as number;
  if (!isMatrix(x)) return [4 * inner, 4];
  const [row, column] = x.layout.strides as [number, number];
  return [4 * row, 4 * column];
}
