/*
 * A network learns the exclusive or: the loss says how wrong it is, the gradient in which direction to move.
 */
import { valueAndGrad } from '@renyi/autodiff';
import { mlp, score, SGD } from '@renyi/nn';
import { crossEntropy, Generator, tensor } from '@renyi/tensor';

const inputs = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const labels = tensor([0, 1, 1, 0], { dtype: 'int32' });

// 2 inputs, 8 hidden units, 2 classes. Everything random comes from a generator, so every run is the same.
const network = mlp([2, 8, 2], { generator: new Generator(1) });
const optimizer = new SGD(network.parameters(), { learningRate: 0.5, momentum: 0.9 });

for (let step = 0; step <= 100; step++) {
  const { value, gradients } = valueAndGrad(
    () => crossEntropy(network.forward(inputs), labels),
    optimizer.parameters,
  );
  if (step % 50 === 0) console.log(step, value.item().toFixed(4));
  optimizer.step(gradients);
}
// => 0 0.69…
// => 50 0.0…
// => 100 0.0…

console.log(score(network.forward(inputs), labels).accuracy); // => 1
