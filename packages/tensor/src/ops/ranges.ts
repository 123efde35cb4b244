import { DomainError, ShapeError } from '../errors.js';

/**
 * What is taken of one axis: `null` all of it; `[start, stop, step]`, each of which may be missing or null, what Python's
 * `start:stop:step` takes; a number that one element, and the axis goes.
 */
export type SliceRange =
  | null
  | number
  | readonly [start?: number | null, stop?: number | null, step?: number | null];

/** The elements `start + i step` for i from 0 to `size - 1`. */
export interface Progression {
  readonly start: number;
  readonly size: number;
  readonly step: number;
}

/** Which elements of an axis a range takes. @throws ShapeError for what is no range, DomainError for a number beyond the axis */
export function progressionOf(
  operation: string,
  range: SliceRange | undefined,
  extent: number,
  axis: number,
): Progression {
  if (range === null || range === undefined) return { start: 0, size: extent, step: 1 };
  if (typeof range === 'number')
    return { start: positionOn(operation, range, extent, axis), size: 1, step: 1 };
  if (!Array.isArray(range) || range.length > 3) throw noRange(operation, String(range));
  const bounds = (range as readonly (number | null | undefined)[]).map((bound) => bound ?? undefined);
  const [start, stop, step = 1] = bounds;
  if (!bounds.every((bound) => bound === undefined || Number.isSafeInteger(bound)) || step === 0)
    throw noRange(operation, `[${range.map(String).join(', ')}]`);
  return clip(start, stop, step, extent);
}

/** The position counted from the front; a negative one counts from the end. @throws DomainError */
export function positionOn(operation: string, index: number, extent: number, axis: number): number {
  if (!Number.isInteger(index) || index < -extent || index >= extent) {
    throw new DomainError(operation, {
      expected:
        extent === 0
          ? `no index along axis ${axis}, since there is nothing to point to`
          : `an index along axis ${axis} from ${-extent} to ${extent - 1}`,
      got: String(index),
    });
  }
  return index < 0 ? index + extent : index;
}

/** Python's `slice(start, stop, step).indices(extent)`: a missing bound is the end that the step comes from or goes to. */
function clip(
  start: number | undefined,
  stop: number | undefined,
  step: number,
  extent: number,
): Progression {
  const [lowest, highest] = step > 0 ? [0, extent] : [-1, extent - 1];
  const bound = (position: number): number =>
    Math.min(Math.max(position < 0 ? position + extent : position, lowest), highest);
  const [from, to] = step > 0 ? [lowest, highest] : [highest, lowest];
  const first = start === undefined ? from : bound(start);
  const end = stop === undefined ? to : bound(stop);
  const size = Math.max(0, Math.ceil((end - first) / step));
  return { start: size === 0 ? 0 : first, size, step };
}

function noRange(operation: string, got: string): ShapeError {
  return new ShapeError(operation, {
    expected:
      'for each axis null, an index, or [start, stop, step] of whole numbers, with a step other than 0',
    got,
  });
}
