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

/** The relative error that a float32 sum of so many terms of one sign stays below, but for a chance that nobody meets. */
export function sumTolerance(terms: number): number {
  // Rounding errors are as good as independent, so that they grow with the root: lambda sqrt(n) u with probability
  // 1 - 2 exp(-lambda^2 / 2) (Higham and Mary 2019, theorem 2.4), here with lambda = 8.
  return 8 * Math.sqrt(terms) * 2 ** -24;
}
