import { fork } from 'node:child_process';
import path from 'node:path';
import type { Choice } from './child.js';
import type { Side } from './launch.js';
import type { Answer } from './messages.js';

/** A side that is a process of its own, on the packages of a folder. */
export function startSide(
  folder: string,
  choice: Choice,
): { readonly side: Side; readonly stop: () => void } {
  const child = fork(path.join(folder, 'bench/dist/compare/child.js'), [JSON.stringify(choice)], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const side: Side = (question) =>
    new Promise<Answer>((resolve, reject) => {
      const settle = (then: () => void): void => {
        child.removeAllListeners();
        then();
      };
      child.once('message', (answer: Answer) => settle(() => resolve(answer)));
      child.once('error', (error) => settle(() => reject(error)));
      child.once('exit', (code) => {
        const why =
          code === null ? 'was ended' : `ended with code ${code}; it may lack what these benchmarks call`;
        settle(() => reject(new Error(`the program of ${folder} ${why}`)));
      });
      child.send(question);
    });
  return { side, stop: () => void child.kill() };
}
