import { Generator } from '@renyi/tensor';
import type { LayerData, Tasks } from '../peers/task.js';
import { contest } from './contest.js';
import { cyclicLabels, uniform } from './data.js';
import type { Suite, SuiteOptions } from './suite.js';

/** Uniform in ±1/sqrt(inputs), PyTorch's default. */
export function perceptronLayers(widths: readonly number[], seed: number): LayerData[] {
  const generator = new Generator(seed);
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i] as number;
    const bound = 1 / Math.sqrt(inputs);
    const next = (): number => Math.floor(generator.uniform([], { dtype: 'float64' }).item() * 2 ** 31);
    return {
      weight: uniform([outputs, inputs], -bound, bound, next()),
      bias: uniform([outputs], -bound, bound, next()),
    };
  });
}

/** A training run is thousands of steps, and the compiler is at work for the first thousand: it would have the second thread's core. */
const warmUpSeconds = 5;

const sgd = { learningRate: 1e-5, momentum: 0.9, nesterov: true, weightDecay: 5e-4 };

interface Training {
  readonly widths: readonly number[];
  readonly batch: number;
  readonly students: number;
}

/** One step for everybody. So small a rate leaves the students, and with them the work of a step, as they are for thousands of steps. */
function stepOf({ widths, batch, students }: Training): Tasks['step'] {
  return {
    students: Array.from({ length: students }, (_, k) => perceptronLayers(widths, k)),
    x: uniform([batch, widths[0] as number], -1, 1, 100),
    labels: cyclicLabels(batch, widths[widths.length - 1] as number),
    alpha: 1.5,
    sgd,
  };
}

export async function stepGroup(
  options: SuiteOptions,
  name: string,
  training: Training,
): ReturnType<typeof contest> {
  const { widths, batch, students } = training;
  const products = widths.slice(1).reduce((total, outputs, i) => total + outputs * (widths[i] as number), 0);
  return await contest(options, 'step', stepOf(training), {
    name: `${name}: ${students === 1 ? '' : `${students} x `}${widths.join('-')}, batch ${batch}`,
    unit: 'ms',
    operations: 1,
    // A product forward, and two backward but for the first layer, whose input wants no gradient.
    flops: students * 2 * batch * (3 * products - (widths[0] as number) * (widths[1] as number)),
    // The losses of the first step: inner products with up to so many terms, softmax and logarithm add a few more.
    tolerance: (Math.max(...widths) + 16) * 2 ** -24,
  });
}

const channels = [1, 16, 32] as const;

function filtersOf(inputs: number, filters: number, seed: number): LayerData {
  const bound = 1 / Math.sqrt(9 * inputs);
  return {
    weight: uniform([filters, inputs, 3, 3], -bound, bound, seed),
    bias: uniform([filters], -bound, bound, seed + 1),
  };
}

export async function cnnGroup(options: SuiteOptions, batch: number): ReturnType<typeof contest> {
  const [inputs, first, second] = channels;
  const features = second * 7 * 7;
  const [head] = perceptronLayers([features, 10], 7) as [LayerData];
  // Each filter element meets each place once; forward, and back for the filters and, but for the first layer, for the maps.
  const [early, late] = [9 * inputs * first * 28 ** 2, 9 * first * second * 14 ** 2];
  return await contest(
    options,
    'cnn',
    {
      layers: [filtersOf(inputs, first, 1), filtersOf(first, second, 3), head],
      x: uniform([batch, 1, 28, 28], -1, 1, 100),
      labels: cyclicLabels(batch, 10),
      sgd,
    },
    {
      name: `CNN: 28 x 28 images, ${first} and ${second} filters of 3 x 3, batch ${batch}`,
      unit: 'ms',
      operations: 1,
      flops: 2 * batch * (2 * early + 3 * late + 3 * features * 10),
      tolerance: (features + 16) * 2 ** -24,
      warmUpSeconds,
    },
  );
}

/** Whole training steps: every student's forward and backward pass and its update. */
export const step: Suite = {
  summary: 'whole training steps: XOR, an MLP, a CNN, mutual learning of 2 to 16 students',
  async *groups(options) {
    yield await stepGroup(options, 'XOR', { widths: [2, 8, 2], batch: 4, students: 1 });
    const single = await stepGroup(options, 'MLP', { widths: [784, 256, 128, 10], batch: 128, students: 1 });
    yield { ...single, warmUpSeconds, growth: { of: 'students', extent: 1 } };
    yield await cnnGroup(options, 64);
    for (const students of [2, 4, 8, 16]) {
      const group = await stepGroup(options, 'RDML', { widths: [784, 256, 128, 10], batch: 128, students });
      // More students than these run the same code: with several peers, it looks at all of them at once.
      const first = students <= 4 ? { warmUpSeconds } : {};
      yield { ...group, ...first, growth: { of: 'students', extent: students } };
    }
  },
};
