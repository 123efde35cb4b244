/*
 * Which of two topics is a sentence about? fastText's answer: the mean of its words' vectors, and a linear map. Words have no
 * order, and those that were never seen still have a vector, since a word's number is its hash.
 */
import { valueAndGrad } from '@renyi/autodiff';
import { SGD } from '@renyi/nn';
import { FastText } from '@renyi/nn/models';
import { crossEntropy, Generator, softmax, tensor, type Tensor } from '@renyi/tensor';

const buckets = 1000;

/** FNV-1a, 32 bits: the word's number. */
function bucketOf(word: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(word)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % buckets;
}

/** All words of all texts one after the other, and where each text starts: bags of any length. */
function bags(texts: readonly string[]): { indices: Tensor; offsets: number[] } {
  const words = texts.map((text) => text.toLowerCase().match(/\p{L}+/gu) ?? []);
  const offsets = words.map((_, i) => words.slice(0, i).reduce((total, { length }) => total + length, 0));
  return { indices: tensor(Int32Array.from(words.flat(), bucketOf)), offsets };
}

const topics = ['cooking', 'sailing'];
const texts = [
  'Stir the soup and add salt',
  'Bake the bread in a hot oven',
  'Fry onions with butter and pepper',
  'The dough needs flour and yeast',
  'Hoist the sail and watch the wind',
  'The anchor holds in the harbor',
  'A storm broke the mast of the boat',
  'Steer the boat along the coast',
];
const labels = tensor([0, 0, 0, 0, 1, 1, 1, 1], { dtype: 'int32' });

const network = new FastText({ words: buckets, dimensions: 8, classes: 2, generator: new Generator(1) });
const optimizer = new SGD(network.parameters(), { learningRate: 0.5 });
const { indices, offsets } = bags(texts);
for (let step = 0; step < 60; step++) {
  const { gradients } = valueAndGrad(
    () => crossEntropy(network.forward(indices, { offsets }), labels),
    optimizer.parameters,
  );
  optimizer.step(gradients);
}

const questions = ['Salt and butter for the bread', 'Wind and waves toss the boat'];
const asked = bags(questions);
const probabilities = softmax(
  network.forward(asked.indices, { offsets: asked.offsets }),
).toArray() as number[][];
for (const [i, row] of probabilities.entries()) {
  console.log(`${questions[i]}: ${topics[row.indexOf(Math.max(...row))]}`);
}
// => Salt and butter for the bread: cooking
// => Wind and waves toss the boat: sailing
