import type { Dataset } from '@renyi/nn';
import type { TrainingResult } from '../index.js';
import type { Style } from './color.js';
import { decimal, grouped } from './format.js';
import { reading } from './reading.js';
import { resultTable } from './table.js';

const width = 78;

/** What a person sees at the end of a run. */
export function summary(
  result: TrainingResult,
  dataset: Dataset,
  run: { readonly folder: string; readonly seconds: number },
  style: Style,
): string {
  const { config, sizes, test, independent } = result;
  const networks = [dataset.features, ...config.hidden, dataset.classes].join('-');
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
      `${counted(config.students, 'student')} ${networks}, alpha ${alphaText(config.alpha)}, lambda ${config.lambda}, seed ${config.seed}`,
    ],
    ['training', `${counted(config.epochs, 'epoch')} in ${decimal(run.seconds, 1)} s`],
  ];
  if (config.students > 1) {
    const alone = decimal(independent.divergence, 4);
    facts.push([
      'divergence',
      `${decimal(test.divergence, 4)} nats between students (independent: ${alone})`,
    ]);
  }
  return `${[
    ...facts.map(([name, text]) => `${name.padEnd(12)}${text}`),
    '',
    resultTable(result, style),
    '',
    wrapped(reading(result)),
    '',
    `run folder: ${style.bold(run.folder)}`,
  ].join('\n')}\n`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** Infinity is spelled as the flag takes it. */
export function alphaText(alpha: number): string {
  return alpha === Number.POSITIVE_INFINITY ? 'inf' : String(alpha);
}

/** Breaks a sentence into lines that fit into a terminal of 80 columns. */
function wrapped(sentence: string): string {
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const line = lines.at(-1) as string;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
