import { arch, cpus, platform, release } from 'node:os';
import { resolve } from 'node:path';
import { backendInUse, deviceInUse, threadsInUse } from './backends.js';
import type { DataSource } from './data/load.js';
import type { LoadedData } from './data/loaded-data.js';

/** Where a run took place, and on what data: what env.json holds. */
export interface Environment {
  readonly schema: number;
  /** Of the command. */
  readonly version: string;
  /** When it started, in UTC. */
  readonly started: string;
  /** The words after `rdml` with which it was started. */
  readonly words: readonly string[];
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
  readonly cores: number;
  readonly backend: string;
  /** What the gpu backend computed with; null for the others. */
  readonly device: string | null;
  /** How many threads computed. */
  readonly threads: number;
  readonly data: {
    readonly name: string;
    /** Where it was read from; null for the embedded digits. */
    readonly file: string | null;
    /** The column with the classes, or the file of labels; null for the usual one. */
    readonly label: string | null;
    /** The file with the test part; null where it is in the same file, or split off. */
    readonly test: string | null;
    /** What weights started from; null where they were drawn. */
    readonly init: string | null;
    readonly rows: number;
    readonly features: number;
    readonly classes: number;
    /** Of a row as networks are given it. */
    readonly shape: readonly number[];
    readonly dtype: 'float32' | 'int32';
    /** null where classes are numbers. */
    readonly classNames: readonly string[] | null;
    readonly featureNames: readonly string[] | null;
    readonly sha256: string;
  };
}

/** Where the data of a run came from, as it is told again. */
export function sourceOf({ data }: Environment): DataSource {
  const { file, label, test, init } = data;
  return {
    file: file ?? undefined,
    label: label ?? undefined,
    test: test ?? undefined,
    init: init ?? undefined,
  };
}

/** Version of the shape of every JSON file in a run folder. */
export const schema = 1;

/** @param sha256 of the rows: see `digestOf` */
export function describeEnvironment(
  run: { readonly version: string; readonly started: Date; readonly words: readonly string[] },
  { dataset, test: testPart, classNames, featureNames }: LoadedData,
  { file, label, test, init }: DataSource,
  sha256: string,
): Environment {
  return {
    schema,
    version: run.version,
    started: run.started.toISOString(),
    words: run.words,
    node: process.version,
    platform: `${platform()} ${release()}`,
    arch: arch(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    backend: backendInUse(),
    device: deviceInUse(),
    threads: threadsInUse(),
    data: {
      name: dataset.name,
      file: file === undefined ? null : resolve(file),
      label: label ?? null,
      test: test === undefined ? null : resolve(test),
      init: init === undefined ? null : resolve(init),
      rows: dataset.size + (testPart?.size ?? 0),
      features: dataset.features,
      classes: dataset.classes,
      shape: dataset.shape,
      dtype: dataset.dtype,
      classNames: classNames ?? null,
      featureNames: featureNames ?? null,
      sha256,
    },
  };
}
