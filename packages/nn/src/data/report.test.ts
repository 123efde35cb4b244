import { FormatError, ShapeError } from '@renyi/tensor';
import { describe, expect, it } from 'vitest';
import { Dataset } from '../dataset.js';
import { overlapOf, reportOf } from './report.js';
import { TextDataset } from './texts.js';

const rows = (inputs: readonly number[], labels: readonly number[]): Dataset =>
  new Dataset({
    inputs: Float32Array.from(inputs),
    labels: Int32Array.from(labels),
    features: 2,
    classes: 3,
  });

const texts = (...list: readonly string[]): TextDataset =>
  new TextDataset({ texts: list, labels: new Int32Array(list.length), classNames: ['only'] });

describe('reportOf', () => {
  it('counts rows, classes, rows seen before, and those of another class', () => {
    const data = rows([1, 2, 3, 4, 1, 2, 0, 0, -0, 0, 1, 2], [0, 0, 0, 1, 1, 1]);
    expect(reportOf(data)).toEqual({
      size: 6,
      classes: 3,
      counts: [3, 3, 0],
      duplicates: 3,
      contradictions: 1,
    });
  });

  it('does the same for texts, and for no rows', () => {
    expect(reportOf(texts('a', 'b', 'a', 'constructor')).duplicates).toBe(1);
    expect(reportOf(rows([], []))).toMatchObject({ size: 0, counts: [0, 0, 0], duplicates: 0 });
  });
});

describe('overlapOf', () => {
  it('counts the rows of a test part that are in the training part, each as often as it occurs', () => {
    expect(overlapOf(rows([1, 2, 3, 4], [0, 0]), rows([1, 2, 5, 6, 1, 2, 5, 6], [0, 1, 2, 0]))).toBe(2);
    expect(overlapOf(texts('a'), texts('b', 'a'))).toBe(1);
  });
});

describe('TextDataset', () => {
  it('refuses labels that do not fit', () => {
    const make = (...labels: number[]): TextDataset =>
      new TextDataset({ texts: ['a'], labels: Int32Array.from(labels), classNames: ['x'] });
    expect(() => make()).toThrow(ShapeError);
    expect(() => make(1)).toThrow(FormatError);
  });
});
