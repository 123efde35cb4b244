/** Where a number is seen as bytes. */
const scratch = new DataView(new ArrayBuffer(8));

/** A byte buffer that grows: WebAssembly's binary format is written into it front to back. */
export class Bytes {
  #data = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A copy of what has been written. */
  toArray(): Uint8Array<ArrayBuffer> {
    return this.#data.slice(0, this.#length);
  }

  /** One byte, or several. */
  byte(...values: readonly number[]): void {
    if (this.#length + values.length > this.#data.length) this.#grow(this.#length + values.length);
    for (const value of values) this.#data[this.#length++] = value;
  }

  /** Seven bits to a byte, the lowest first; the highest bit of a byte says that more follow (LEB128). */
  unsigned(value: number): void {
    let rest = value >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest);
  }

  /** The same in two's complement: done once what is left is all sign. */
  signed(value: number): void {
    let rest = value | 0;
    for (; rest < -0x40 || rest > 0x3f; rest >>= 7) this.byte((rest & 0x7f) | 0x80);
    this.byte(rest & 0x7f);
  }

  /** Little-endian, 4 bytes. */
  float32(value: number): void {
    scratch.setFloat32(0, value, true);
    for (let i = 0; i < 4; i++) this.byte(scratch.getUint8(i));
  }

  /** Little-endian, 8 bytes. */
  float64(value: number): void {
    scratch.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.byte(scratch.getUint8(i));
  }

  /** A name of ASCII characters with its length before it. */
  name(text: string): void {
    this.unsigned(text.length);
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
  }

  /** As many bytes of 0. */
  zeros(count: number): void {
    const end = this.#length + count;
    if (end > this.#data.length) this.#grow(end);
    this.#data.fill(0, this.#length, end);
    this.#length = end;
  }

  append(other: Bytes): void {
    const end = this.#length + other.#length;
    if (end > this.#data.length) this.#grow(end);
    this.#data.set(other.#data.subarray(0, other.#length), this.#length);
    this.#length = end;
  }

  /** What `other` holds with its length before it: how sections and function bodies are framed. */
  framed(other: Bytes): void {
    this.unsigned(other.#length);
    this.append(other);
  }

  #grow(atLeast: number): void {
    const larger = new Uint8Array(Math.max(atLeast, 2 * this.#data.length));
    larger.set(this.#data);
    this.#data = larger;
  }
}
