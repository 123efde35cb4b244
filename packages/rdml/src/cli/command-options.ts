import { type Command, Option } from 'commander';
import { ConfigError } from '@renyi/tensor';
import type { TrainingConfig } from '../index.js';
import type { DataSource } from './data/load.js';
import { type WeightsChoice, weightsChoices } from './model.js';
import { configFlags, defaultText, type Settings } from './settings.js';
import type { OutputOptions } from './train.js';

/** What commander makes of the flags of any command. */
export interface ParsedOptions {
  readonly preset?: string;
  readonly smoke?: boolean;
  readonly config?: string;
  readonly printConfig?: boolean;
  readonly data?: string;
  readonly label?: string;
  readonly test?: string;
  readonly init?: string;
  readonly out?: string;
  readonly name?: string;
  readonly baseline?: boolean;
  readonly alpha?: string;
  readonly students?: string;
  readonly seeds?: string;
  readonly jobs?: string;
  readonly weights?: string;
  readonly backend?: string;
  readonly threads?: string;
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
  command
    .option('--preset <name>', 'settings of an experiment of the paper: see the README (default: none)')
    .option('--smoke', 'the experiment in a small size, on made-up data unless there is --data');
  command.option('--config <file>', 'JSON file with settings (default: none)');
  addDataOptions(
    command,
    'file to learn from: CSV, IDX, CIFAR, or texts with their classes (default: the embedded digits)',
  );
  command
    .option('--test <file>', 'file with the test part (default: that of the archive, or a part of the rows)')
    .option('--init <path>', 'weights to start from: a run folder or a safetensors file (default: random)');
}

export function addDataOptions(command: Command, description: string): void {
  command
    .option('--data <file>', description)
    .option(
      '--label <column>',
      'column with the classes, by name or number from 1; of IDX images the file of labels; of CIFAR-100 coarse or fine (default: the last column, the file beside the images, fine)',
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

export function addThreadsOption(command: Command): void {
  command.option(
    '--threads <count>',
    'threads for large operations of each run; the bits are the same for any number (default: 1)',
  );
}

export function addOutputOptions(command: Command): Command {
  return command
    .option(
      '--backend <name>',
      'where tensors live: wasm, reference, or gpu or webgpu by gpu.js, which say what they compute with (default: wasm where it runs)',
    )
    .option('--json', 'print the result as one JSON object')
    .option('--quiet', 'show no progress')
    .option('--no-color', 'print no colors (like NO_COLOR; FORCE_COLOR forces them)')
    .option('--verbose', 'print the stack of an error');
}

/** The texts after the flags of a command that set the configuration. */
export function settingsOf(
  { preset, smoke = false, config, baseline = true }: ParsedOptions,
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
  return { preset, isSmoke: smoke, file: config, flags, switches: baseline ? {} : { baseline } };
}

export function outputOptions({ json = false, quiet = false, color }: ParsedOptions): OutputOptions {
  return { json, quiet, color };
}

export function dataSource({ data, label, test, init }: ParsedOptions): DataSource {
  return { file: data, label, test, init };
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
