import { Command } from 'commander';
import { useBackend, useThreads } from './backends.js';
import {
  addConfigOptions,
  addDataOptions,
  addOutOptions,
  addOutputOptions,
  addThreadsOption,
  addWeightsOption,
  dataSource,
  outputOptions,
  type ParsedOptions,
  settingsOf,
  weightsOf,
} from './command-options.js';
import type { EvalOptions } from './eval.js';
import { preparing } from './exit-codes.js';
import { evalHelp, predictHelp, sweepHelp, trainHelp } from './help-texts.js';
import type { PredictOptions } from './predict.js';
import type { SweepOptions } from './sweep.js';
import type { OutputOptions, TrainOptions } from './train.js';

/** What the commands do. */
export interface Commands {
  train(options: TrainOptions): Promise<void>;
  resume(folder: string, options: OutputOptions): Promise<void>;
  sweep(options: SweepOptions): Promise<void>;
  eval(folder: string, options: EvalOptions): Promise<void>;
  predict(folder: string, options: PredictOptions): Promise<void>;
  report(folder: string, options: OutputOptions): Promise<void>;
  gradcheck(options: OutputOptions): void;
  doctor(options: OutputOptions): Promise<void>;
}

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
    .configureOutput({ writeErr() {}, outputError() {} })
    .hook('preAction', async (_, command) => {
      const { backend, threads } = command.opts<ParsedOptions>();
      await preparing(async () => {
        if (threads !== undefined) await useThreads(threads);
        if (backend !== undefined) await useBackend(backend);
      });
    });

  const train = command(
    program,
    'train',
    'Train a cohort, compare it with the same networks trained independently, and save both.',
  );
  addConfigOptions(train);
  train.option('--print-config', 'print the configuration as JSON, and do nothing else');
  addOutOptions(train, 'run');
  train.option('--no-baseline', 'do not train the same networks independently for comparison');
  addThreadsOption(train);
  addOutputOptions(train)
    .addHelpText('after', trainHelp)
    .action((options: ParsedOptions) => {
      const { out = 'runs', name, printConfig = false } = options;
      const settings = settingsOf(options, train);
      return commands.train({
        settings,
        data: dataSource(options),
        out,
        name,
        printConfig,
        ...outputOptions(options),
      });
    });

  const resume = command(
    program,
    'resume',
    'Go on with a run or a sweep that was stopped, bit for bit as if it had not been.',
  ).argument('<folder>', 'the run folder');
  addThreadsOption(resume);
  addOutputOptions(resume).action((folder: string, options: ParsedOptions) =>
    commands.resume(folder, outputOptions(options)),
  );

  const sweep = command(
    program,
    'sweep',
    'Train with every alpha, cohort size and seed, and compare all with independent training.',
  )
    .option(
      '--alpha <orders>',
      'orders with commas between them (default: those of the experiment, or 0.5,1,1.5,2)',
    )
    .option(
      '--students <counts>',
      'cohort sizes with commas between them (default: that of the experiment, or 2)',
    )
    .option('--seeds <numbers>', 'seeds, or ranges of them (default: 0-4)')
    .option('--jobs <count>', 'how many runs at once (default: one for each processor)');
  addConfigOptions(sweep, sweptKeys);
  addOutOptions(sweep, 'sweep');
  addThreadsOption(sweep);
  addOutputOptions(sweep)
    .addHelpText('after', sweepHelp)
    .action((options: ParsedOptions) => {
      const { out = 'runs', name, alpha, students, seeds = '0-4', jobs } = options;
      const settings = settingsOf(options, sweep, sweptKeys);
      const lists = { alphas: alpha, sizes: students, seeds, jobs };
      return commands.sweep({
        settings,
        ...lists,
        data: dataSource(options),
        out,
        name,
        ...outputOptions(options),
      });
    });

  const evaluate = command(
    program,
    'eval',
    'Score the students of a run and their ensemble, on its test part or on other data.',
  ).argument('<folder>', 'the run folder');
  addDataOptions(evaluate, 'other data, all rows of it (default: the test part of the run)');
  addWeightsOption(evaluate);
  addOutputOptions(evaluate)
    .addHelpText('after', evalHelp)
    .action(async (folder: string, options: ParsedOptions) => {
      const weights = await preparing(async () => weightsOf(options));
      await commands.eval(folder, { weights, data: dataSource(options), ...outputOptions(options) });
    });

  const predict = command(
    program,
    'predict',
    'Predict the class of each row of a file with the ensemble of a run, as CSV.',
  )
    .argument('<folder>', 'the run folder')
    .requiredOption('--data <file>', 'file with the features')
    .option('--out <file>', 'where the predictions go (default: stdout)');
  addWeightsOption(predict);
  addOutputOptions(predict)
    .addHelpText('after', predictHelp)
    .action(async (folder: string, options: ParsedOptions) => {
      const weights = await preparing(async () => weightsOf(options));
      const { data = '', out } = options;
      await commands.predict(folder, { weights, data, out, ...outputOptions(options) });
    });

  const report = command(
    program,
    'report',
    'Write the report of a run, finished or not, or of a sweep: one HTML file, in its folder.',
  ).argument('<folder>', 'the run folder');
  addOutputOptions(report).action((folder: string, options: ParsedOptions) =>
    commands.report(folder, outputOptions(options)),
  );

  addOutputOptions(
    command(program, 'gradcheck', 'Compare the derivatives of divergence and cohort step with differences.'),
  ).action((options: ParsedOptions) => commands.gradcheck(outputOptions(options)));

  addOutputOptions(
    command(program, 'doctor', 'Tell where this runs, which backends there are, and whether they agree.'),
  ).action((options: ParsedOptions) => commands.doctor(outputOptions(options)));
  return program;
}

function command(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).allowExcessArguments(false);
}
