import { createHash } from 'node:crypto';
import type { Dataset } from '@renyi/nn';

/** The same for the same rows, whatever file they came from; where there is a test part of its own, for both. */
export function digestOf(dataset: Dataset, test?: Dataset): string {
  const { features, classes } = dataset;
  const hash = createHash('sha256').update(`${features} ${classes}\n`);
  for (const { inputs, labels } of test === undefined ? [dataset] : [dataset, test])
    for (const part of [inputs, labels])
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest('hex');
}
