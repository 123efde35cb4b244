import { type Backend, type DType, referenceBackend } from '@renyi/tensor';
import type { Contender, Group, Prepared } from '../contender.js';
import { contend, type Peer } from '../peers/peer.js';
import { renyi, renyiInScope } from '../peers/renyi.js';
import type { TaskName, Tasks } from '../peers/task.js';
import type { Values } from '../relative-error.js';
import type { SuiteOptions } from './suite.js';

type Own = (backend: Backend, dtype?: DType) => Peer;

export interface Extras {
  /** What we want to stay below, by the contender's name. */
  readonly aims?: { readonly [contender: string]: number };
  /** How this library does the task on a backend. */
  readonly own?: Own;
}

/** The same task for all our backends and all peers. The first backend is the baseline. */
export async function contest<N extends TaskName>(
  { backends, peers }: SuiteOptions,
  task: N,
  input: Tasks[N],
  group: Omit<Group, 'contenders'>,
  { aims = {}, own = renyi }: Extras = {},
): Promise<Group> {
  const expected = await exactly(own, task, input);
  const contenders: Contender[] = [];
  for (const [name, backend] of backends)
    contenders.push(contend(`renyi ${name}`, () => Promise.resolve(own(backend)), task, input, expected));
  // A backend that frees storage itself gains from scopes. (The gpu backend is in one at all times.)
  for (const [name, backend] of backends) {
    const scoped = renyiInScope(backend);
    if (backend.memory === undefined || backend.name === 'gpu' || !(task in scoped.tasks)) continue;
    contenders.push(
      contend(`renyi ${name} in a scope`, () => Promise.resolve(scoped), task, input, expected),
    );
  }
  for (const [name, load] of peers) contenders.push(contend(name, load, task, input, expected));
  return {
    ...group,
    contenders: contenders.map((contender) => {
      const aim = aims[contender.name];
      return aim === undefined ? contender : { ...contender, aim };
    }),
  };
}

/** What the work should give: the same functions in float64 on the reference backend. */
async function exactly<N extends TaskName>(own: Own, task: N, input: Tasks[N]): Promise<Values> {
  const prepare = own(referenceBackend, 'float64').tasks[task] as (
    input: Tasks[N],
  ) => Prepared | Promise<Prepared>;
  return (await prepare(input)).values();
}
