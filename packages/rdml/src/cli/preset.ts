import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { ConfigError } from '@renyi/tensor';
import { parseConfig, type Schedule, type TrainingOverrides } from '../index.js';
import type { DataKind } from './data/made-up-files/write.js';
import { scheduleText } from './schedule-text.js';

/** An experiment of the method's paper as its authors' code sets it up, and a small size of it. */
export interface Preset {
  readonly title: string;
  /** What its data are like. */
  readonly data: DataKind;
  /** The orders that are compared with independent training. */
  readonly alphas: readonly Schedule[];
  readonly config: TrainingOverrides;
  /** What is different where it is only to be seen that it runs. */
  readonly smoke: TrainingOverrides;
}

/** The folder of the package's experiments, beside the sources as beside what is built of them. */
const folder: URL = ['../experiments/', '../../experiments/']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url)) as URL;

export function presetNames(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/** @throws ConfigError for a name that is none's */
export function readPreset(name: string): Preset {
  const names = presetNames();
  if (!names.includes(name)) {
    throw new ConfigError('rdml', {
      expected: `--preset to be one of ${names.join(', ')}`,
      got: name.slice(0, 60),
    });
  }
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Preset;
}

/** Its settings, in the small size if that is asked for. @throws ConfigError for one that is no configuration */
export function presetConfig({ config, smoke }: Preset, isSmoke: boolean): TrainingOverrides {
  const overrides = isSmoke ? { ...config, ...smoke } : config;
  parseConfig(overrides);
  return overrides;
}

/** Its orders as a sweep is told them. */
export function presetAlphas({ alphas }: Preset): string {
  return alphas.map(scheduleText).join(',');
}
