import { Tensor } from '../tensor.js';

/**
 * The tensors that can be reached from a value: through arrays, Maps, Sets and the fields of any object (records, modules,
 * parameters), and through the transformations that a tensor takes part in. `#private` fields and what functions close over cannot be seen.
 */
export function tensorsIn(root: unknown): Set<Tensor> {
  const found = new Set<Tensor>();
  const seen = new Set<object>();
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Tensor) {
      found.add(value);
      // Of a transformation, the values that it has put into this tensor: the primal, a tangent.
      if (value.trace !== null)
        pending.push(...Object.values(value.trace).filter((x) => x instanceof Tensor));
    } else if (value instanceof Map) for (const entry of value) pending.push(entry[0], entry[1]);
    else if (Array.isArray(value) || value instanceof Set) for (const x of value) pending.push(x);
    else if (!ArrayBuffer.isView(value)) pending.push(...Object.values(value));
  }
  return found;
}
