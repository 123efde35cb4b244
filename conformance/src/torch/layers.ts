import { Dropout, embedding, embeddingBag } from '@renyi/nn';
import * as api from '@renyi/tensor';
import { Generator, type Tensor } from '@renyi/tensor';
import { type Attributes, input, type Inputs, optional, type Table } from './operation.js';

/** What is drawn cannot be compared; without training, and at p = 1, nothing is. */
function dropout(inputs: Inputs, { p = 0.5, training = true }: Attributes): Tensor {
  const layer = new Dropout(p, { generator: new Generator(0) });
  layer.training = training;
  return layer.forward(input(inputs, 'x'));
}

function padding({ padding_idx: paddingIndex }: Attributes): { readonly paddingIndex?: number } {
  return typeof paddingIndex === 'number' ? { paddingIndex } : {};
}

export const layers: Table = {
  dropout,
  dropout_eval: dropout,
  embedding: (inputs, attrs) => embedding(input(inputs, 'weight'), input(inputs, 'index'), padding(attrs)),
  embedding_bag: (inputs, attrs) =>
    embeddingBag(input(inputs, 'weight'), input(inputs, 'index'), {
      mode: attrs.mode ?? 'mean',
      ...padding(attrs),
      ...optional('offsets', inputs['offsets']),
      ...optional('perSampleWeights', inputs['per_sample_weights']),
    }),
  /** The mean of the rows of each list of indices. */
  embedding_mean: (inputs) => embeddingBag(input(inputs, 'weight'), input(inputs, 'index')),
  /** The cross-entropy of relu(x w1 + b1) w2 + b2. */
  mlp_block: (inputs) => {
    const [x, w1, b1, w2, b2] = ['x', 'w1', 'b1', 'w2', 'b2'].map((name) => input(inputs, name)) as Tensor[];
    const hidden = api.relu(api.add(api.matmul(x as Tensor, w1 as Tensor), b1 as Tensor));
    const logits = api.add(api.matmul(hidden, w2 as Tensor), b2 as Tensor);
    return api.crossEntropy(logits, input(inputs, 't'));
  },
};
