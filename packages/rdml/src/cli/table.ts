import type { Score } from '@renyi/nn';
import type { TrainingResult } from '../index.js';
import type { Style } from './color.js';
import { decimal, signed } from './format.js';

interface Row {
  readonly name: string;
  readonly mutual: Score;
  readonly independent: Score;
}

const nameWidth = 10;
const widths = [9, 13, 12] as const;

/** Test accuracy and NLL of each student, their mean and their ensemble, trained with and without each other. */
export function resultTable({ test, independent }: TrainingResult, { bold }: Style): string {
  const rows: Row[] = test.students.map((mutual, k) => ({
    name: `student ${k}`,
    mutual,
    independent: independent.students[k] as Score,
  }));
  rows.push({ name: 'mean', mutual: meanScore(test.students), independent: meanScore(independent.students) });
  rows.push({ name: 'ensemble', mutual: test.ensemble, independent: independent.ensemble });
  const group = widths.reduce((sum, width) => sum + width, 0);
  const columns = cells(['mutual', 'independent', 'difference']);
  return [
    bold(
      `${' '.repeat(nameWidth)}${centered('test accuracy', group)}${centered('test NLL (nats)', group)}`.trimEnd(),
    ),
    bold(`${' '.repeat(nameWidth)}${columns}${columns}`),
    ...rows.map((row) => (row.name === 'ensemble' ? bold(rowText(row)) : rowText(row))),
  ].join('\n');
}

export function meanScore(scores: readonly Score[]): Score {
  const mean = (key: keyof Score): number =>
    scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return { accuracy: mean('accuracy'), nll: mean('nll') };
}

function rowText({ name, mutual, independent }: Row): string {
  const part = (key: keyof Score): string =>
    cells([decimal(mutual[key], 4), decimal(independent[key], 4), signed(mutual[key] - independent[key], 4)]);
  return `${name.padEnd(nameWidth)}${part('accuracy')}${part('nll')}`;
}

function cells(texts: readonly string[]): string {
  return texts.map((text, i) => text.padStart(widths[i] ?? 0)).join('');
}

/** Above the numbers of a group, which stand to the right. */
function centered(text: string, width: number): string {
  const before = Math.ceil((width - text.length) / 2) + 1;
  return `${' '.repeat(before)}${text}`.padEnd(width);
}
