import { median } from '../statistics.js';
import { align, digits, formatError } from '../table.js';
import type { Launch } from './launch.js';
import type { Checked } from './messages.js';
import { type Verdict, verdicts } from './verdict.js';

/** What a comparison comes to. */
export interface Report {
  readonly text: string;
  /** Nothing is slower, and nothing is wrong or fails that did not before. */
  readonly isWell: boolean;
}

/** Tells what changed beyond noise, what is wrong, and how large a change would have been seen. */
export function reportOf(launches: readonly Launch[]): Report {
  const tasks = new Map(
    [...(launches[0]?.samples.keys() ?? [])].map((task) => [
      task,
      launches.flatMap(({ samples }) => samples.get(task) ?? []),
    ]),
  );
  const all = verdicts(tasks);
  const changed = all
    .filter(({ change }) => change !== 'none')
    .toSorted((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)));
  const faults = [...(launches[0]?.checked ?? [])].flatMap(([task, both]) => faultOf(task, both));
  const rows = changed.map((verdict) => {
    const samples = tasks.get(verdict.task) ?? [];
    const unit = launches[0]?.units.get(verdict.task) ?? '';
    const [base, now] = [samples.flatMap((own) => own.base), samples.flatMap((own) => own.now)].map(median);
    return [
      verdict.task,
      `${digits(verdict.ratio)}x`,
      `${digits(verdict.lower)} .. ${digits(verdict.upper)}`,
      `${digits(base as number)} ${unit}`,
      `${digits(now as number)} ${unit}`,
      verdict.change,
    ];
  });
  const table = rows.length === 0 ? [] : align([['changed', 'ratio', 'interval', 'base', 'now'], ...rows]);
  const rest = all.length - changed.length;
  const isWorse = changed.some(({ change }) => change === 'slower') || faults.some(({ isNew }) => isNew);
  return {
    text: [...faults.map(({ text }) => text), ...table, summaryOf(rest, all)].join('\n'),
    isWell: !isWorse,
  };
}

function summaryOf(rest: number, all: readonly Verdict[]): string {
  const widths = all.map(({ ratio, upper }) => upper / ratio - 1);
  return `no change beyond noise in ${rest} of ${all.length} tasks; half of them would have shown one of ${(100 * median(widths)).toFixed(0)} %`;
}

function faultOf(
  task: string,
  { base, now }: { readonly base: Checked; readonly now: Checked },
): { readonly text: string; readonly isNew: boolean }[] {
  if (!isFault(now)) {
    return !isFault(base) ? [] : [{ text: `right now, and before ${told(base)}: ${task}`, isNew: false }];
  }
  const isNew = base.status !== now.status;
  return [{ text: `${told(now)}${isNew ? '' : ', as before'}: ${task}`, isNew }];
}

function isFault({ status }: Checked): boolean {
  return status === 'wrong' || status === 'failed';
}

function told({ status, error, message }: Checked): string {
  if (status === 'wrong') return `WRONG (error ${error === undefined ? '-' : formatError(error)})`;
  return `${status.toUpperCase()} (${message ?? ''})`;
}
