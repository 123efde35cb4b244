import { expect, test } from 'vitest';
import { nearestName } from './nearest.js';

test.each([
  ['resnt18', 'resnet18'],
  ['reset18', 'resnet18'],
  ['renset34', 'resnet34'],
  ['VGG61', 'vgg16'],
  ['vit', 'vit'],
  ['mpl', 'mlp'],
  ['alexnet', undefined],
  ['x', undefined],
  ['', undefined],
])('%s is %s', (word, meant) => {
  expect(nearestName(word, ['mlp', 'resnet18', 'resnet34', 'vgg16', 'vit'])).toBe(meant);
});
