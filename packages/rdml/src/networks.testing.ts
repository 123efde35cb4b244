import { TextDataset } from '@renyi/nn/data';
import type { ModelName } from './model-setting.js';

/** Settings with which each network is as small as it goes. */
export const smallest: Readonly<Record<ModelName, object>> = {
  mlp: {},
  lenet: {},
  googlenet: { shrink: 64 },
  resnet18: { width: 1 },
  resnet34: { width: 1 },
  resnet50: { width: 1 },
  seresnet50: { width: 1, reduction: 4 },
  vgg16: { width: 1, hidden: 4, dropout: 0.5 },
  mobilenet: { width: 1 },
  densenet121: { growth: 1 },
  vit: { patch: 8, width: 8, depth: 1, heads: 2, dropout: 0.1 },
  fasttext: { dimensions: 3 },
  charcnn: { features: 2, hidden: 4, dropout: 0.5 },
};

/** Texts of two classes in turns, which their words tell apart. */
export function sentences(rows: number): TextDataset {
  return new TextDataset({
    texts: Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 'Hoist the sail!' : 'add salt')),
    labels: Int32Array.from({ length: rows }, (_, row) => row % 2),
    classNames: ['sea', 'kitchen'],
  });
}
