/** One of the two programs of a comparison: a process that answers its parent's questions, on the packages beside it. */
import { allBackends } from '../backends.js';
import { suites } from '../suites/index.js';
import { answering, type NamedGroup } from './answers.js';
import type { Answer, Question } from './messages.js';

/** What the parent chose, as the one argument. */
export interface Choice {
  readonly suites: readonly string[];
  readonly sizes: readonly number[];
  readonly backends: readonly string[];
}

const choice = JSON.parse(process.argv[2] ?? '{}') as Choice;

async function* groups(): AsyncGenerator<NamedGroup> {
  const backends = new Map([...allBackends].filter(([name]) => choice.backends.includes(name)));
  for (const suite of choice.suites) {
    const options = { sizes: choice.sizes, backends, peers: new Map() };
    for await (const group of suites[suite]?.groups(options) ?? []) yield { suite, group };
  }
}

const answer = answering(groups());
process.on('message', (question: Question) => {
  answer(question)
    .catch((error: unknown): Answer => ({ answer: 'failure', message: String(error) }))
    .then((reply) => process.send?.(reply))
    .catch(() => process.exit(1));
});
