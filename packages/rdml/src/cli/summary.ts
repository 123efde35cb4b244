import type { Dataset } from '@renyi/nn';
import { modelOf, studentConfig, type TrainingResult } from '../index.js';
import type { Style } from './color.js';
import { decimal, grouped } from './format.js';
import { modelText } from './option-text.js';
import { reading } from './reading.js';
import { scheduleText } from './schedule-text.js';
import { resultTable } from './table.js';

const width = 78;

/** What a person sees at the end of a run. */
export function summary(
  result: TrainingResult,
  dataset: Dataset,
  run: { readonly folder: string; readonly seconds: number; readonly page: string },
  style: Style,
): string {
  const { config, sizes, test, independent } = result;
  const shapes = Array.from({ length: config.students }, (_, k) => {
    const { model, hidden } = studentConfig(config, k);
    if (modelOf(model).name !== 'mlp') return modelText(model);
    return [dataset.features, ...hidden, dataset.classes].join('-');
  });
  const networks = [...new Set(shapes)].join(' and ');
  const facts: [string, string][] = [
    [
      'data',
      `${dataset.name}: ${grouped(dataset.size)} rows, ${counted(dataset.features, 'feature')}, ${counted(dataset.classes, 'class', 'classes')}`,
    ],
    [
      'split',
      `${grouped(sizes.train)} train, ${grouped(sizes.validation)} validation, ${grouped(sizes.test)} test`,
    ],
    [
      'cohort',
      `${counted(config.students, 'student')} ${networks}, alpha ${scheduleText(config.alpha)}, lambda ${scheduleText(config.lambda)}, seed ${config.seed}`,
    ],
    ['training', `${counted(config.epochs, 'epoch')} in ${decimal(run.seconds, 1)} s`],
  ];
  if (config.students > 1) {
    const beside = (own: number, alone: number | undefined, digits: number): string =>
      `${decimal(own, digits)}${alone === undefined ? '' : ` (independent: ${decimal(alone, digits)})`}`;
    facts.push(
      ['divergence', `${beside(test.divergence, independent?.divergence, 4)} nats between students`],
      ['agreement', `${beside(test.agreement, independent?.agreement, 4)} of the test rows`],
    );
  }
  return `${[
    ...facts.map(([name, text]) => `${name.padEnd(12)}${text}`),
    '',
    resultTable(result, style),
    '',
    wrapped(reading(result)),
    '',
    `run folder: ${style.bold(run.folder)}`,
    `report: ${style.bold(run.page)}`,
  ].join('\n')}\n`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Breaks a sentence into lines that fit into a terminal of 80 columns. */
export function wrapped(sentence: string): string {
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const line = lines.at(-1) as string;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
