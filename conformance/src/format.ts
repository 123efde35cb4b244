import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers that JSON cannot hold are spelled out. */
export type GoldenNumber = number | boolean | 'NaN' | 'Infinity' | '-Infinity';

export type FloatDType = 'float32' | 'float64';

/** A tensor as the files have it: flat, row-major. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'int64' | 'bool';
  readonly data: readonly GoldenNumber[];
}

/** The same with its numbers spelled as numbers; what an adapter is given. */
export interface DecodedTensor {
  readonly shape: readonly number[];
  readonly dtype?: GoldenTensor['dtype'];
  readonly data: readonly (number | boolean)[];
}

export type GoldenTensors = Readonly<Record<string, GoldenTensor>>;
export type DecodedTensors = Readonly<Record<string, DecodedTensor>>;

/** One call of an operation, or one run of a program such as an optimizer, whose own fields `program` names. */
export interface GoldenCase {
  readonly id: string;
  readonly op: string;
  readonly tier: 'core' | 'extra' | 'opinfo' | 'accuracy' | 'error';
  readonly tags: readonly string[];
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly inputs?: GoldenTensors;
  readonly outputs?: GoldenTensors;
  readonly cotangents?: GoldenTensors;
  readonly grads?: GoldenTensors;
}

export function toNumber(value: GoldenNumber): number {
  return Number(value);
}

export function decode({ shape, dtype, data }: GoldenTensor): DecodedTensor {
  return { shape, dtype, data: data.map((value) => (typeof value === 'string' ? toNumber(value) : value)) };
}

export function decodeAll(tensors: GoldenTensors = {}): DecodedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, decode(x)]));
}

export interface GoldenFile {
  readonly name: string;
  readonly cases: readonly GoldenCase[];
}

/** The files of a folder, by name. */
export function readFolder(folder: string): GoldenFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => {
    const { cases } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Pick<GoldenFile, 'cases'>;
    return { name, cases };
  });
}
