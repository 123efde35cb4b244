import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { tensor } from '../create.js';
import { FormatError } from '../errors.js';
import type { Tensor } from '../tensor.js';

/** Files that NumPy and safetensors wrote; conformance/README.md says which versions. */
interface NumpyFiles {
  readonly npy: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: readonly (number | boolean | string)[];
    readonly base64: string;
  }[];
  readonly npz: string;
  readonly npzCompressed: string;
  readonly refused: readonly { readonly name: string; readonly base64: string }[];
  readonly safetensors: string;
}

export const numpyFiles: NumpyFiles = JSON.parse(
  readFileSync(new URL('../../../../conformance/files/numpy.json', import.meta.url), 'utf8'),
) as NumpyFiles;

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}

/** The values of a file as a tensor in float64. */
export function valuesOf(values: readonly (number | boolean | string)[], shape: readonly number[]): Tensor {
  const numbers = values.map((value) =>
    typeof value === 'string' ? Number(value.replace('inf', 'Infinity')) : Number(value),
  );
  return tensor(Float64Array.from(numbers), { shape });
}

/** Whether a reader read it or refused it as malformed; any other error is thrown on. */
export async function isRead(read: () => unknown): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** The bytes with some of them changed, and possibly cut off or followed by others. */
interface Damage {
  readonly changes: readonly (readonly [place: number, byte: number])[];
  readonly cut: number;
  readonly added: number;
}

export const damages: fc.Arbitrary<Damage> = fc.record({
  changes: fc.array(fc.tuple(fc.nat(2 ** 16), fc.nat(255)), { maxLength: 4 }),
  cut: fc.oneof(fc.constant(0), fc.nat(400)),
  added: fc.oneof(fc.constant(0), fc.nat(20)),
});

export function damaged(bytes: Uint8Array, { changes, cut, added }: Damage): Uint8Array {
  const copy = new Uint8Array(Math.max(0, bytes.length - cut) + added);
  copy.set(bytes.subarray(0, Math.max(0, bytes.length - cut)));
  for (const [place, byte] of changes) if (copy.length > 0) copy[place % copy.length] = byte;
  return copy;
}
