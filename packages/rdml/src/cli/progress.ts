import type { EpochReport } from '../index.js';
import { decimal } from './format.js';
import { progressBar } from './progress-bar.js';

/** Shows how far training is. */
export interface Progress {
  step(step: number, steps: number): void;
  epoch(report: EpochReport): void;
  /** Leaves the terminal as it was found; may be called twice. */
  stop(): void;
}

/** A bar on a terminal that can redraw a line, else a plain line an epoch, or nothing. */
export function createProgress(
  stream: NodeJS.WriteStream,
  options: { quiet: boolean; epochs: number },
): Progress {
  if (options.quiet) return { step() {}, epoch() {}, stop() {} };
  if (stream.isTTY && process.env.TERM !== 'dumb') return progressBar(stream, options.epochs);
  return {
    step() {},
    epoch: (report) => void stream.write(`${epochLine(report)}\n`),
    stop() {},
  };
}

/** `epoch 12/30  loss 0.104 0.098  val acc 0.972 0.966  ensemble 0.978  divergence 0.0021` */
export function epochLine({ epoch, epochs, students, validation }: EpochReport): string {
  const losses = students.map(({ loss }) => decimal(loss, 3)).join(' ');
  const accuracies = validation.students.map(({ accuracy }) => decimal(accuracy, 3)).join(' ');
  return [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${losses}`,
    `val acc ${accuracies}`,
    `ensemble ${decimal(validation.ensemble.accuracy, 3)}`,
    `divergence ${decimal(validation.divergence, 4)}`,
  ].join('  ');
}
