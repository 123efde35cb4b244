import type { Dataset } from '@renyi/nn';

/**
 * The parts with each feature shifted and scaled to mean 0 and deviation 1 over `reference`, the training part,
 * so that nothing about the other parts leaks into training. Parts whose inputs all lie in [-1, 1] (images) are
 * returned as they are. A feature that never changes in the training part is only shifted.
 */
export function standardize<T extends readonly Dataset[]>(parts: T, reference: Dataset): T {
  if (parts.every(({ inputs }) => inputs.every((value) => Math.abs(value) <= 1))) return parts;
  const features = Array.from({ length: reference.features }, (_, feature) => measure(reference, feature));
  const scaled = parts.map((part) =>
    part.mapInputs((value, feature) => {
      const { mean, deviation } = features[feature] as Feature;
      return (value - mean) / deviation;
    }),
  );
  return scaled as readonly Dataset[] as T;
}

interface Feature {
  readonly mean: number;
  /** 1 where there is none to divide by. */
  readonly deviation: number;
}

/**
 * Mean and deviation of a feature, measured from its first value: a constant then has the mean itself and the
 * deviation 0 exactly, where the rounding of a mean would leave a tiny one to blow up whatever differs from it.
 */
function measure({ inputs, features, size }: Dataset, feature: number): Feature {
  const origin = inputs[feature] as number;
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < size; row++) sum += (inputs[row * features + feature] as number) - origin;
  const mean = origin + sum / size;
  for (let row = 0; row < size; row++) squares += ((inputs[row * features + feature] as number) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / size) || 1 };
}
