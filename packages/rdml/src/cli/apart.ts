import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { InterruptedError, signalExitCodes, type StopSignal } from './exit-codes.js';
import { listenForStop } from './signals.js';

/*
 * Commands that train run in a thread of their own: a step of large networks takes longer than anybody waits after Ctrl-C, and a thread that
 * computes hears no signal. The main thread has nothing to do but to hear them.
 */

/** What the main thread must know to say where a run stands when it leaves in a hurry. */
export interface Standing {
  /** Where it is kept. */
  readonly folder?: string;
  /** How many epochs of it are saved. */
  readonly epoch?: number;
  /** Whether it was asked to stop, and is saving. */
  readonly isSaving?: boolean;
}

/** A stream of the main thread, as far as the other one writes by it. */
type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>;

interface Apart {
  readonly terminals: { readonly stdout: Terminal; readonly stderr: Terminal };
}

type Message = { readonly stop: StopSignal } | { readonly columns: number };

/** The process around a command, and the module that its thread runs. */
interface Process {
  readonly entry: URL;
  readonly signals: { on(signal: StopSignal, listener: () => void): unknown };
  readonly stderr: NodeJS.WriteStream;
  exit(code: number): void;
}

/** This one. In the built command this module and its entry are one file. */
const ownProcess: Process = {
  entry: new URL(import.meta.url),
  signals: process,
  stderr: process.stderr,
  exit: (code) => process.exit(code),
};

/** Runs the command that the process was started with in a thread of its own. @returns its exit code */
export function runApart(command: string, around: Process = ownProcess): Promise<number> {
  const { stderr } = around;
  const { stdout } = process;
  const look = ({ isTTY, columns }: NodeJS.WriteStream): Terminal => ({ isTTY, columns });
  const init: Apart = { terminals: { stdout: look(stdout), stderr: look(stderr) } };
  const worker = new Worker(around.entry, { argv: process.argv.slice(2), workerData: init });
  const tell = (message: Message): void => worker.postMessage(message);
  let standing: Standing = {};
  const leave = (signal: StopSignal): void => {
    stderr.write(`${stderr.isTTY ? '\n' : ''}rdml ${command}: ${hurriedText(signal, standing)}\n`);
    around.exit(signalExitCodes[signal]);
  };
  const ask = (signal: StopSignal): void => {
    if (standing.folder === undefined) leave(signal);
    else tell({ stop: signal });
  };
  const stopTimer = listenForStop({ ask, leave }, around.signals);
  worker.on('message', (message: Standing) => {
    standing = { ...standing, ...message };
    if (standing.isSaving === true) stopTimer();
  });
  stderr.on('resize', () => tell({ columns: stderr.columns }));
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', resolve);
  });
}

function hurriedText(signal: StopSignal, { folder, epoch }: Standing): string {
  if (folder === undefined) return new InterruptedError(signal).message;
  const saved =
    epoch === undefined
      ? '; the runs under way are saved up to their last epochs'
      : epoch === 0
        ? ' before its first epoch was over'
        : ` in the middle of a step; everything up to epoch ${epoch} is saved`;
  return `interrupted by ${signal}${saved}. Go on with: rdml resume ${folder}`;
}

/** In the thread of a command: what the main one tells, and what it is to know. */
export interface MainThread {
  /** Aborted with an InterruptedError when a signal asks to stop. */
  readonly stop: AbortSignal;
  stand(standing: Standing): void;
}

/** Whether this is the thread of a command, and not one that makes runs for a sweep. */
export function isApart(): boolean {
  return !isMainThread && (workerData as Partial<Apart> | null)?.terminals !== undefined;
}

/** The main thread from that of a command; its streams are those of a terminal from now on, if that has one. */
export function mainThread(): MainThread {
  const controller = new AbortController();
  const { stdout, stderr } = (workerData as Apart).terminals;
  Object.assign(process.stdout, stdout);
  Object.assign(process.stderr, stderr);
  parentPort?.on('message', (message: Message) => {
    if ('stop' in message) controller.abort(new InterruptedError(message.stop));
    else process.stderr.columns = message.columns;
  });
  // It does not keep the thread alive.
  parentPort?.unref();
  return { stop: controller.signal, stand: (standing) => parentPort?.postMessage(standing) };
}
