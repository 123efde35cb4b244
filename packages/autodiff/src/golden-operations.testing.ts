import { readFileSync } from 'node:fs';
import { type Tensor, tensor } from '@renyi/tensor';
import { expect } from 'vitest';
import { vjp } from './vjp.js';

/*
 * Calls of PyTorch's functions with their values and gradients, in the form that conformance/README.md describes.
 */

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (number | string)[];
}

type GoldenTensors = Readonly<Record<string, GoldenTensor>>;

export interface GoldenCase<Settings> {
  readonly id: string;
  readonly op: string;
  readonly attrs: Settings;
  readonly inputs: GoldenTensors;
  readonly outputs: GoldenTensors;
  readonly cotangents?: GoldenTensors;
  readonly grads?: GoldenTensors;
}

export function readCases<Settings>(file: string): readonly GoldenCase<Settings>[] {
  const url = new URL(`../../../conformance/operations/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: readonly GoldenCase<Settings>[] }).cases;
}

/** The inputs by their names, and `attrs`; an operation of several results answers with all of them in the order of the file. */
export type Operation<Settings> = (inputs: readonly Tensor[], attrs: Settings) => Tensor | readonly Tensor[];

const dtypes = { bool: 'bool', int64: 'int32', float64: 'float64' } as const;

export function decode({ shape, dtype, data }: GoldenTensor): Tensor {
  return tensor(Float64Array.from(data, Number), { shape, dtype: dtypes[dtype as keyof typeof dtypes] });
}

/** The format's tolerance for float64: 1e-11 + 1e-9 |b|. */
function check(what: string, actual: Tensor, { shape, data }: GoldenTensor): void {
  expect(actual.shape, what).toEqual(shape);
  actual.dataSync().forEach((a, i) => {
    const b = Number(data[i]);
    const isClose = Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-11 + 1e-9 * Math.abs(b);
    expect(isClose, `${what}[${i}] is ${a} instead of ${b}`).toBe(true);
  });
}

/** Holds an operation to the outputs of a case, and its gradients to those that the case has. */
export function checkGolden<Settings>(golden: GoldenCase<Settings>, operation: Operation<Settings>): void {
  const names = Object.keys(golden.inputs);
  const inputs = names.map((name) => decode(golden.inputs[name] as GoldenTensor));
  const results = (xs: readonly Tensor[]): readonly Tensor[] =>
    [operation(xs, golden.attrs)].flat() as Tensor[];
  const outputs = Object.entries(golden.outputs);
  const values = results(inputs);
  expect(values.length).toBe(outputs.length);
  for (const [i, [name, expected]] of outputs.entries()) check(name, values[i] as Tensor, expected);

  const places = names.flatMap((name, i) => (golden.grads?.[name] === undefined ? [] : [i]));
  if (places.length === 0) return;
  const totals = places.map((): Tensor | undefined => undefined);
  for (const [i, [name]] of outputs.entries()) {
    const cotangent = golden.cotangents?.[name];
    if (cotangent === undefined) continue;
    const { pullback } = vjp(
      (...xs: Tensor[]) => results(inputs.map((x, place) => xs[places.indexOf(place)] ?? x))[i] as Tensor,
      places.map((place) => inputs[place] as Tensor),
    );
    for (const [k, g] of (pullback(decode(cotangent)) as readonly Tensor[]).entries())
      totals[k] = totals[k]?.add(g) ?? g;
  }
  for (const [k, place] of places.entries()) {
    const name = names[place] as string;
    check(`gradient of ${name}`, totals[k] as Tensor, golden.grads?.[name] as GoldenTensor);
  }
}
