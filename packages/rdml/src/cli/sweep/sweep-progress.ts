import { SingleBar } from 'cli-progress';
import { decimal } from '../format.js';
import type { Outcome } from './cells.js';
import type { SweepJob } from './plan.js';

/** Shows how far a sweep is: a bar on a terminal, else a line a run, or nothing. */
export function sweepProgress(
  stream: NodeJS.WriteStream,
  isQuiet: boolean,
  total: number,
  before: number,
): { done(job: SweepJob, outcome: Outcome): void; stop(): void } {
  if (isQuiet) return { done() {}, stop() {} };
  if (stream.isTTY && process.env.TERM !== 'dumb') {
    const format = ' {percentage}% {bar}  run {value}/{total}  {eta_formatted} left  {last}';
    const characters = { barCompleteChar: '█', barIncompleteChar: '░' };
    const bar = new SingleBar({ stream, format, ...characters, barsize: 30, linewrap: true });
    bar.start(total, before, { last: '' });
    return {
      done: (job, outcome) => bar.increment({ last: outcomeText(job, outcome) }),
      stop: () => bar.stop(),
    };
  }
  let count = before;
  return {
    done(job, outcome) {
      count += 1;
      stream.write(
        `run ${String(count).padStart(String(total).length)}/${total}  ${outcomeText(job, outcome)}\n`,
      );
    },
    stop() {},
  };
}

function outcomeText({ id }: SweepJob, outcome: Outcome): string {
  return 'diverged' in outcome
    ? `${id}  diverged`
    : `${id}  test acc ${decimal(outcome.result.lastEpochs.mean.testAccuracy, 4)}`;
}
