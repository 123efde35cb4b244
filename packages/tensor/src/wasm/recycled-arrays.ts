import type { DType, TypedArray } from '../dtype.js';

/** Beyond so many bytes, arrays go to the garbage collector after all. */
const mostBytes = 2 ** 26;

/**
 * Typed arrays whose tensors were disposed of, for tensors that outlive their scope next. A training step that disposes of what it
 * replaces leaves no garbage of megabytes: each collection, which other threads of the engine take part in, slows down all kernels.
 */
export class RecycledArrays {
  readonly #lists = new Map<string, TypedArray[]>();
  #bytes = 0;

  /** Takes over an array that nobody sees any more. */
  give(dtype: DType, array: TypedArray): void {
    if (array.byteLength > mostBytes) return;
    if (this.#bytes + array.byteLength > mostBytes) {
      this.#lists.clear();
      this.#bytes = 0;
    }
    const key = `${dtype} ${array.length}`;
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [array]);
    else list.push(array);
    this.#bytes += array.byteLength;
  }

  /** An array with the elements of `source`. */
  copyOf(dtype: DType, source: TypedArray): TypedArray {
    const array = this.#lists.get(`${dtype} ${source.length}`)?.pop();
    if (array === undefined) return source.slice();
    this.#bytes -= array.byteLength;
    array.set(source);
    return array;
  }
}
