import { arch, cpus, platform, release } from 'node:os';
import { resolve } from 'node:path';
import type { Dataset } from '@renyi/nn';
import { defaultBackend } from '@renyi/tensor';
import { digestOf } from './digest.js';

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
  readonly data: {
    readonly name: string;
    /** Where it was read from; null for the embedded digits. */
    readonly file: string | null;
    readonly rows: number;
    readonly features: number;
    readonly classes: number;
    readonly sha256: string;
  };
}

/** Version of the shape of every JSON file in a run folder. */
export const schema = 1;

export function describeEnvironment(
  run: { readonly version: string; readonly started: Date; readonly words: readonly string[] },
  dataset: Dataset,
  file: string | undefined,
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
    backend: defaultBackend().name,
    data: {
      name: dataset.name,
      file: file === undefined ? null : resolve(file),
      rows: dataset.size,
      features: dataset.features,
      classes: dataset.classes,
      sha256: digestOf(dataset),
    },
  };
}
