import type { Contender, Prepared } from '../contender.js';
import type { Values } from '../relative-error.js';
import type { TaskName, Tasks } from './task.js';

/** Another library, or another way to use one. */
export interface Peer {
  readonly name: string;
  /** What it can do; what is not here shows as not offered, with the reason where one is given. */
  readonly tasks: { readonly [N in TaskName]?: (input: Tasks[N]) => Prepared | Promise<Prepared> };
  /** Why a task is not here, in a few words. */
  readonly lacks?: { readonly [N in TaskName]?: string };
}

/** A peer that is not on this machine: the table says so, and how to get it. */
export class NotInstalledError extends Error {
  override readonly name = 'NotInstalledError';
}

/** A task that a library has not, or that is not written here for it: the table says so and why. Nothing has gone wrong. */
export class NotOfferedError extends Error {
  override readonly name = 'NotOfferedError';
}

/** A peer as a contender for one task. It is loaded when its turn to be prepared has come. */
export function contend<N extends TaskName>(
  name: string,
  load: () => Promise<Peer>,
  task: N,
  input: Tasks[N],
  expected: Values,
): Contender {
  return {
    name,
    expected,
    prepare: async () => {
      const peer = await load();
      const prepare = peer.tasks[task] as ((input: Tasks[N]) => Prepared | Promise<Prepared>) | undefined;
      if (prepare === undefined) throw new NotOfferedError(peer.lacks?.[task] ?? `no ${task}`);
      return prepare(input);
    },
  };
}
