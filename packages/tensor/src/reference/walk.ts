import type { Shape } from '../shape.js';

/**
 * Visits the rows (runs along the last axis) of a shape in row-major order. `row` receives, for each operand,
 * the index of the row's first element; the steps along the row are the last entries of the operands' strides.
 * A scalar is one row of one element.
 */
export function forEachRow(
  shape: Shape,
  strides: readonly (readonly number[])[],
  offsets: readonly number[],
  row: (starts: readonly number[]) => void,
): void {
  if (shape.includes(0)) return;
  const outer = shape.length - 1;
  const starts = [...offsets];
  const position = new Array<number>(Math.max(outer, 0)).fill(0);
  for (;;) {
    row(starts);
    let axis = outer - 1;
    for (; axis >= 0; axis--) {
      const next = (position[axis] as number) + 1;
      const wraps = next === shape[axis];
      position[axis] = wraps ? 0 : next;
      const steps = wraps ? 1 - next : 1;
      for (let k = 0; k < starts.length; k++) {
        starts[k] = (starts[k] as number) + steps * ((strides[k] as readonly number[])[axis] as number);
      }
      if (!wraps) break;
    }
    if (axis < 0) return;
  }
}
