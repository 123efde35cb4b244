import { Parameter } from '@renyi/autodiff';
import { type Dataset, Linear, mlp, Module, SGD } from '@renyi/nn';
import { Cohort, evaluateAsync, type StudentStep } from '@renyi/rdml';
import { conv2d, flatten, Generator, maxPool2d, relu, reshape, type Tensor } from '@renyi/tensor';

/** A convolution of 3x3 with `channels` filters, ReLU, maxima of 2x2, and a linear layer over what is left: images of 8x8. */
class SmallCnn extends Module {
  readonly weight: Parameter;
  readonly head: Linear;

  constructor(channels: number, generator: Generator) {
    super();
    this.weight = new Parameter(generator.uniform([channels, 1, 3, 3], { low: -1 / 3, high: 1 / 3 }));
    this.head = new Linear(channels * 9, 10, { generator });
  }

  override forward(x: Tensor): Tensor {
    const maps = relu(conv2d(reshape(x, [x.shape[0] as number, 1, 8, 8]), this.weight.value));
    return this.head.forward(flatten(maxPool2d(maps, 2), { start: 1 }));
  }
}

/** Two students that learn from the labels and from each other at order 1.5: MLPs, or an MLP and a small CNN. */
export function newCohort(withCnn: boolean): Cohort {
  const networks: Module[] = [
    mlp([64, 32, 10], { generator: new Generator(1) }),
    withCnn ? new SmallCnn(4, new Generator(2)) : mlp([64, 32, 10], { generator: new Generator(2) }),
  ];
  const students = networks.map((module) => ({
    module,
    optimizer: new SGD(module.parameters(), { learningRate: 0.1, momentum: 0.9 }),
  }));
  return new Cohort(students, { alpha: 1.5 });
}

/** Rows that are trained on; the others are for the test. */
const trained = 1500;

/** One update of the cohort on batch number `step`. */
export async function learn(cohort: Cohort, data: Dataset, step: number): Promise<StudentStep[]> {
  const { inputs, labels } = data.batch(Array.from({ length: 50 }, (_, i) => (step * 50 + i) % trained));
  const steps = await cohort.stepAsync(inputs, labels);
  inputs.dispose();
  labels.dispose();
  return steps;
}

/** How many rows of the test each student gets right. */
export async function accuracies(cohort: Cohort, data: Dataset): Promise<number[]> {
  const test = data.subset(Array.from({ length: data.size - trained }, (_, i) => trained + i));
  const networks = cohort.students.map(({ module }) => module);
  return (await evaluateAsync(networks, test, 1.5)).students.map(({ accuracy }) => accuracy);
}
