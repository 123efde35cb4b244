/** An exported function of a module. */
export type WasmFunction = (...values: number[]) => unknown;

/** Where calls go: they are made at once, or written down. */
export type Sink = (f: WasmFunction, ...values: number[]) => void;

/** A part of a job: hands its calls to the sink that it is given, in their order. */
export type Part = (sink: Sink) => void;

export const atOnce: Sink = (f, ...values) => {
  f(...values);
};

/**
 * A job as it is written down for others: where the calls of each part begin, then for each part how many calls there are, and for each call
 * the number of its function, how many values it takes, and these. All are float64, which holds addresses and orders alike.
 */
export class Script {
  readonly #words: Float64Array;
  readonly #numberOf: ReadonlyMap<WasmFunction, number>;
  #end = 0;
  #calls = 0;
  #fits = true;
  readonly #write: Sink = (f, ...values) => {
    const number = this.#numberOf.get(f);
    const start = this.#end;
    if (number === undefined || start + 2 + values.length > this.#words.length) {
      this.#fits = false;
      return;
    }
    this.#words[start] = number;
    this.#words[start + 1] = values.length;
    for (let i = 0; i < values.length; i++) this.#words[start + 2 + i] = values[i] as number;
    this.#end = start + 2 + values.length;
    this.#calls += 1;
  };

  constructor(words: Float64Array, numberOf: ReadonlyMap<WasmFunction, number>) {
    this.#words = words;
    this.#numberOf = numberOf;
  }

  /** Writes all parts. False if there is no room, or a function has no number. */
  write(parts: readonly Part[]): boolean {
    const words = this.#words;
    this.#end = parts.length;
    this.#fits = true;
    for (const [i, part] of parts.entries()) {
      const start = this.#end++;
      if (start >= words.length) return false;
      words[i] = start;
      this.#calls = 0;
      part(this.#write);
      words[start] = this.#calls;
      if (!this.#fits) return false;
    }
    return true;
  }
}

/** Makes the calls of one part. */
export function perform(
  part: number,
  words: Float64Array,
  functionAt: (number: number) => WasmFunction,
): void {
  let at = words[part] as number;
  let left = words[at++] as number;
  const values: number[] = [];
  for (; left > 0; left--) {
    const count = words[at + 1] as number;
    values.length = 0;
    for (let i = 0; i < count; i++) values.push(words[at + 2 + i] as number);
    functionAt(words[at] as number)(...values);
    at += 2 + count;
  }
}
