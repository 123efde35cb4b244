import { median } from '../../statistics.js';
import { type Followed, gpuProcess, type Run } from './follow.js';

/** A process may be larger by so much late in a run than early in it: allocators keep pages, and a leak of one texture a step is far above. */
const tolerance = 1.1;

/** What has grown over a run, each as a sentence; nothing where all is flat. The first sample is the warm-up. */
export function growth({ samples }: Run): string[] {
  const [, reference, ...later] = samples;
  if (reference === undefined || later.length === 0) throw new Error('expected three samples or more');
  const said: string[] = [];
  for (const key of ['lent', 'tensors', 'bytes', 'compiled'] as const) {
    const other = later.find((sample) => sample[key] !== reference[key]);
    if (other !== undefined)
      said.push(`${key}: ${reference[key]} at step ${reference.step}, ${other[key]} at step ${other.step}`);
  }
  // A step replaces what tensors have in between steps, weights and momenta; the collector may take its time from one count to the next.
  const bound = reference.most + reference.lent * ((later[0] as Followed).step - reference.step);
  const highest = later.find(({ most }) => most > bound);
  if (highest !== undefined)
    said.push(`most: ${highest.most} at step ${highest.step}, where ${bound} would do`);
  const follow = (name: string, of: (sample: Followed) => number): void => {
    const sizes = samples.slice(1).map(of);
    const part = Math.max(1, Math.floor(sizes.length / 4));
    const [first, last] = [median(sizes.slice(0, part)), median(sizes.slice(-part))];
    if (!(last <= tolerance * first))
      said.push(`${name}: ${mebibytes(first)} MiB in the first quarter, ${mebibytes(last)} MiB in the last`);
  };
  if (reference.heap !== undefined) follow('heap in use', ({ heap }) => heap?.used ?? Number.NaN);
  for (const name of Object.keys(reference.processes)) {
    // The engine chooses how much room its heap takes; what is in use there is followed by itself.
    const hasHeap = reference.heap !== undefined && name !== gpuProcess;
    follow(
      hasHeap ? `${name} beside its heap` : name,
      ({ processes, heap }) => (processes[name] ?? Number.NaN) - (hasHeap ? (heap?.total ?? Number.NaN) : 0),
    );
  }
  return said;
}

export function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
