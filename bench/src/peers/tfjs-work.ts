import { consuming, type Prepared } from '../contender.js';
import type { Values } from '../relative-error.js';
import { NotOfferedError } from './peer.js';
import type { Data, SgdSettings } from './task.js';
import type { Tf, TfTensor } from './tfjs-library.js';

/** What every task needs: operands in the library's memory, and runs whose results can be read. */
export interface TfWorkshop {
  readonly upload: (data: Data) => TfTensor;
  /** Each result is freed when the next one comes; `arrange` brings what is read into the order in which it is expected. */
  readonly work: (run: () => TfTensor[], arrange?: (values: Values) => Values) => Prepared;
  /** One step of training after another; the loss of the first is the result. */
  readonly training: (step: () => TfTensor) => Prepared;
  /** @throws NotOfferedError where the backend lacks a kernel */
  readonly requireKernel: (name: string) => void;
}

export function workshop(tf: Tf, backend: string): TfWorkshop {
  const prepared = (run: () => TfTensor[], arrange = (values: Values): Values => values): Prepared => {
    let last: TfTensor[] = [];
    return consuming(
      () => {
        // Two backends may take turns, so each says again that it is meant.
        void tf.setBackend(backend);
        for (const x of last) x.dispose();
        last = tf.tidy(run);
        return last;
      },
      (results) => arrange(results.map((x) => x.dataSync())),
      async (results) => arrange(await Promise.all(results.map((x) => x.data()))),
    );
  };
  return {
    upload: ({ values, shape }) =>
      tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32'),
    work: prepared,
    training: (step) => {
      const training = prepared(() => [step()]);
      const first = training.values();
      return {
        run: training.run,
        values: () => first,
        valuesLater: async () => {
          await training.valuesLater?.();
          return first;
        },
      };
    },
    requireKernel: (name) => {
      if (tf.getKernel(name, backend) === undefined)
        throw new NotOfferedError(`tfjs has no ${name} on ${backend}`);
    },
  };
}

export function crossEntropy(tf: Tf, logits: TfTensor, targets: TfTensor): TfTensor {
  return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits)), [-1])));
}

/** log sum exp(alpha log p + (1 - alpha) log q) / (alpha - 1) of each row. */
export function renyiOfRows(tf: Tf, logitsP: TfTensor, logitsQ: TfTensor, alpha: number): TfTensor {
  const tilt = tf.add(tf.mul(tf.logSoftmax(logitsP), alpha), tf.mul(tf.logSoftmax(logitsQ), 1 - alpha));
  return tf.mul(tf.logSumExp(tilt, -1), 1 / (alpha - 1));
}

/** A step of SGD on a loss of the parameters, as often as it is called: gives the loss from before it. */
export function sgdStep(
  tf: Tf,
  sgd: SgdSettings,
  parameters: readonly TfTensor[],
): (loss: (...parameters: TfTensor[]) => TfTensor) => TfTensor {
  const velocities = parameters.map((p) => tf.variable(tf.tidy(() => tf.mul(p, 0))));
  return (loss) => {
    const { value, grads } = tf.valueAndGrads(loss)(parameters);
    for (const [i, parameter] of parameters.entries())
      update(tf, sgd, parameter, velocities[i] as TfTensor, grads[i] as TfTensor);
    return value;
  };
}

/** SGD as in PyTorch: the velocity, and then the parameter, are moved. */
function update(
  tf: Tf,
  { learningRate, momentum, nesterov, weightDecay }: SgdSettings,
  parameter: TfTensor,
  velocity: TfTensor,
  gradient: TfTensor,
): void {
  const decayed = tf.add(gradient, tf.mul(parameter, weightDecay));
  const next = tf.add(tf.mul(velocity, momentum), decayed);
  velocity.assign(next);
  const direction = nesterov ? tf.add(decayed, tf.mul(next, momentum)) : next;
  parameter.assign(tf.sub(parameter, tf.mul(direction, learningRate)));
}
