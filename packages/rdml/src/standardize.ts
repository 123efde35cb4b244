import type { Dataset } from '@renyi/nn';

/**
 * The parts with each feature shifted and scaled to mean 0 and deviation 1 over `reference`, the training part,
 * so that nothing about the other parts leaks into training. Parts whose inputs all lie in [-1, 1] (images) are
 * returned as they are. A feature that never changes is only shifted.
 */
export function standardize<T extends readonly Dataset[]>(parts: T, reference: Dataset): T {
  if (parts.every(({ inputs }) => inputs.every((value) => Math.abs(value) <= 1))) return parts;
  const { inputs, features, size } = reference;
  const mean = new Float64Array(features);
  const squares = new Float64Array(features);
  for (const [i, value] of inputs.entries())
    mean[i % features] = (mean[i % features] as number) + value / size;
  for (const [i, value] of inputs.entries()) {
    const deviation = value - (mean[i % features] as number);
    squares[i % features] = (squares[i % features] as number) + (deviation * deviation) / size;
  }
  const scale = squares.map((variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 1));
  const scaled = parts.map((part) =>
    part.mapInputs((value, feature) => (value - (mean[feature] as number)) * (scale[feature] as number)),
  );
  return scaled as readonly Dataset[] as T;
}
