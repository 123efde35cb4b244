import type { Dataset } from '@renyi/nn';
import type { Transform } from '@renyi/nn/data';
import { defaultBackend, type Generator, referenceBackend, scope, type Tensor, to } from '@renyi/tensor';

/**
 * The batches of one epoch by their numbers, all rows once in a random order. Each batch draws what it needs beside the order from a
 * generator of its own, so that an epoch can be gone on with at any of them.
 */
export function epochBatches(
  train: Dataset,
  batchSize: number,
  generator: Generator,
  augment: Transform | undefined,
): (batch: number) => { readonly inputs: Tensor; readonly labels: Tensor } {
  const order = generator.permutation(train.size);
  const rowsOf = (batch: number): Int32Array => order.subarray(batch * batchSize, (batch + 1) * batchSize);
  if (augment === undefined) return (batch) => train.batch(rowsOf(batch));
  const root = generator.split();
  const count = Math.ceil(train.size / batchSize);
  const generators = Array.from({ length: count }, () => root.split());
  return (batch) =>
    scope(() => {
      // It reads them: where they are needed, reads may be dear, or be answered later.
      const { inputs, labels } = train.batch(rowsOf(batch), { backend: referenceBackend });
      const augmented = augment(inputs, generators[batch] as Generator);
      return { inputs: to(augmented, defaultBackend()), labels: to(labels, defaultBackend()) };
    });
}
