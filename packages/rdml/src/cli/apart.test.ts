import { EventEmitter } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runApart } from './apart.js';
import { temporaryFolder } from './testing/run-cli.js';

/** A command whose thread says where it stands, and then hears nothing until it may end. */
function busyCommand(standing: object): { entry: URL; hasBegun: () => boolean; end: () => void } {
  const folder = temporaryFolder();
  const [begun, ended] = [join(folder, 'begun'), join(folder, 'ended')];
  const script = `
    import { existsSync, writeFileSync } from 'node:fs';
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage(${JSON.stringify(standing)});
    writeFileSync(${JSON.stringify(begun)}, '');
    const never = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(${JSON.stringify(ended)})) Atomics.wait(never, 0, 0, 5);
    process.exitCode = 5;
  `;
  return {
    entry: new URL(`data:text/javascript,${encodeURIComponent(script)}`),
    hasBegun: () => existsSync(begun),
    end: () => writeFileSync(ended, ''),
  };
}

test.each([
  [{}, ['SIGINT'], 130, 'interrupted by SIGINT before training began; nothing was written'],
  [
    { folder: 'runs/a', epoch: 0 },
    ['SIGINT', 'SIGTERM'],
    143,
    'interrupted by SIGTERM before its first epoch was over. Go on with: rdml resume runs/a',
  ],
  [
    { folder: 'runs/a', epoch: 3 },
    ['SIGINT', 'SIGINT'],
    130,
    'interrupted by SIGINT in the middle of a step; everything up to epoch 3 is saved. Go on with: rdml resume runs/a',
  ],
  [
    { folder: 'runs/a' },
    ['SIGINT', 'SIGINT'],
    130,
    'interrupted by SIGINT; the runs under way are saved up to their last epochs. Go on with: rdml resume runs/a',
  ],
])('a command that stands at %j and is busy is left at %j with %i', async (standing, signals, code, text) => {
  const emitter = new EventEmitter();
  const { entry, hasBegun, end } = busyCommand(standing);
  const left: number[] = [];
  let told = '';
  const stderr = Object.assign(new EventEmitter(), { write: (line: string) => (told += line) });
  const ended = runApart('train', {
    ...{ entry, signals: emitter, stderr: stderr as unknown as NodeJS.WriteStream },
    exit: (exitCode) => left.push(exitCode),
  });
  while (!hasBegun()) await setTimeout(5);
  // What it posted before is here after a turn.
  await setImmediate();
  await setImmediate();
  for (const signal of signals) emitter.emit(signal);
  expect(left).toEqual([code]);
  expect(told).toBe(`rdml train: ${text}\n`);
  // Nobody has ended this process: the thread comes to its end.
  end();
  expect(await ended).toBe(5);
});
