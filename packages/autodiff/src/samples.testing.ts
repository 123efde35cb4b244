import { Generator, type NestedArray, type Shape, type Tensor, tensor } from '@renyi/tensor';

const generator = new Generator(1905);

/** Uniform float64 numbers from an interval: the domain on which a rule is checked. */
export function uniform(shape: Shape, low: number, high: number): Tensor {
  return generator.uniform(shape, { low, high, dtype: 'float64' });
}

export function normal(shape: Shape, std = 1): Tensor {
  return generator.normal(shape, { std, dtype: 'float64' });
}

/** Numbers of either sign, at least `low` and at most `high` from 0: away from a kink or pole there. */
export function awayFromZero(shape: Shape, low = 0.5, high = 2): Tensor {
  return tensor(
    uniform(shape, -1, 1)
      .dataSync()
      .map((x) => Math.sign(x) * (low + (high - low) * Math.abs(x))),
    { shape },
  );
}

/** Numbers no two of which are closer than 1/4: away from the ties of a maximum. */
export function distinct(shape: Shape): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return tensor(
    Float64Array.from(generator.permutation(size), (place) => place / 4 - 1),
    { shape },
  );
}

export function int32(values: NestedArray): Tensor {
  return tensor(values, { dtype: 'int32' });
}

export function float64(values: number | number[] | number[][]): Tensor {
  return tensor(values, { dtype: 'float64' });
}

/** The largest |a - b| over all elements; NaN if one is. */
export function distance(a: Tensor, b: Tensor): number {
  const right = b.dataSync();
  return Array.from(a.dataSync(), (x, i) => Math.abs(x - (right[i] as number))).reduce(
    (x, y) => Math.max(x, y),
    0,
  );
}
