import type { Prepared } from '../contender.js';
import type { Jax, JaxArray } from './jax-library.js';
import type { JaxWorkshop } from './jax-work.js';
import type { Peer } from './peer.js';
import type { LayerData, SgdSettings, Tasks } from './task.js';

/** What a network says of a batch. It uses its parameters up. */
type Network = (parameters: readonly JaxArray[], inputs: JaxArray) => JaxArray;

/** Training steps: what a student predicts, and how it learns, are two programs under jit, which are the same for all students. */
export function jaxSteps(jax: Jax, shop: JaxWorkshop): Peer['tasks'] {
  const { lax, nn, numpy: np } = jax;
  const affine = (x: JaxArray, weight: JaxArray, bias: JaxArray): JaxArray =>
    np.add(np.matmul(x, np.transpose(weight)), bias);
  const perceptron: Network = (parameters, inputs) => {
    let y = inputs;
    for (let i = 0; i < parameters.length; i += 2) {
      if (i > 0) y = nn.relu(y);
      y = affine(y, parameters[i] as JaxArray, parameters[i + 1] as JaxArray);
    }
    return y;
  };
  const images: Network = (parameters, inputs) => {
    const [w1, b1, w2, b2, w3, b3] = parameters as [
      JaxArray,
      JaxArray,
      JaxArray,
      JaxArray,
      JaxArray,
      JaxArray,
    ];
    const maps = (x: JaxArray, weight: JaxArray, bias: JaxArray): JaxArray => {
      const channels = [1, bias.shape[0] as number, 1, 1];
      const biased = np.add(lax.conv(x, weight, [1, 1], 'SAME'), np.reshape(bias, channels));
      return lax.reduceWindow(nn.relu(biased), (own) => np.max(own), [2, 2], [2, 2]);
    };
    const [rows, features] = [inputs.shape[0] as number, w3.shape[1] as number];
    return affine(np.reshape(maps(maps(inputs, w1, b1), w2, b2), [rows, features]), w3, b3);
  };
  return {
    step: (task) => steps(jax, shop, perceptron, task),
    cnn: ({ layers, x, labels, sgd }) =>
      steps(jax, shop, images, { students: [layers], x, labels, alpha: 1, sgd }),
  };
}

function steps(
  jax: Jax,
  { upload }: JaxWorkshop,
  network: Network,
  { students, x: dataX, labels, alpha, sgd }: Tasks['step'],
): Prepared {
  const { nn, numpy: np } = jax;
  const classes = students[0]?.at(-1)?.bias.values.length as number;
  const [x, targets] = [upload(dataX), nn.oneHot(upload(labels), classes)];
  const count = 2 * (students[0] as readonly LayerData[]).length;

  const loss = (...all: JaxArray[]): JaxArray => {
    const [inputs, hot, ...peers] = all.slice(count) as [JaxArray, JaxArray, ...JaxArray[]];
    const own = nn.logSoftmax(network(all.slice(0, count), inputs), -1);
    const base = np.multiply(np.sum(np.multiply(own.ref, hot)), -1 / (dataX.shape[0] as number));
    const terms = peers.map((peer) => {
      const mixed = np.add(np.multiply(nn.logSoftmax(peer, -1), alpha), np.multiply(own.ref, 1 - alpha));
      return np.multiply(np.mean(nn.logsumexp(mixed, -1)), 1 / (alpha - 1) / peers.length);
    });
    own.dispose();
    return terms.reduce((a, b) => np.add(a, b), base);
  };
  const slopes = jax.valueAndGrad(loss, { argnums: Array.from({ length: count }, (_, i) => i) });
  const predict = jax.jit((...all: JaxArray[]) => network(all.slice(0, count), all[count] as JaxArray));
  /** Weights, momenta, inputs, targets and peers' logits to the loss, weights and momenta. */
  const learn = jax.jit((...all: JaxArray[]): JaxArray[] => {
    const [weights, momenta] = [all.slice(0, count), all.slice(count, 2 * count)];
    const [value, gradients] = slopes(...weights.map(({ ref }) => ref), ...all.slice(2 * count));
    const updates = weights.map((weight, i) =>
      update(np, sgd, weight, momenta[i] as JaxArray, (gradients as JaxArray[])[i] as JaxArray),
    );
    return [value, ...updates.map(([weight]) => weight), ...updates.map(([, momentum]) => momentum)];
  });

  const cohort = students.map((layers) => {
    const parameters = layers.flatMap(({ weight, bias }) => [weight, bias]);
    const zeros = parameters.map(({ shape, values }) => ({ shape, values: new Float32Array(values.length) }));
    return [...parameters, ...zeros].map(upload);
  });
  const run = (): number[] => {
    const logits =
      cohort.length === 1
        ? []
        : cohort.map((state) => predict(...state.slice(0, count).map(({ ref }) => ref), x.ref));
    const values = cohort.map((state, k) => {
      const peers = logits.filter((_, j) => j !== k).map(({ ref }) => ref);
      const [value, ...next] = learn(...state, x.ref, targets.ref, ...peers) as [JaxArray, ...JaxArray[]];
      cohort[k] = next;
      return value;
    });
    for (const own of logits) own.dispose();
    // A call only notes what is to be done, and reading the losses does it; what the weights still lack is done by the next step.
    return values.map((value) => value.dataSync()[0] as number);
  };
  const first = run();
  return { run: () => void run(), values: () => [first] };
}

/** Nesterov's momentum with weight decay, as PyTorch has it. */
function update(
  np: Jax['numpy'],
  { learningRate, momentum, weightDecay }: SgdSettings,
  weight: JaxArray,
  velocity: JaxArray,
  gradient: JaxArray,
): [weight: JaxArray, velocity: JaxArray] {
  const slope = np.add(gradient, np.multiply(weight.ref, weightDecay));
  const next = np.add(np.multiply(velocity, momentum), slope.ref);
  const step = np.add(slope, np.multiply(next.ref, momentum));
  return [np.add(weight, np.multiply(step, -learningRate)), next];
}
