/**
 * How many digits the divergence and its gradient keep in float32, beside the clamped formula and the textbook's: writes
 * docs/experiments/float32.md, and exits with 1 if ours loses any.
 *
 *     pnpm experiment:float32
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { grad } from '@renyi/autodiff';
import { renyiDivergence, textbookRenyiDivergence } from '@renyi/rdml';
import { cast, Generator, sum, type Tensor } from '@renyi/tensor';
import { describeMachine, formatMachine } from '../machine.js';
import { clampedRenyiDivergence } from './clamped.js';
import { markdownTable } from './markdown.js';

type Divergence = (logitsP: Tensor, logitsQ: Tensor, alpha: number) => Tensor;

const rows = 100;
const classes = 10;

const contenders: readonly (readonly [string, Divergence])[] = [
  ['clamped', clampedRenyiDivergence],
  ['textbook', textbookRenyiDivergence],
  ['ours', renyiDivergence],
];

interface Errors {
  readonly median: number;
  readonly max: number;
  /** How many rows have a result that is not finite. */
  readonly broken: number;
}

/** Relative errors of the value and of the gradient for q (in the L1 norm), row by row. */
function errorsOf(
  divergence: Divergence,
  p: Tensor,
  q: Tensor,
  alpha: number,
): { value: Errors; gradient: Errors } {
  const exact = results(renyiDivergence, cast(p, 'float64'), cast(q, 'float64'), alpha);
  const own = results(divergence, p, q, alpha);
  const value = own.values.map(
    (v, i) => Math.abs(v - (exact.values[i] as number)) / (exact.values[i] as number),
  );
  const gradient = own.gradients.map((g, i) => {
    const truth = exact.gradients[i] as number[];
    return norm(g.map((x, c) => x - (truth[c] as number))) / norm(truth);
  });
  const found = { value: summary(value), gradient: summary(gradient) };
  if (divergence === renyiDivergence) {
    const isGood = ({ max, broken }: Errors): boolean => max <= bound && broken === 0;
    isWithin &&= isGood(found.value) && isGood(found.gradient);
  }
  return found;
}

function results(
  divergence: Divergence,
  p: Tensor,
  q: Tensor,
  alpha: number,
): { values: number[]; gradients: number[][] } {
  const slope = grad((x: Tensor) => sum(divergence(p, x, alpha)))(q);
  return { values: [...divergence(p, q, alpha).dataSync()], gradients: slope.toArray() as number[][] };
}

function norm(values: readonly number[]): number {
  return values.reduce((total, value) => total + Math.abs(value), 0);
}

/** Rounding the result to float32 once errs by 2^-24 at most; a few times that is a few 1e-7. */
const bound = 4 * 2 ** -24;
let isWithin = true;

function summary(errors: readonly number[]): Errors {
  const finite = errors.filter((error) => Number.isFinite(error)).sort((a, b) => a - b);
  return {
    median: finite[Math.floor(finite.length / 2)] ?? Number.NaN,
    max: finite.at(-1) ?? Number.NaN,
    broken: errors.length - finite.length,
  };
}

function text({ median, max, broken }: Errors): string {
  const figures = broken === rows ? 'none finite' : `${short(median)} / ${short(max)}`;
  return broken > 0 && broken < rows ? `${figures}, ${broken} not finite` : figures;
}

function short(x: number): string {
  return x === 0 ? '0' : x.toExponential(0);
}

const generator = new Generator(7);

function pairs(scale: number): [Tensor, Tensor] {
  const draw = (): Tensor => generator.normal([rows, classes], { std: scale });
  return [draw(), draw()];
}

const orders = [0.5, 0.999, 1.001, 1.00001, 1.5, 2, 5, 20];
const head = contenders.flatMap(([name]) => [`${name}, value`, `${name}, gradient`]);

const apart = [1, 10, 50].map((scale) => {
  const [p, q] = pairs(scale);
  const lines = orders.map((alpha) => [
    String(alpha),
    ...contenders.flatMap(([, divergence]) => {
      const { value, gradient } = errorsOf(divergence, p, q, alpha);
      return [text(value), text(gradient)];
    }),
  ]);
  return `### Logits of deviation ${scale}\n\n${markdownTable(['alpha', ...head], lines)}`;
});

const [base] = pairs(3);
const near = [1e-1, 1e-2, 1e-3, 1e-4].flatMap((distance) => {
  const peer = base.add(generator.normal([rows, classes], { std: distance }));
  return [0.5, 1.00001, 1.5].map((alpha) => [
    distance.toExponential(0),
    String(alpha),
    ...contenders.flatMap(([, divergence]) => {
      const { value, gradient } = errorsOf(divergence, peer, base, alpha);
      return [text(value), text(gradient)];
    }),
  ]);
});

const page = `# The divergence in float32

Relative errors of D_alpha(P ‖ Q) and of its gradient for the logits of Q (in the L1 norm), over ${rows} pairs of ${classes} random
logits; in each cell the median / the largest of the finite ones. The truth is our divergence of the same float32 logits in
float64, which is held to 60-digit values elsewhere (\`conformance\`). *clamped*: probabilities clamped to [1e-8, 1], powers, a sum
and a logarithm, as in public code of the method; *textbook*: the same without the clamp (\`textbookRenyiDivergence\`).

Made by \`pnpm experiment:float32\` on ${new Date().toISOString().slice(0, 10)}: ${formatMachine(describeMachine())}.

## Independent logits

${apart.join('\n\n')}

## Near agreement

Q has logits of deviation 3, P those of Q plus noise of the deviation given: what two students are late in training.

${markdownTable(['noise', 'alpha', ...head], near)}

For orders up to 2 and logits as networks usually have them the clamped formula is good enough to train with. It is not near
order 1, near agreement, for confident students that disagree (a probability below 1e-8 has no gradient), or for orders from 5 up.
`;

const folder = new URL('../../../docs/experiments/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('float32.md', folder), page);
console.log(page);
process.exitCode = isWithin ? 0 : 1;
