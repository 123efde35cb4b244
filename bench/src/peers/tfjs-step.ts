import type { Prepared } from '../contender.js';
import type { Data, LayerData, Tasks } from './task.js';
import type { Tf, TfTensor } from './tfjs-library.js';
import { crossEntropy, renyiOfRows, sgdStep } from './tfjs-work.js';

/** y = x Wᵀ + b with relu between the layers. */
export function perceptron(tf: Tf, parameters: readonly TfTensor[], x: TfTensor): TfTensor {
  let y = x;
  for (let i = 0; i < parameters.length; i += 2) {
    if (i > 0) y = tf.relu(y);
    y = tf.add(tf.matMul(y, parameters[i] as TfTensor, false, true), parameters[i + 1] as TfTensor);
  }
  return y;
}

/** Weights and biases of all layers in turns, to be trained. */
export function variablesOf(
  tf: Tf,
  layers: readonly LayerData[],
  upload: (data: Data) => TfTensor,
): TfTensor[] {
  return layers.flatMap(({ weight, bias }) => [weight, bias].map((own) => tf.variable(upload(own))));
}

/**
 * One step of a cohort. Peers are predicted outside of the gradient, as there is no detach inside: one forward pass
 * more for each student than a library that has one.
 */
export function tfjsStep(
  tf: Tf,
  backend: string,
  { students, x: dataX, labels, alpha, sgd }: Tasks['step'],
  upload: (data: Data) => TfTensor,
): Prepared {
  const x = upload(dataX);
  const classes = students[0]?.at(-1)?.bias.values.length as number;
  const targets = tf.oneHot(upload(labels), classes);
  const cohort = students.map((layers) => {
    const parameters = variablesOf(tf, layers, upload);
    return { parameters, step: sgdStep(tf, sgd, parameters) };
  });

  const run = (): number[] => {
    void tf.setBackend(backend);
    const losses: number[] = [];
    tf.tidy(() => {
      const isMutual = cohort.length > 1;
      const logits = isMutual ? cohort.map(({ parameters }) => perceptron(tf, parameters, x)) : [];
      for (const [k, { step }] of cohort.entries()) {
        const peers = logits.filter((_, j) => j !== k);
        const value = step((...own) => {
          const output = perceptron(tf, own, x);
          const base = crossEntropy(tf, output, targets);
          const terms = peers.map((peer) =>
            tf.mul(tf.mean(renyiOfRows(tf, peer, output, alpha)), 1 / peers.length),
          );
          return terms.reduce((a, b) => tf.add(a, b), base);
        });
        losses.push(value.dataSync()[0] as number);
      }
    });
    return losses;
  };
  const first = run();
  return { run: () => void run(), values: () => [first] };
}
