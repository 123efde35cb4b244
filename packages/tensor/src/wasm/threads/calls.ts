/** An exported function of a module. */
export type WasmFunction = (...values: number[]) => unknown;

/** Calls of exported functions, one after the other. */
export type Calls = readonly (readonly [f: WasmFunction, ...values: number[]])[];

/** Where calls go: they are made at once, or written down. */
export type Sink = (f: WasmFunction, ...values: number[]) => void;

export const atOnce: Sink = (f, ...values) => {
  f(...values);
};

/** The calls that `f` hands to its sink. */
export function recorded(f: (sink: Sink) => void): Calls {
  const calls: [WasmFunction, ...number[]][] = [];
  f((callee, ...values) => {
    calls.push([callee, ...values]);
  });
  return calls;
}

/**
 * Writes lists of calls as numbers: where each list begins, then for each list how many calls there are, and for each
 * call the number of its function, how many values it takes, and these. False if there is no room, or a function has no number.
 */
export function encode(
  parts: readonly Calls[],
  numberOf: ReadonlyMap<WasmFunction, number>,
  words: Int32Array,
): boolean {
  let end = parts.length;
  const room = words.length;
  for (const [part, calls] of parts.entries()) {
    words[part] = end;
    if (end >= room) return false;
    words[end++] = calls.length;
    for (const [f, ...values] of calls) {
      const number = numberOf.get(f);
      if (number === undefined || end + 2 + values.length > room) return false;
      words[end] = number;
      words[end + 1] = values.length;
      words.set(values, end + 2);
      end += 2 + values.length;
    }
  }
  return true;
}

/** Makes the calls of one list. */
export function perform(part: number, words: Int32Array, functionAt: (number: number) => WasmFunction): void {
  let at = words[part] as number;
  let left = words[at++] as number;
  for (; left > 0; left--) {
    const count = words[at + 1] as number;
    functionAt(words[at] as number)(...words.subarray(at + 2, at + 2 + count));
    at += 2 + count;
  }
}
