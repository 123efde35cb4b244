import { Parameter, valueAndGrad } from '@renyi/autodiff';
import { type Dataset, Linear, mlp, Module, SGD } from '@renyi/nn';
import { renyiDivergence } from '@renyi/rdml';
import {
  add,
  type Backend,
  conv2d,
  crossEntropy,
  flatten,
  Generator,
  maxPool2d,
  mean,
  relu,
  reshape,
  scope,
  type Tensor,
  tensor,
} from '@renyi/tensor';

/** Whatever a test trains: networks that learn from the labels and from each other at order 1.5. */
export interface MutualLearning {
  /** One update of all on rows of the data; the losses, still on the device. */
  step(rows: readonly number[]): Tensor[];
  /** Their predictions. */
  logits(inputs: Tensor): Tensor[];
}

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

/** Two students on `backend`: MLPs, or an MLP and a small CNN. */
export function mutualLearning(data: Dataset, backend: Backend, withCnn: boolean): MutualLearning {
  const networks: Module[] = [
    mlp([64, 32, 10], { generator: new Generator(1) }),
    withCnn ? new SmallCnn(4, new Generator(2)) : mlp([64, 32, 10], { generator: new Generator(2) }),
  ];
  const students = networks.map((network) => {
    const parameters = network.parameters();
    for (const parameter of parameters) parameter.value = parameter.value.to(backend);
    return { network, optimizer: new SGD(parameters, { learningRate: 0.1, momentum: 0.9 }) };
  });
  const lossOf = (k: number, inputs: Tensor, labels: Tensor, peers: readonly Tensor[]): Tensor => {
    const own = students[k]!.network.forward(inputs);
    const mutual = peers.filter((_, j) => j !== k).map((peer) => mean(renyiDivergence(peer, own, 1.5)));
    return mutual.reduce(add, crossEntropy(own, labels));
  };
  return {
    step: (rows) =>
      scope(() => {
        const batch = data.batch(rows);
        const [inputs, labels] = [batch.inputs.to(backend), batch.labels.to(backend)];
        const peers = students.map(({ network }) => network.forward(inputs));
        const updates = students.map(({ optimizer }, k) =>
          valueAndGrad(() => lossOf(k, inputs, labels, peers), optimizer.parameters),
        );
        for (const [k, { gradients }] of updates.entries()) students[k]!.optimizer.step(gradients);
        return updates.map(({ value }) => value);
      }),
    logits: (inputs) => students.map(({ network }) => network.forward(inputs.to(backend))),
  };
}

/** How many of the rows each network gets right. */
export async function accuracies(
  learning: MutualLearning,
  data: Dataset,
  rows: readonly number[],
): Promise<number[]> {
  const { inputs, labels } = data.batch(rows);
  const truth = labels.dataSync();
  const all = await Promise.all(learning.logits(tensor(inputs.toArray())).map((x) => x.data()));
  return all.map((logits) => {
    const right = rows.filter((_, row) => {
      const own = Array.from(logits.subarray(row * 10, row * 10 + 10));
      return own.indexOf(Math.max(...own)) === truth[row];
    });
    return right.length / rows.length;
  });
}
