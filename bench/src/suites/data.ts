import { Generator } from '@renyi/tensor';
import type { Data } from '../peers/task.js';

/** Uniform numbers in [low, high): the same for everybody, and on every run. */
export function uniform(shape: readonly number[], low: number, high: number, seed: number = 1): Data {
  const x = new Generator(seed).uniform(shape, { low, high });
  return { shape, values: Float32Array.from(x.dataSync()) };
}

/** 0, 1, ..., classes - 1, 0, ... */
export function cyclicLabels(rows: number, classes: number): Data {
  return { shape: [rows], values: Int32Array.from({ length: rows }, (_, i) => i % classes) };
}
