import type { Score } from '@renyi/nn';
import type { TrainingResult } from '../index.js';
import type { Style } from './color.js';
import { decimal, signed } from './format.js';

interface Row {
  readonly name: string;
  readonly mutual: Score;
  readonly independent: Score | undefined;
}

const nameWidth = 10;
const widths = [9, 13, 12] as const;

/**
 * Test accuracy and NLL of each student, their mean and their ensemble, trained with and without each other; without
 * a baseline there is one column of each.
 */
export function resultTable({ test, independent }: TrainingResult, { bold }: Style): string {
  const rows: Row[] = test.students.map((mutual, k) => ({
    name: `student ${k}`,
    mutual,
    independent: independent?.students[k],
  }));
  const alone = independent && meanScore(independent.students);
  rows.push({ name: 'mean', mutual: meanScore(test.students), independent: alone });
  rows.push({ name: 'ensemble', mutual: test.ensemble, independent: independent?.ensemble });
  const names = independent === undefined ? ['mutual'] : ['mutual', 'independent', 'difference'];
  const group = independent === undefined ? singleWidth : widths.reduce((sum, width) => sum + width, 0);
  const columns = cells(names);
  return [
    bold(
      `${' '.repeat(nameWidth)}${centered('test accuracy', group)}${centered('test NLL (nats)', group)}`.trimEnd(),
    ),
    bold(`${' '.repeat(nameWidth)}${columns}${columns}`),
    ...rows.map((row) => (row.name === 'ensemble' ? bold(rowText(row)) : rowText(row))),
  ].join('\n');
}

/** A column that stands alone has room for what stands above it. */
const singleWidth = 18;

function meanScore(scores: readonly Score[]): Pick<Score, 'accuracy' | 'nll'> {
  const mean = (key: 'accuracy' | 'nll'): number =>
    scores.reduce((sum, score) => sum + score[key], 0) / scores.length;
  return { accuracy: mean('accuracy'), nll: mean('nll') };
}

function rowText({ name, mutual, independent }: Row): string {
  const part = (key: 'accuracy' | 'nll'): string =>
    cells(
      independent === undefined
        ? [decimal(mutual[key], 4)]
        : [decimal(mutual[key], 4), decimal(independent[key], 4), signed(mutual[key] - independent[key], 4)],
    );
  return `${name.padEnd(nameWidth)}${part('accuracy')}${part('nll')}`;
}

function cells(texts: readonly string[]): string {
  if (texts.length === 1) return (texts[0] as string).padStart(singleWidth);
  return texts.map((text, i) => text.padStart(widths[i] ?? 0)).join('');
}

/** Above the numbers of a group, which stand to the right. */
function centered(text: string, width: number): string {
  const before = Math.ceil((width - text.length) / 2) + 1;
  return `${' '.repeat(before)}${text}`.padEnd(width);
}
