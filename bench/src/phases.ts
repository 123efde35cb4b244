import type { Values } from './relative-error.js';

/** One kernel on one device, with its operands. */
export interface Opened {
  /** Brings the operands to the device, and waits until they are there. */
  upload(): Promise<void>;
  /** Queues the kernel once. */
  run(): void;
  /** Waits until what was queued is done, without bringing it back. */
  finished(): Promise<void>;
  /** Brings the last result back. */
  read(): Promise<Values>;
  close(): Promise<void>;
}

/** What takes its time on a device: the samples of each, in ms. */
export interface Phases {
  /** The first call of a kernel, which compiles it. */
  readonly first: readonly number[];
  readonly upload: readonly number[];
  readonly run: readonly number[];
  readonly readback: readonly number[];
  /** The last result. */
  readonly values: Values;
}

/** So long should a sample of the runs last, in ms. */
const sampleMs = 50;
const mostRuns = 1000;

/** Takes so many samples, each on a device of its own, where nothing has been compiled. */
export async function phasesOf(open: () => Promise<Opened>, samples: number): Promise<Phases> {
  const taken = {
    first: [] as number[],
    upload: [] as number[],
    run: [] as number[],
    readback: [] as number[],
  };
  let values: Values = [];
  for (let i = 0; i < samples; i++) {
    const opened = await open();
    // The first time, the kernel that takes the operands is compiled.
    await opened.upload();
    taken.upload.push(await timed(() => opened.upload()));
    taken.first.push(
      await timed(async () => {
        opened.run();
        await opened.finished();
      }),
    );
    // The second one may compile again: optimizers have their momenta from then on.
    opened.run();
    await opened.finished();
    taken.run.push(await timeOfRun(opened));
    // The first time, what a device needs for bringing things back is made.
    await opened.read();
    taken.readback.push(
      await timed(async () => {
        values = await opened.read();
      }),
    );
    await opened.close();
  }
  return { ...taken, values };
}

async function timeOfRun(opened: Opened): Promise<number> {
  for (let runs = 1; ; runs *= 2) {
    const ms = await timed(async () => {
      for (let i = 0; i < runs; i++) opened.run();
      await opened.finished();
    });
    if (ms >= sampleMs || runs >= mostRuns) return ms / runs;
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
