import { matmul, mul, referenceBackend, relu, type Tensor, tensor, add } from '@renyi/tensor';
import type { Contender, Group } from '../contender.js';
import type { Demand } from '../limits/limits.js';
import { type DeviceWork, openRaw, openRenyi } from '../peers/opened.js';
import type { Data } from '../peers/task.js';
import { type Opened, type Phases, phasesOf } from '../phases.js';
import type { Values } from '../relative-error.js';
import { sumTolerance, uniform } from './data.js';
import type { Suite } from './suite.js';

/** Each on a device of its own: browsers keep at most 16 of them at once. */
const samples = 5;

const titles: Readonly<Record<Exclude<keyof Phases, 'values'>, string>> = {
  first: 'the first call, which compiles',
  upload: 'upload of both operands',
  run: 'run',
  readback: 'readback of the result',
};

function exactly({ operation, a, b }: DeviceWork): Values {
  const upload = ({ values, shape }: Data): Tensor =>
    tensor(values, { shape, backend: referenceBackend, dtype: 'float64' });
  const [left, right] = [upload(a), upload(b)];
  const result = operation === 'product' ? matmul(left, right) : relu(add(mul(left, right), left));
  return [result.dataSync()];
}

/** What a phase has to do at the least: a run its operations, and a transfer to read here and to write there, or the other way. */
function demandOf(phase: keyof typeof titles, { operation, a, b }: DeviceWork): Demand {
  const [n, size] = [a.shape[0] as number, a.values.length];
  if (phase === 'upload') return { bytes: 2 * 4 * (size + b.values.length) };
  if (phase === 'readback') return { bytes: 2 * 4 * size };
  if (phase === 'first') return {};
  return { flops: operation === 'product' ? 2 * n ** 3 : 3 * size, bytes: 3 * 4 * size };
}

function works(sizes: readonly number[]): { name: string; work: DeviceWork; tolerance: number }[] {
  const elements = 2 ** 18;
  const product = (n: number): DeviceWork => ({
    operation: 'product',
    a: uniform([n, n], 0, 1, 1),
    b: uniform([n, n], 0, 1, 2),
  });
  const chain: DeviceWork = {
    operation: 'chain',
    a: uniform([elements], -4, 4, 1),
    b: uniform([elements], -4, 4, 2),
  };
  return [
    // The largest is what a device is for; on a processor it takes its time.
    ...sizes.slice(-1).map((n) => ({
      name: `${n} x ${n} times ${n} x ${n}`,
      work: product(n),
      tolerance: sumTolerance(n),
    })),
    { name: `relu(x y + x) of ${elements.toLocaleString('en')}`, work: chain, tolerance: 2 * 2 ** -24 },
  ];
}

/** What a GPU takes apart: compiling, bringing numbers there, computing, and bringing numbers back. */
export const gpu: Suite = {
  summary: 'one kernel of the gpu backend and of raw gpu.js: first call, upload, run and readback apart',
  async *groups({ sizes, gpuModes = ['webasm'] }) {
    for (const { name, work, tolerance } of works(sizes)) {
      const expected = exactly(work);
      const contenders = gpuModes.flatMap(
        (mode): readonly { name: string; open: () => Promise<Opened> }[] => [
          { name: `renyi gpu, ${mode}`, open: () => openRenyi(mode, work) },
          { name: `gpu.js, ${mode}`, open: () => openRaw(mode, work) },
        ],
      );
      const phases = new Map<string, Promise<Phases>>();
      for (const phase of Object.keys(titles) as (keyof typeof titles)[]) {
        yield {
          name: `${name}: ${titles[phase]}`,
          unit: 'ms',
          operations: 1,
          ...demandOf(phase, work),
          tolerance,
          contenders: contenders.map(
            ({ name: contender, open }): Contender => ({
              name: contender,
              expected,
              prepare: async () => {
                const taking = phases.get(contender) ?? phasesOf(open, samples);
                phases.set(contender, taking);
                const { values, [phase]: times } = await taking;
                // They were taken when this contender had its turn, one device after another.
                let next = 0;
                const sample = (): number => (times[next++ % times.length] as number) * 1e6;
                return { run: () => undefined, values: () => values, sampler: { sample, runs: 1 } };
              },
            }),
          ),
        } satisfies Group;
      }
    }
  },
};
