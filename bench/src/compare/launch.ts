import type { Answer, Checked, Question } from './messages.js';
import type { LaunchSamples } from './verdict.js';

/** A process of one of the two programs, or what stands for one in a test. */
export type Side = (question: Question) => Promise<Answer>;

/** What one launch of both programs gave. */
export interface Launch {
  /** By `suite: group: contender`. */
  readonly samples: ReadonlyMap<string, LaunchSamples>;
  readonly units: ReadonlyMap<string, string>;
  readonly checked: ReadonlyMap<string, { readonly base: Checked; readonly now: Checked }>;
}

/**
 * Goes through all tasks with both programs. They take turns at each sample, and the one that begins changes from round
 * to round, so that neither always finds what the other has left in the caches.
 * @throws Error where the two do not have the same tasks, or one of them ends
 */
export async function launch(base: Side, now: Side, rounds: number): Promise<Launch> {
  const samples = new Map<string, LaunchSamples>();
  const units = new Map<string, string>();
  const checked = new Map<string, { base: Checked; now: Checked }>();
  for (;;) {
    const [group, other] = [await ask(base, { ask: 'next' }), await ask(now, { ask: 'next' })];
    if (group.answer === 'end' && other.answer === 'end') return { samples, units, checked };
    if (group.answer !== 'group' || other.answer !== 'group' || group.group !== other.group)
      throw new Error(`the two programs differ in their tasks: ${titleOf(group)}, ${titleOf(other)}`);
    const names = group.contenders.map((contender) => `${group.group}: ${contender}`);
    const taken = names.map((): { base: number[]; now: number[] } => ({ base: [], now: [] }));
    for (let round = 0; round < rounds; round++) {
      for (const [contender, own] of taken.entries()) {
        const order = round % 2 === 0 ? (['base', 'now'] as const) : (['now', 'base'] as const);
        for (const which of order) {
          const side = which === 'base' ? base : now;
          const answer = await ask(side, { ask: 'sample', contender });
          if (answer.answer === 'sample' && answer.value !== undefined) own[which].push(answer.value);
        }
      }
    }
    const [before, after] = [await ask(base, { ask: 'results' }), await ask(now, { ask: 'results' })];
    if (before.answer !== 'results' || after.answer !== 'results') throw new Error('no results');
    for (const [i, name] of names.entries()) {
      const both = { base: before.results[i] as Checked, now: after.results[i] as Checked };
      checked.set(name, both);
      units.set(name, group.unit);
      const own = taken[i] as LaunchSamples;
      if (own.base.length === rounds && own.now.length === rounds) samples.set(name, own);
    }
  }
}

async function ask(side: Side, question: Question): Promise<Answer> {
  const answer = await side(question);
  if (answer.answer === 'failure') throw new Error(answer.message);
  return answer;
}

function titleOf(answer: Answer): string {
  return answer.answer === 'group' ? answer.group : `none (${answer.answer})`;
}
