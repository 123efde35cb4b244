import type { Data } from './task.js';

/** The array with its axes in another order: axis i of the result is axis order[i] of x. */
export function permuted(x: Data, order: readonly number[]): Data {
  const strides = x.shape.map((_, axis) => x.shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const shape = order.map((axis) => x.shape[axis] as number);
  const steps = order.map((axis) => strides[axis] as number);
  const values = x.values.slice();
  let next = 0;
  const walk = (axis: number, at: number): void => {
    if (axis === shape.length) {
      values[next++] = x.values[at] as number;
      return;
    }
    for (let i = 0; i < (shape[axis] as number); i++) walk(axis + 1, at + i * (steps[axis] as number));
  };
  walk(0, 0);
  return { shape, values };
}
