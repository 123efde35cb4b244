/*
 * Two students learn the exclusive or from the labels and from each other: each is pulled towards what the other one
 * predicts, by the Rényi divergence of order alpha.
 */
import { mlp, score, SGD } from '@renyi/nn';
import { Cohort, renyiDivergence } from '@renyi/rdml';
import { Generator, tensor } from '@renyi/tensor';

// The divergence of a coin with odds 3:1 from a fair one, in nats: 0 for equal distributions, and it grows with alpha.
const [p, q] = [tensor([0, Math.log(3)]), tensor([0, 0])];
for (const alpha of [0.5, 1, 2]) console.log(alpha, renyiDivergence(p, q, alpha).item().toFixed(4));
// => 0.5 0.0693
// => 1 0.1308
// => 2 0.2231

const inputs = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const labels = tensor([0, 1, 1, 0], { dtype: 'int32' });
const root = new Generator(0);
const students = [root.split(), root.split()].map((generator) => {
  const module = mlp([2, 8, 2], { generator });
  return { module, optimizer: new SGD(module.parameters(), { learningRate: 0.1, momentum: 0.9 }) };
});
const cohort = new Cohort(students, { alpha: 1.5, lambda: 1 });

for (let step = 0; step <= 300; step++) {
  const [first] = cohort.step(inputs, labels);
  if (step % 100 === 0) console.log(step, first?.baseLoss.toFixed(3), first?.mutualLoss.toFixed(3));
}
// => 0 0.69…
// => 100 0.00…
// => 200 0.00…
// => 300 0.00…
console.log(students.map(({ module }) => score(module.forward(inputs), labels).accuracy)); // => [ 1, 1 ]
