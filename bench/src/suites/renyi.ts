import { textbookRenyiDivergence } from '@renyi/rdml';
import { type Backend, Generator } from '@renyi/tensor';
import type { Contender } from '../contender.js';
import { contend } from '../peers/peer.js';
import { divergenceWith } from '../peers/renyi-divergence.js';
import { workshop } from '../peers/renyi-work.js';
import type { Data, Tasks } from '../peers/task.js';
import type { Values } from '../relative-error.js';
import { contest } from './contest.js';
import type { Suite } from './suite.js';

const shapes = [
  [64, 10],
  [128, 1000],
] as const;
const alphas = [0.5, 1.000001, 1.5];

function logits(shape: readonly number[], seed: number): Data {
  const x = new Generator(seed).normal(shape, { std: 2 });
  return { shape, values: Float32Array.from(x.dataSync()) };
}

/** The composite that the fused divergence stands for, on one of our backends. */
function textbook(
  dtype: 'float32' | 'float64',
  backend: Backend,
  input: Tasks['divergence'],
  expected: Values,
): Contender {
  const name = `textbook, ${dtype}`;
  const divergence = divergenceWith(textbookRenyiDivergence, workshop(backend, dtype));
  return contend(name, () => Promise.resolve({ name, tasks: { divergence } }), 'divergence', input, expected);
}

/** Fused here, and from logarithms of softmaxes everywhere else; errors are against the fused one in float64 on the same logits. */
export const renyi: Suite = {
  summary: 'the Rényi divergence of rows of logits, fused and as the textbook has it',
  async *groups(options) {
    for (const shape of options.full ? shapes : shapes.slice(1)) {
      const [p, q] = [logits(shape, 1), logits(shape, 2)];
      for (const alpha of options.full ? alphas : alphas.slice(1)) {
        for (const backward of [false, true]) {
          const input = { p, q, alpha, backward };
          const group = await contest(options, 'divergence', input, {
            name: `${backward ? 'value and gradients' : 'forward'}, [${shape.join(', ')}], alpha ${alpha}`,
            unit: 'ms',
            operations: 1,
            // Both logits are read, and with gradients those are written.
            bytes: (backward ? 4 : 2) * 4 * p.values.length,
            // Half of the 24 binary digits of float32.
            tolerance: 2 ** -12,
          });
          const [first] = group.contenders;
          const [backend] = options.backends.values();
          const composites =
            first === undefined || backend === undefined
              ? []
              : (['float32', 'float64'] as const).map((dtype) =>
                  textbook(dtype, backend, input, first.expected),
                );
          yield { ...group, contenders: [...group.contenders, ...composites] };
        }
      }
    }
  },
};
