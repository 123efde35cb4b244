import { Command, Option } from 'commander';
import type { TrainingConfig } from '../index.js';
import { configFlags, defaultText } from './settings.js';
import type { TrainOptions } from './train.js';

interface ParsedOptions {
  readonly data?: string;
  readonly out?: string;
  readonly name?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly color: boolean;
}

const examples = `
Examples:
  rdml train                        two networks, the embedded digits
  rdml train --alpha 2 --students 3 --seed 1
  rdml train --data iris.csv --hidden 16 --epochs 100
  rdml train --json --quiet > result.json

Data files: comma-separated numbers with the class (0, 1, 2, ...) in the last
column; with or without a line of names; plain or compressed by gzip.
Exit codes: 0 done, 1 failed, 2 wrong flag or data, 3 training diverged,
130 interrupted (weights and metrics so far are saved).`;

/** The command line. Commander parses it, suggests what was meant, and throws instead of ending the process. */
export function createProgram(version: string, train: (options: TrainOptions) => Promise<void>): Command {
  const program = new Command('rdml')
    .description(
      'Rényi divergence deep mutual learning: networks that learn from labels and from each other.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    // Errors are thrown and told on one line by who catches them.
    .configureOutput({ writeErr() {}, outputError() {} });

  const command = program
    .command('train')
    .description('Train a cohort, compare it with the same networks trained independently, and save both.')
    .allowExcessArguments(false);
  for (const { key, flag, placeholder, description } of configFlags) {
    command.addOption(
      new Option(`${flag} <${placeholder}>`, `${description} (default: ${defaultText(key)})`),
    );
  }
  command
    .option('--data <file>', 'CSV file to learn from (default: the embedded digits)')
    .option('--out <folder>', 'folder in which the folder of this run is made (default: runs)')
    .option('--name <name>', 'name of the run (default: made of data, alpha and seed)')
    .option('--json', 'print the result as one JSON object')
    .option('--quiet', 'show no progress')
    .option('--no-color', 'print no colors (like NO_COLOR; FORCE_COLOR forces them)')
    .option('--verbose', 'print the stack of an error')
    .addHelpText('after', examples)
    .action((options: ParsedOptions) => train(trainOptions(options, command)));
  return program;
}

function trainOptions(options: ParsedOptions, command: Command): TrainOptions {
  const settings = new Map<keyof TrainingConfig, string>();
  for (const { key, flag } of configFlags) {
    const option = command.options.find(({ long }) => long === flag);
    const text: unknown = option && command.getOptionValue(option.attributeName());
    if (typeof text === 'string') settings.set(key, text);
  }
  const { data, out = 'runs', name, json = false, quiet = false, color } = options;
  return { settings, data, out, name, json, quiet, color };
}
