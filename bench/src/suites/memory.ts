import { heapSampler, linearSampler, type LinearUse } from '../allocating.js';
import type { Group, Prepared } from '../contender.js';
import type { Sampler } from '../sampler.js';
import { NotOfferedError } from '../peers/peer.js';
import { cnnGroup, stepGroup } from './step.js';
import type { Suite, SuiteOptions } from './suite.js';

const mlp = { widths: [784, 256, 128, 10], batch: 128 } as const;

const steps: readonly ((options: SuiteOptions) => Promise<Group>)[] = [
  (options) => stepGroup(options, 'MLP', { ...mlp, students: 1 }),
  (options) => stepGroup(options, 'RDML', { ...mlp, students: 2 }),
  (options) => cnnGroup(options, 16),
];

/** A group of steps whose samples are bytes instead of times. */
function counted(
  { name, tolerance, contenders }: Group,
  what: string,
  sampler: (prepared: Prepared, contender: string) => Sampler,
): Group {
  return {
    name: `${name}: ${what}`,
    unit: 'B',
    operations: 1,
    tolerance,
    contenders: contenders.map((contender) => ({
      ...contender,
      prepare: async () => {
        const prepared = await contender.prepare();
        if (prepared.sampler !== undefined) {
          prepared.close?.();
          throw new NotOfferedError('its memory is that of another process');
        }
        return { ...prepared, sampler: sampler(prepared, contender.name) };
      },
    })),
  };
}

const linear: readonly { readonly figure: keyof LinearUse; readonly what: string }[] = [
  { figure: 'allocated', what: 'bytes allocated in linear memory' },
  { figure: 'peak', what: 'the most bytes of linear memory in use at once' },
];

/** What a training step takes of memory. */
export const memory: Suite = {
  summary: 'bytes of memory that a training step takes, of the heap and of linear memory',
  async *groups(options) {
    const backends = new Map([...options.backends].filter(([, backend]) => 'linearMemory' in backend));
    for (const step of steps) {
      yield counted(await step(options), 'bytes on the heap and in array buffers', ({ run }) =>
        heapSampler(run),
      );
      if (backends.size === 0) continue;
      const own = { ...options, backends, peers: new Map() };
      for (const { figure, what } of linear) {
        yield counted(await step(own), what, ({ run }, contender) => {
          const backend = backends.get(contender.replace('renyi ', ''));
          if (backend === undefined) throw new Error(`no backend of ${contender}`);
          return linearSampler(backend, run, figure);
        });
      }
    }
  },
};
