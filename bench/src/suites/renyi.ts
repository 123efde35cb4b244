import { valueAndGrad } from '@renyi/autodiff';
import { renyiDivergence, textbookRenyiDivergence } from '@renyi/rdml';
import { cast, Generator, sum, type Tensor } from '@renyi/tensor';
import { type Contender, consuming, type Group } from '../contender.js';
import type { Values } from '../relative-error.js';
import type { Suite } from './suite.js';

type Divergence = (logitsP: Tensor, logitsQ: Tensor, alpha: number) => Tensor;
type Logits = readonly [p: Tensor, q: Tensor];

const shapes = [
  [64, 10],
  [128, 1000],
] as const;
const alphas = [0.5, 1.000001, 1.5];

/** The total over the rows, and its gradients with respect to both logits. */
function totalWithGradients(divergence: Divergence, [p, q]: Logits, alpha: number): Tensor[] {
  const total = (pair: { p: Tensor; q: Tensor }): Tensor => sum(divergence(pair.p, pair.q, alpha));
  const { value, gradients } = valueAndGrad(total)({ p, q });
  return [value, gradients.p, gradients.q];
}

function read(results: readonly Tensor[]): Values {
  return results.map((result) => result.dataSync());
}

function groupOf(
  work: string,
  run: (divergence: Divergence, logits: Logits) => Tensor[],
  logits: Logits,
): Group {
  const wide: Logits = [cast(logits[0], 'float64'), cast(logits[1], 'float64')];
  const expected = read(run(renyiDivergence, wide));
  const contender = (name: string, divergence: Divergence, operands: Logits): Contender => ({
    name,
    prepare: () => consuming(() => run(divergence, operands), read),
    expected,
  });
  return {
    name: work,
    unit: 'ms',
    operations: 1,
    // Half of the 24 binary digits of float32.
    tolerance: 2 ** -12,
    contenders: [
      contender('fused, float32', renyiDivergence, logits),
      contender('textbook, float32', textbookRenyiDivergence, logits),
      contender('textbook, float64', textbookRenyiDivergence, wide),
    ],
  };
}

/** Against the textbook's composite; errors are against the fused divergence in float64 on the same logits. */
export const renyi: Suite = {
  summary: 'the Rényi divergence of rows of logits, fused and as the textbook has it',
  async *groups(_options) {
    for (const shape of shapes) {
      const generator = new Generator(1);
      const logits: Logits = [generator.normal(shape, { std: 2 }), generator.normal(shape, { std: 2 })];
      for (const alpha of alphas) {
        const where = `[${shape.join(', ')}], alpha ${alpha}`;
        yield groupOf(`forward, ${where}`, (divergence, [p, q]) => [divergence(p, q, alpha)], logits);
        yield groupOf(
          `value and gradients, ${where}`,
          (divergence, pair) => totalWithGradients(divergence, pair, alpha),
          logits,
        );
      }
    }
  },
};
