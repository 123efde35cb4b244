import { referenceBackend, type Tensor } from '@renyi/tensor';
import { decodeNpy, decodeNpz } from '@renyi/tensor/files';
import { datasetsOfArrays, type NamedArray } from './array-pairs.js';
import { inFile } from './data-file.js';
import type { FoundNumbers, KnownFile } from './found.js';
import { decodeIdx } from './idx.js';

/** Files of the IDX format, images and labels: unsigned bytes are divided by 255, and images of one value a pixel have one channel. */
export async function readIdxFiles(
  operation: string,
  files: readonly KnownFile[],
  classes: number | undefined,
): Promise<FoundNumbers> {
  const arrays = await Promise.all(
    files.map(async ({ name, bytes }): Promise<NamedArray> => {
      const { shape, values } = await inFile(operation, name, () => decodeIdx(bytes));
      return { name, shape, values, scale: values instanceof Uint8Array ? 255 : 1 };
    }),
  );
  const { parts, shape } = datasetsOfArrays(operation, arrays, classes);
  return { kind: 'numbers', parts, shape: shape.length === 2 ? [1, ...shape] : shape };
}

/** Where arrays are read at once, whatever their dtypes. */
const here = { backend: referenceBackend };

/** Arrays of NumPy, one or several in a file; their numbers stay as they are. */
export async function readNumPyFiles(
  operation: string,
  files: readonly KnownFile[],
  classes: number | undefined,
): Promise<FoundNumbers> {
  const arrays: NamedArray[] = [];
  for (const { name, format, bytes } of files) {
    if (format === 'npy') {
      arrays.push(namedArray(name, await inFile(operation, name, () => decodeNpy(bytes, here))));
      continue;
    }
    const tensors = await inFile(operation, name, () => decodeNpz(bytes, here));
    for (const [entry, x] of Object.entries(tensors)) arrays.push(namedArray(entry, x));
  }
  return { kind: 'numbers', ...datasetsOfArrays(operation, arrays, classes) };
}

function namedArray(name: string, x: Tensor): NamedArray {
  return { name, shape: x.shape, values: x.dataSync(), scale: 1 };
}
