/**
 * Handwritten digits, embedded: a data set that needs no file and no network.
 * @packageDocumentation
 */
import { FormatError } from '@renyi/tensor';
import { Dataset } from './dataset.js';
import { rowCount, rowsInBase64 } from './digits-data.js';

const features = 64;
const bytesPerRow = features + 1;

/** The inked dots in each 4x4 block of the original scan: at most 16. */
const largestValue = 16;

/**
 * 1,797 handwritten digits: images of 8x8 pixels, row by row, with values from 0 to 1 in steps of 1/16 (exact
 * in float32), and the digit as label; 174 to 183 images of each, in the order of the source.
 *
 * Works in every runtime that has `atob` and `DecompressionStream`.
 *
 * Source: "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI Machine Learning
 * Repository (its test part), CC BY 4.0, as redistributed by scikit-learn (`sklearn.datasets.load_digits`).
 *
 * @example
 * import { loadDigits } from '@renyi/nn/digits';
 * const digits = await loadDigits();
 * console.log(digits.size, digits.features, digits.classes); // => 1797 64 10
 */
export async function loadDigits(): Promise<Dataset> {
  const bytes = await gunzip(fromBase64(rowsInBase64));
  if (bytes.length !== rowCount * bytesPerRow) {
    throw new FormatError('loadDigits', {
      expected: `${rowCount * bytesPerRow} bytes`,
      got: `${bytes.length}`,
      remedy: 'The module digits-data was changed; install the package again',
    });
  }
  const inputs = new Float32Array(rowCount * features);
  const labels = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const start = row * bytesPerRow;
    for (let i = 0; i < features; i++) inputs[row * features + i] = bytes[start + i]! / largestValue;
    labels[row] = bytes[start + features]!;
  }
  return new Dataset({ inputs, labels, features, classes: 10, name: 'digits' });
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
