import { type Command, Option } from 'commander';
import { ConfigError } from '@renyi/tensor';
import type { TrainingConfig } from '../index.js';
import type { DataSource } from './data/load.js';
import { type WeightsChoice, weightsChoices } from './model.js';
import { configFlags, defaultText, type Settings } from './settings.js';
import type { OutputOptions } from './train.js';

/** What commander makes of the flags of any command. */
export interface ParsedOptions {
  readonly config?: string;
  readonly printConfig?: boolean;
  readonly data?: string;
  readonly label?: string;
  readonly out?: string;
  readonly name?: string;
  readonly baseline?: boolean;
  readonly alpha?: string;
  readonly students?: string;
  readonly seeds?: string;
  readonly jobs?: string;
  readonly weights?: string;
  readonly backend?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

export function addConfigOptions(command: Command, without: ReadonlySet<string> = new Set()): void {
  for (const configFlag of configFlags) {
    if (without.has(configFlag.key)) continue;
    const { flag, placeholder, description } = configFlag;
    command.addOption(
      new Option(`${flag} <${placeholder}>`, `${description} (default: ${defaultText(configFlag)})`),
    );
  }
  command.option('--config <file>', 'JSON file with settings (default: none)');
  addDataOptions(command, 'CSV or IDX file to learn from (default: the embedded digits)');
}

export function addDataOptions(command: Command, description: string): void {
  command
    .option('--data <file>', description)
    .option(
      '--label <column>',
      'column with the classes, by name or number from 1; of IDX images the file of labels (default: the last column, or the file beside the images)',
    );
}

export function addOutOptions(command: Command, kind: 'run' | 'sweep'): void {
  const made = kind === 'run' ? 'data, alpha and seed' : 'the data';
  command
    .option('--out <folder>', `folder in which the folder of this ${kind} is made (default: runs)`)
    .option('--name <name>', `name of the ${kind} (default: made of ${made})`);
}

export function addWeightsOption(command: Command): void {
  command.option(
    '--weights <which>',
    'best: of the epoch that was best on the validation part; or last (default: best)',
  );
}

export function addOutputOptions(command: Command): Command {
  return command
    .option('--backend <name>', 'where tensors live: wasm or reference (default: wasm where it runs)')
    .option('--json', 'print the result as one JSON object')
    .option('--quiet', 'show no progress')
    .option('--no-color', 'print no colors (like NO_COLOR; FORCE_COLOR forces them)')
    .option('--verbose', 'print the stack of an error');
}

/** The texts after the flags of a command that set the configuration. */
export function settingsOf(
  { config, baseline = true }: ParsedOptions,
  command: Command,
  without: ReadonlySet<string> = new Set(),
): Settings {
  const flags = new Map<keyof TrainingConfig, string>();
  for (const { key, flag } of configFlags) {
    if (without.has(key)) continue;
    const option = command.options.find(({ long }) => long === flag);
    const text: unknown = option && command.getOptionValue(option.attributeName());
    if (typeof text === 'string') flags.set(key, text);
  }
  return { file: config, flags, switches: baseline ? {} : { baseline } };
}

export function outputOptions({ json = false, quiet = false, color }: ParsedOptions): OutputOptions {
  return { json, quiet, color };
}

export function dataSource({ data, label }: ParsedOptions): DataSource {
  return { file: data, label };
}

/** @throws ConfigError for other words */
export function weightsOf({ weights = 'best' }: ParsedOptions): WeightsChoice {
  const choice = weightsChoices.find((word) => word === weights);
  if (choice !== undefined) return choice;
  throw new ConfigError('rdml', {
    expected: `--weights to be one of ${weightsChoices.join(', ')}`,
    got: weights.slice(0, 60),
  });
}
