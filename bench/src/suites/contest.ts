import { referenceBackend } from '@renyi/tensor';
import type { Contender, Group } from '../contender.js';
import { contend } from '../peers/peer.js';
import { exactly, renyi, renyiInScope } from '../peers/renyi.js';
import type { TaskName, Tasks } from '../peers/task.js';
import type { SuiteOptions } from './suite.js';

/** The same task for all our backends and all peers. The first backend is the baseline. */
export async function contest<N extends TaskName>(
  { backends, peers }: SuiteOptions,
  task: N,
  input: Tasks[N],
  group: Omit<Group, 'contenders'>,
  aims: { readonly [contender: string]: number } = {},
): Promise<Group> {
  const expected = await exactly(referenceBackend, task, input);
  const contenders: Contender[] = [];
  for (const [name, backend] of backends)
    contenders.push(contend(`renyi ${name}`, () => Promise.resolve(renyi(backend)), task, input, expected));
  if (task === 'elementwise') {
    // A backend that frees storage itself gains from scopes.
    for (const [name, backend] of backends) {
      if (backend.memory === undefined) continue;
      const load = () => Promise.resolve(renyiInScope(backend));
      contenders.push(contend(`renyi ${name} in a scope`, load, task, input, expected));
    }
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
