/**
 * How one or more operands are walked together: extents, outermost first, and for each operand its steps in elements.
 */
export interface Walk {
  readonly extents: readonly number[];
  readonly steps: readonly (readonly number[])[];
}

/**
 * The same walk with as few axes as possible: those of extent 1 are dropped, and two neighbors become one where for each operand a
 * step along the outer one is as far as all steps along the inner one. What lies in order becomes a single axis. At least
 * two axes are left, the last ones being rows and columns.
 */
export function collapse(shape: readonly number[], strides: readonly (readonly number[])[]): Walk {
  const extents: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const extent = shape[axis] as number;
    if (extent === 1) continue;
    const last = extents.length - 1;
    const joins =
      last >= 0 &&
      strides.every((stride, k) => (steps[k] as number[])[last] === (stride[axis] as number) * extent);
    if (joins) {
      extents[last] = (extents[last] as number) * extent;
      strides.forEach((stride, k) => {
        (steps[k] as number[])[last] = stride[axis] as number;
      });
    } else {
      extents.push(extent);
      strides.forEach((stride, k) => {
        (steps[k] as number[]).push(stride[axis] as number);
      });
    }
  }
  while (extents.length < 2) {
    extents.unshift(1);
    for (const list of steps) list.unshift(0);
  }
  return { extents, steps };
}

/** Calls `visit` with the offsets, in elements, of each matrix of a walk: of all axes but the last two. */
export function forEachMatrix({ extents, steps }: Walk, visit: (offsets: readonly number[]) => void): void {
  const outer = extents.length - 2;
  const offsets = steps.map(() => 0);
  const position = new Array<number>(outer).fill(0);
  for (;;) {
    visit(offsets);
    let axis = outer - 1;
    for (; axis >= 0; axis--) {
      const next = (position[axis] as number) + 1;
      const wraps = next === extents[axis];
      position[axis] = wraps ? 0 : next;
      const moved = wraps ? 1 - next : 1;
      for (let k = 0; k < offsets.length; k++) {
        offsets[k] = (offsets[k] as number) + moved * ((steps[k] as readonly number[])[axis] as number);
      }
      if (!wraps) break;
    }
    if (axis < 0) return;
  }
}
