import type { Dataset } from '@renyi/nn';

/** How features are shifted and scaled before networks see them: plain data, needed wherever they are used. */
export interface Scaling {
  readonly means: readonly number[];
  /** 1 where there is none to divide by. */
  readonly deviations: readonly number[];
}

/**
 * The scaling that gives each feature mean 0 and deviation 1 over `reference`, the training part, so that nothing about
 * the other parts leaks into training. Undefined where the inputs of all parts lie in [-1, 1] (images): they stay as
 * they are. A feature that never changes in the training part is only shifted.
 */
export function scalingOf(parts: readonly Dataset[], reference: Dataset): Scaling | undefined {
  if (parts.every(({ inputs }) => inputs.every((value) => Math.abs(value) <= 1))) return undefined;
  const features = Array.from({ length: reference.features }, (_, feature) => measure(reference, feature));
  return {
    means: features.map(({ mean }) => mean),
    deviations: features.map(({ deviation }) => deviation),
  };
}

/** A part of the data with its features shifted and scaled. */
export function standardize(part: Dataset, scaling: Scaling | undefined): Dataset {
  if (scaling === undefined) return part;
  const { means, deviations } = scaling;
  return part.mapInputs(
    (value, feature) => (value - (means[feature] as number)) / (deviations[feature] as number),
  );
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
