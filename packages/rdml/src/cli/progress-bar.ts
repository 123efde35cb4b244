import { SingleBar } from 'cli-progress';
import type { Evaluation } from '../index.js';
import { decimal, duration } from './format.js';
import type { Progress } from './progress.js';

/** More students than this are shown by their range. */
const mostShown = 3;

interface BarState {
  /** From 0 to 1. */
  readonly progress: number;
  readonly epoch: number;
  readonly epochs: number;
  /** Undefined as long as nobody can tell. */
  readonly secondsLeft: number | undefined;
  readonly validation: Evaluation | undefined;
}

/** A bar that cli-progress keeps drawing; the line is composed here, so that it fits the terminal's width. */
export function progressBar(stream: NodeJS.WriteStream, epochs: number): Progress {
  let validation: Evaluation | undefined;
  let finishedEpochs = 0;
  const bar = new SingleBar({
    stream,
    // Wrapping stays on: a killed process can't leave the terminal without it.
    linewrap: true,
    // Also when nothing has changed: it wipes away the ^C that a terminal shows.
    forceRedraw: true,
    // The time left is judged by the last 100 steps, some of which were followed by an evaluation.
    etaBuffer: 100,
    format: (_, { progress, value, eta }) =>
      barLine(
        {
          progress,
          epoch: Math.min(finishedEpochs + 1, epochs),
          epochs,
          secondsLeft: value > 0 && Number.isFinite(Number(eta)) ? Number(eta) : undefined,
          validation,
        },
        stream.columns || 80,
      ),
  });
  // How many steps there are is known after the first; until then there are more than none.
  bar.start(1, 0);
  return {
    step(step, steps) {
      bar.setTotal(steps);
      bar.update(step);
    },
    epoch(report) {
      finishedEpochs = report.epoch;
      validation = report.validation;
    },
    stop: () => bar.stop(),
  };
}

/** ` 43% █████░░░░░░  epoch 13/30  3 s left  val acc 0.972 0.966  ensemble 0.978`, within `columns`. */
export function barLine(state: BarState, columns: number): string {
  const { progress, epoch, epochs, secondsLeft, validation } = state;
  const percent = `${Math.floor(progress * 100)}%`.padStart(4);
  const parts = [`epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`];
  if (secondsLeft !== undefined && progress < 1) parts.push(`${duration(secondsLeft)} left`.padStart(9));
  if (validation !== undefined) {
    parts.push(`val acc ${accuraciesOf(validation)}`);
    if (validation.students.length > 1) parts.push(`ensemble ${decimal(validation.ensemble.accuracy, 3)}`);
  }
  // Some terminals wrap when the last column is written, and ^C needs two columns.
  const width = columns - 3;
  while (parts.length > 1 && textOf(percent, '', parts).length > width) parts.pop();
  const room = width - textOf(percent, '', parts).length - 1;
  const length = Math.max(0, Math.min(40, room));
  const done = Math.floor(progress * length);
  const bar = length < 4 ? '' : ` ${'█'.repeat(done)}${'░'.repeat(length - done)}`;
  return textOf(percent, bar, parts).slice(0, Math.max(0, width));
}

function textOf(percent: string, bar: string, parts: readonly string[]): string {
  return `${percent}${bar}  ${parts.join('  ')}`;
}

function accuraciesOf({ students }: Evaluation): string {
  const accuracies = students.map(({ accuracy }) => accuracy);
  if (accuracies.length <= mostShown) return accuracies.map((accuracy) => decimal(accuracy, 3)).join(' ');
  return `${decimal(Math.min(...accuracies), 3)}..${decimal(Math.max(...accuracies), 3)}`;
}
