/** Positions from `from` up to `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** [0, count) in as many ranges of about equal length, each starting at a multiple of `step`; fewer if there are not as many steps. */
export function ranges(count: number, parts: number, step: number): readonly Range[] {
  const steps = Math.ceil(count / step);
  const list: Range[] = [];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((steps * part) / parts) * step;
    const to = Math.min(Math.floor((steps * (part + 1)) / parts) * step, count);
    if (to > from) list.push({ from, to });
  }
  return list;
}
