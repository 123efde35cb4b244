import { type Interpreter, Tensor } from '@renyi/tensor';
import { DualTrace } from './dual.js';
import { RecordedTrace } from './recorder.js';
import { Onlooker } from './seeing/onlooker.js';

/*
 * A tensor as an interpreter of a given level sees it. What runs inside of that one may have made several values of it: a
 * dual, a value and its tangent.
 */

/** The tensor with `f` done to each of the values that it consists of at a level. */
export function mapParts(level: number, x: Tensor, f: (part: Tensor) => Tensor): Tensor {
  const { trace, layout, dtype, storage, offset } = x;
  if (trace === null || trace.interpreter.level <= level) return f(x);
  const inside = (y: Tensor): Tensor => mapParts(level, y, f);
  if (trace instanceof DualTrace) {
    const { interpreter, primal, tangent } = trace;
    if (!interpreter.isRunning) return inside(primal);
    return interpreter.move(inside(primal), inside(tangent));
  }
  if (trace instanceof RecordedTrace) {
    const { interpreter, primal, node } = trace;
    if (!interpreter.isRecording) return inside(primal);
    return new Tensor(layout, dtype, storage, offset, new RecordedTrace(interpreter, inside(primal), node));
  }
  // Another interpreter, which is to see no more of it.
  return inside(trace.primal);
}

/** The values that tensors consist of at a level, in order. */
export function partsOf(level: number, xs: readonly Tensor[]): Tensor[] {
  const parts: Tensor[] = [];
  for (const x of xs) {
    mapParts(level, x, (part) => {
      parts.push(part);
      return part;
    });
  }
  return parts;
}

/** Whether a tensor takes part in what runs inside of a level and is no derivative, but looks on. */
export function isSeenWithin(level: number, x: Tensor): boolean {
  for (let { trace } = x; trace !== null && trace.interpreter.level > level; trace = trace.primal.trace) {
    if (trace.interpreter instanceof Onlooker && trace.interpreter.isWatching) return true;
  }
  return false;
}

/** The innermost interpreter among tensors. */
export function innermostOf(xs: readonly Tensor[]): Interpreter | null {
  let innermost: Interpreter | null = null;
  for (const { trace } of xs) {
    if (trace !== null && (innermost === null || trace.interpreter.level > innermost.level)) {
      innermost = trace.interpreter;
    }
  }
  return innermost;
}
