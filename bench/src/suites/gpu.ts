import { referenceBackend, wasmBackend } from '@renyi/tensor';
import type { Contender, Group } from '../contender.js';
import type { Demand } from '../limits/limits.js';
import { type DeviceWork, operandsOf, opened } from '../peers/device.js';
import { openRaw } from '../peers/device-gpujs.js';
import { openRenyi, renyiLibrary } from '../peers/device-renyi.js';
import type { Data } from '../peers/task.js';
import { type Phases, phasesOf } from '../phases.js';
import type { Values } from '../relative-error.js';
import { cyclicLabels, sumTolerance, uniform } from './data.js';
import { perceptronLayers } from './step.js';
import type { DeviceContender, Suite, SuiteOptions } from './suite.js';

/** Each on a device of its own: browsers keep at most 16 of them at once. */
const samples = 5;

const titles: Readonly<Record<Exclude<keyof Phases, 'values'>, string>> = {
  first: 'the first call, which compiles',
  upload: 'upload of both operands',
  run: 'run',
  readback: 'readback of the result',
};

interface Case {
  readonly name: string;
  readonly work: DeviceWork;
  readonly tolerance: number;
  /** Floating-point operations of a run, and elements of its result. */
  readonly flops: number;
  readonly results: number;
}

/** What a phase has to do at the least: a run its operations, and a transfer to read here and to write there, or the other way. */
function demandOf(phase: keyof typeof titles, { work, flops, results }: Case): Demand {
  const operands = operandsOf(work).reduce((total, { values }) => total + values.length, 0);
  if (phase === 'upload') return { bytes: 2 * 4 * operands };
  if (phase === 'readback') return { bytes: 2 * 4 * results };
  if (phase === 'first') return {};
  // A step reads and writes its weights too.
  return work.operation === 'step' ? { flops } : { flops, bytes: 4 * (operands + results) };
}

async function exactly(work: DeviceWork): Promise<Values> {
  const once = await opened(renyiLibrary(referenceBackend, 'float64'), work);
  once.run();
  return await once.read();
}

function casesOf(sizes: readonly number[]): Case[] {
  const elements = 2 ** 18;
  const maps = 16 * 32 * 14 ** 2;
  const widths = [784, 256, 128, 10] as const;
  const batch = 128;
  const products = widths.slice(1).reduce((total, outputs, i) => total + outputs * (widths[i] as number), 0);
  return [
    // The largest is what a device is for; on a processor it takes its time.
    ...sizes.slice(-1).map((n): Case => {
      const [a, b] = [1, 2].map((seed) => uniform([n, n], 0, 1, seed)) as [Data, Data];
      return {
        name: `${n} x ${n} times ${n} x ${n}`,
        work: { operation: 'product', a, b },
        tolerance: sumTolerance(n),
        flops: 2 * n ** 3,
        results: n ** 2,
      };
    }),
    {
      name: `relu(x y + x) of ${elements.toLocaleString('en')}`,
      work: { operation: 'chain', a: uniform([elements], -4, 4, 1), b: uniform([elements], -4, 4, 2) },
      tolerance: 2 * 2 ** -24,
      flops: 3 * elements,
      results: elements,
    },
    {
      name: '[16, 16, 14, 14] with [32, 16, 3, 3]',
      work: {
        operation: 'convolution',
        a: uniform([16, 16, 14, 14], 0, 1, 1),
        b: uniform([32, 16, 3, 3], 0, 1, 2),
      },
      tolerance: sumTolerance(9 * 16),
      flops: 2 * 9 * 16 * maps,
      results: maps,
    },
    {
      name: `a training step, MLP ${widths.join('-')}, batch ${batch}`,
      work: {
        operation: 'step',
        layers: perceptronLayers(widths, 0),
        x: uniform([batch, widths[0]], -1, 1, 100),
        labels: cyclicLabels(batch, 10),
        // So small a rate leaves the weights as they are: every step has the same loss, which is checked.
        sgd: { learningRate: 1e-12, momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
      },
      tolerance: (widths[0] + 16) * 2 ** -24,
      // A product forward, and two backward but for the first layer, whose input wants no gradient.
      flops: 2 * batch * (3 * products - widths[0] * widths[1]),
      results: 1,
    },
  ];
}

/** The gpu backend and raw gpu.js in each mode, the wasm backend, and whoever else. */
function contendersOf({ gpuModes = ['webasm'], devices = [] }: SuiteOptions): DeviceContender[] {
  return [
    ...gpuModes.flatMap((mode): DeviceContender[] => [
      { name: `renyi gpu, ${mode}`, open: (work) => openRenyi(mode, work) },
      { name: `gpu.js, ${mode}`, open: (work) => openRaw(mode, work) },
    ]),
    { name: 'renyi wasm', open: (work) => opened(renyiLibrary(wasmBackend), work) },
    ...devices,
  ];
}

/** What a GPU takes apart: compiling, bringing numbers there, computing, and bringing numbers back. */
export const gpu: Suite = {
  summary:
    'a product, a convolution, a chain and a training step on devices: first call, upload, run, readback apart',
  async *groups(options) {
    for (const one of casesOf(options.sizes)) {
      const { name, work, tolerance } = one;
      const expected = await exactly(work);
      const phases = new Map<string, Promise<Phases>>();
      for (const phase of Object.keys(titles) as (keyof typeof titles)[]) {
        yield {
          name: `${name}: ${titles[phase]}`,
          unit: 'ms',
          operations: 1,
          ...demandOf(phase, one),
          tolerance,
          contenders: contendersOf(options).map(
            ({ name: contender, open }): Contender => ({
              name: contender,
              expected,
              prepare: async () => {
                const taking = phases.get(contender) ?? phasesOf(() => open(work), samples);
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
