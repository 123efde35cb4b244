import { Command, Option } from 'commander';
import type { TrainingConfig } from '../index.js';
import { scheduleHelp } from './schedule-text.js';
import { configFlags, defaultText, type Settings } from './settings.js';
import type { SweepOptions } from './sweep.js';
import type { OutputOptions, TrainOptions } from './train.js';

interface ParsedOptions {
  readonly config?: string;
  readonly printConfig?: boolean;
  readonly data?: string;
  readonly out?: string;
  readonly name?: string;
  readonly baseline?: boolean;
  readonly alpha?: string;
  readonly students?: string;
  readonly seeds?: string;
  readonly jobs?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** What the commands do. */
export interface Commands {
  train(options: TrainOptions): Promise<void>;
  resume(folder: string, options: OutputOptions): Promise<void>;
  sweep(options: SweepOptions): Promise<void>;
  report(folder: string, options: OutputOptions): Promise<void>;
}

const examples = `
${wrap(scheduleHelp)}

Examples:
  rdml train                        two networks, the embedded digits
  rdml train --alpha 2 --students 3 --seed 1
  rdml train --alpha cosine:2:0.5 --lambda warmup:5:1
  rdml train --data iris.csv --hidden 16 --epochs 100
  rdml train --print-config > my.json; rdml train --config my.json
  rdml train --json --quiet > result.json

Data files: comma-separated numbers with the class (0, 1, 2, ...) in the last
column; with or without a line of names; plain or compressed by gzip.
A flag is stronger than --config, and that than the default.
Exit codes: 0 done, 1 failed, 2 wrong flag or data, 3 training diverged,
130 interrupted (everything so far is saved: see rdml resume).`;

const sweepExamples = `
Examples:
  rdml sweep                        four orders, five seeds, the embedded digits
  rdml sweep --alpha 0.5,1,2,4 --students 2,4 --seeds 0-9 --lr 0.02
  rdml sweep --lambda-mode overAlpha    the shape of the pull without its strength

Every setting is compared with the same networks trained independently, seed by
seed. A sweep that was stopped goes on with: rdml resume <folder>`;

/** Settings of which a sweep takes several. */
const sweptKeys: ReadonlySet<string> = new Set(['alpha', 'students', 'seed']);

/** The command line. Commander parses it, suggests what was meant, and throws instead of ending the process. */
export function createProgram(version: string, commands: Commands): Command {
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

  const train = program
    .command('train')
    .description('Train a cohort, compare it with the same networks trained independently, and save both.')
    .allowExcessArguments(false);
  addConfigOptions(train);
  train.option('--print-config', 'print the configuration as JSON, and do nothing else');
  addOutOptions(train, 'run');
  train.option('--no-baseline', 'do not train the same networks independently for comparison');
  addOutputOptions(train)
    .addHelpText('after', examples)
    .action((options: ParsedOptions) => commands.train(trainOptions(options, train)));

  const resume = program
    .command('resume')
    .description('Go on with a run that was stopped, bit for bit as if it had not been.')
    .argument('<folder>', 'the run folder')
    .allowExcessArguments(false);
  addOutputOptions(resume).action((folder: string, options: ParsedOptions) =>
    commands.resume(folder, outputOptions(options)),
  );

  const sweep = program
    .command('sweep')
    .description('Train with every alpha, cohort size and seed, and compare all with independent training.')
    .option('--alpha <orders>', 'orders with commas between them (default: 0.5,1,1.5,2)')
    .option('--students <counts>', 'cohort sizes with commas between them (default: 2)')
    .option('--seeds <numbers>', 'seeds, or ranges of them (default: 0-4)')
    .option('--jobs <count>', 'how many runs at once (default: one for each processor)')
    .allowExcessArguments(false);
  addConfigOptions(sweep, sweptKeys);
  addOutOptions(sweep, 'sweep');
  addOutputOptions(sweep)
    .addHelpText('after', sweepExamples)
    .action((options: ParsedOptions) => commands.sweep(sweepOptions(options, sweep)));

  const report = program
    .command('report')
    .description('Write the report of a run, finished or not, or of a sweep: one HTML file, in its folder.')
    .argument('<folder>', 'the run folder')
    .allowExcessArguments(false);
  addOutputOptions(report).action((folder: string, options: ParsedOptions) =>
    commands.report(folder, outputOptions(options)),
  );
  return program;
}

function addConfigOptions(command: Command, without: ReadonlySet<string> = new Set()): void {
  for (const configFlag of configFlags) {
    if (without.has(configFlag.key)) continue;
    const { flag, placeholder, description } = configFlag;
    command.addOption(
      new Option(`${flag} <${placeholder}>`, `${description} (default: ${defaultText(configFlag)})`),
    );
  }
  command
    .option('--config <file>', 'JSON file with settings (default: none)')
    .option('--data <file>', 'CSV file to learn from (default: the embedded digits)');
}

function addOutOptions(command: Command, kind: 'run' | 'sweep'): void {
  const made = kind === 'run' ? 'data, alpha and seed' : 'the data';
  command
    .option('--out <folder>', `folder in which the folder of this ${kind} is made (default: runs)`)
    .option('--name <name>', `name of the ${kind} (default: made of ${made})`);
}

function addOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as one JSON object')
    .option('--quiet', 'show no progress')
    .option('--no-color', 'print no colors (like NO_COLOR; FORCE_COLOR forces them)')
    .option('--verbose', 'print the stack of an error');
}

function trainOptions(options: ParsedOptions, command: Command): TrainOptions {
  const { data, out = 'runs', name, printConfig = false } = options;
  return { settings: settingsOf(options, command), data, out, name, printConfig, ...outputOptions(options) };
}

function sweepOptions(options: ParsedOptions, command: Command): SweepOptions {
  const { data, out = 'runs', name, alpha = '0.5,1,1.5,2', students = '2', seeds = '0-4', jobs } = options;
  return {
    settings: settingsOf(options, command, sweptKeys),
    alphas: alpha,
    sizes: students,
    seeds,
    jobs,
    data,
    out,
    name,
    ...outputOptions(options),
  };
}

function settingsOf(
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

function outputOptions({ json = false, quiet = false, color }: ParsedOptions): OutputOptions {
  return { json, quiet, color };
}

/** Lines of at most 78 columns. */
function wrap(text: string): string {
  return text.replace(/(.{1,78})(?: |$)/g, '$1\n').trimEnd();
}
