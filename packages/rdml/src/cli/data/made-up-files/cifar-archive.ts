import { Generator, referenceBackend } from '@renyi/tensor';
import { tarGz } from './tar-gz.js';

const side = 32;
const occurring = 5;

/**
 * An archive in the binary format of CIFAR-10 (10 classes) or CIFAR-100 (100 classes) with images that were never photographed: each class is a
 * color and a grating of its own, under noise. Only the first 5 classes occur.
 * @param rows images of each part for each class that occurs
 */
export function cifarArchive(
  classes: 10 | 100,
  { train, test }: { readonly train: number; readonly test: number },
): Uint8Array {
  const generator = new Generator(0);
  const part = (rows: number): Uint8Array => records(classes, rows, generator);
  const names = Array.from({ length: classes }, (_, c) => `made-up-${c}`).join('\n');
  const text = new TextEncoder().encode(`${names}\n`);
  if (classes === 10)
    return tarGz({
      'data_batch_1.bin': part(train),
      'test_batch.bin': part(test),
      'batches.meta.txt': text,
    });
  return tarGz({ 'train.bin': part(train), 'test.bin': part(test), 'fine_label_names.txt': text });
}

/** Of CIFAR-100 each record has two labels, of which the first is one of 20 groups. */
function records(classes: 10 | 100, rowsPerClass: number, generator: Generator): Uint8Array {
  const labels = classes === 10 ? 1 : 2;
  const record = labels + 3 * side * side;
  const rows = occurring * rowsPerClass;
  const bytes = new Uint8Array(rows * record);
  const noise = generator.normal([rows, record], { std: 24, backend: referenceBackend }).dataSync();
  for (let row = 0; row < rows; row++) {
    const own = row % occurring;
    const start = row * record;
    if (labels === 2) bytes[start] = own % 20;
    bytes[start + labels - 1] = own;
    for (let i = 0; i < 3 * side * side; i++) {
      const at = start + labels + i;
      bytes[at] = Math.max(0, Math.min(255, Math.round(brightness(own, i) + (noise[at] as number))));
    }
  }
  return bytes;
}

/** Of the ith byte of an image of that class: red, green and blue, each row by row. */
function brightness(own: number, i: number): number {
  const [channel, y, x] = [Math.floor(i / (side * side)), Math.floor(i / side) % side, i % side];
  const base = 70 + 22 * ((own * (channel + 2) + 3 * channel) % 6);
  const angle = (own * Math.PI) / 5;
  const wave = Math.sin(((x * Math.cos(angle) + y * Math.sin(angle)) * (2 + (own % 7))) / 8);
  return base + 40 * wave;
}
