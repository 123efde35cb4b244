import { Dataset } from '@renyi/nn';
import { characterIndices, HashedNgrams, type TextDataset } from '@renyi/nn/data';
import { referenceBackend } from '@renyi/tensor';
import { type TrainingConfig, studentConfig } from './config.js';
import { inputOf, type TextSetting } from './model-setting.js';

/** The settings of texts with nothing left to default. */
export function textLengths({
  length = 256,
  buckets = 100_000,
  wordNgrams = 1,
}: TextSetting): Required<TextSetting> {
  return { length, buckets, wordNgrams };
}

/**
 * Texts as rows of whole numbers, as the students of a run take them: of characters for `charcnn`, otherwise of words and runs of words
 * in lower case, hashed to `buckets` numbers. Longer texts are cut, shorter ones filled up.
 *
 * @example
 * import { TextDataset } from '@renyi/nn/data';
 * import { parseConfig } from '@renyi/rdml';
 * import { textRows } from '@renyi/rdml/models';
 * const texts = new TextDataset({ texts: ['Hoist the sail'], labels: Int32Array.of(0), classNames: ['sea', 'land'] });
 * const rows = textRows(texts, parseConfig({ model: 'fasttext', text: { length: 5, buckets: 1000 } }));
 * console.log(rows.dtype, rows.features, rows.inputs[4]); // => int32 5 1000
 */
export function textRows(texts: TextDataset, config: TrainingConfig, name = 'data'): Dataset {
  const { length, buckets, wordNgrams } = textLengths(config.text);
  const { labels, classes } = texts;
  const common = { labels, classes, name, features: length, dtype: 'int32' as const };
  if (inputOf(studentConfig(config, 0).model) === 'characters') {
    const indices = characterIndices(texts.texts, { length, backend: referenceBackend }).dataSync();
    return new Dataset({ ...common, inputs: Float32Array.from(indices) });
  }
  const tokenizer = new HashedNgrams({ buckets, wordNgrams });
  const inputs = new Float32Array(texts.size * length).fill(buckets);
  for (const [row, text] of texts.texts.entries())
    inputs.set(tokenizer.encode(wordsOf(text)).subarray(0, length), row * length);
  return new Dataset({ ...common, inputs });
}

/** Lower case, with spaces between words and marks. */
function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/([^\p{L}\p{N}\s])/gu, ' $1 ')
    .trim();
}
