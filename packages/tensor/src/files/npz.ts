import type { Backend } from '../backend.js';
import { checkTensor } from '../checks.js';
import { FormatError } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { encodeNpy, readNpy } from './npy.js';
import { leadsElsewhere, unzip, zip } from './zip.js';

/** What a name in the archive ends with; NumPy takes it off. */
const suffix = '.npy';
const defaultLimit = 2 ** 31;

/**
 * The bytes of a .npz file: a zip archive of one .npy file for each tensor, in their order.
 * @param options.compress by deflate, as `numpy.savez_compressed`; by default they are stored
 * @throws FormatError for a name that cannot be read back: an empty one, or a path that leads elsewhere
 * @see numpy.savez
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { decodeNpz, encodeNpz } from '@renyi/tensor/files';
 * const bytes = await encodeNpz({ x: tensor([1, 2]), y: tensor(3) }, { compress: true });
 * const { x, y } = await decodeNpz(bytes);
 * console.log(x?.toArray(), y?.item()); // => [ 1, 2 ] 3
 */
export async function encodeNpz(
  tensors: Readonly<Record<string, Tensor>>,
  options: { readonly compress?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const files = Object.entries(tensors).map(([name, x]) => {
    checkTensor('encodeNpz', x);
    checkName(name);
    return [name + suffix, encodeNpy(x)] as const;
  });
  return zip(files, options.compress ?? false);
}

function checkName(name: string): void {
  if (leadsElsewhere(name + suffix) || /\p{Surrogate}/u.test(name) || name.length > 10_000) {
    throw new FormatError('encodeNpz', {
      expected: 'names of tensors, without a path that leads elsewhere',
      got: JSON.stringify(name.slice(0, 60)),
    });
  }
}

/**
 * The tensors of a .npz file by their names, stored or deflated; each is read as by `decodeNpy`.
 * @param options.maxBytes how much all of it may be once unpacked, 2^31 by default: a small archive can hold a huge one. What is
 * declared is checked first, and nothing is unpacked beyond it
 * @param options.backend where the tensors live; the default backend if none is given
 * @throws FormatError for whatever is not such a file: entries that overlap, are encrypted, no .npy files or not what their check
 * says, and all that `decodeNpy` refuses @see numpy.load
 */
export async function decodeNpz(
  bytes: Uint8Array,
  options: { readonly maxBytes?: number; readonly backend?: Backend } = {},
): Promise<Readonly<Record<string, Tensor>>> {
  const tensors = new Map<string, Tensor>();
  for (const [file, content] of await unzip('decodeNpz', bytes, options.maxBytes ?? defaultLimit)) {
    const name = file.slice(0, -suffix.length);
    if (!file.endsWith(suffix) || tensors.has(name)) {
      throw new FormatError('decodeNpz', {
        expected: `entries that end with ${suffix}, each of another name`,
        got: JSON.stringify(file.slice(0, 60)),
      });
    }
    tensors.set(name, readNpy('decodeNpz', content, JSON.stringify(name.slice(0, 60)), options));
  }
  // Own properties, whatever the names are.
  return Object.fromEntries(tensors);
}
