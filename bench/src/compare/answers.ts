import type { Group } from '../contender.js';
import { close, type Entry, resultOf, setUp, takeSample } from '../measure.js';
import type { MakeSampler } from '../sampler.js';
import type { Answer, Checked, Question } from './messages.js';

/** A group with the suite that it is of. */
export interface NamedGroup {
  readonly suite: string;
  readonly group: Group;
}

/** @returns what answers the parent's questions about these groups, one after the other */
export function answering(
  groups: AsyncIterator<NamedGroup>,
  makeSampler?: MakeSampler,
): (question: Question) => Promise<Answer> {
  let group: Group | undefined;
  let entries: readonly Entry[] = [];
  return async (question) => {
    if (question.ask === 'next') {
      const next = await groups.next();
      if (next.done === true) return { answer: 'end' };
      group = next.value.group;
      entries = await setUp(group, makeSampler);
      return {
        answer: 'group',
        group: `${next.value.suite}: ${group.name}`,
        unit: group.operations === 1 ? group.unit : `${group.unit}/op`,
        contenders: entries.map(({ contender }) => contender.name),
      };
    }
    const own = group;
    if (own === undefined) return { answer: 'failure', message: 'no group has begun' };
    if (question.ask === 'sample') {
      const entry = entries[question.contender];
      return { answer: 'sample', value: entry === undefined ? undefined : takeSample(own, entry) };
    }
    const results = entries.map((entry): Checked => {
      const { status, error, message } = resultOf(own, entry, []);
      // JSON, which messages travel as, has no Infinity.
      const shown = error === undefined ? {} : { error: Math.min(error, Number.MAX_VALUE) };
      return { status, ...shown, ...(message === undefined ? {} : { message }) };
    });
    for (const entry of entries) close(entry);
    return { answer: 'results', results };
  };
}
