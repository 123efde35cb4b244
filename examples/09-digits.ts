/*
 * A multilayer perceptron learns handwritten digits, as it is done in practice: features scaled by what the training part alone is like, batches in
 * a new order each epoch, a learning rate that falls, and figures that say more than how many are right.
 */
import { valueAndGrad } from '@renyi/autodiff';
import { calibration, calibrationError, cosine, mlp, score, SGD, stratifiedSplit } from '@renyi/nn';
import { DataLoader, reportOf, scalingOf, standardize } from '@renyi/nn/data';
import { loadDigits } from '@renyi/nn/digits';
import { crossEntropy, Generator, scope, softmax } from '@renyi/tensor';

const generator = new Generator(1);
const digits = await loadDigits();
const { size, counts, duplicates } = reportOf(digits);
console.log(size, Math.min(...counts), Math.max(...counts), duplicates); // => 1797 174 183 0

const [testPart, trainingPart] = stratifiedSplit(digits, [0.2], generator);
if (trainingPart === undefined || testPart === undefined) throw new Error('two parts were asked for');
const scaling = scalingOf(trainingPart);
const training = standardize(trainingPart, scaling);
const test = standardize(testPart, scaling).tensors();

const network = mlp([64, 64, 10], { generator });
const loader = new DataLoader(training, { batchSize: 64, generator });
const epochs = 15;
const optimizer = new SGD(network.parameters(), {
  learningRate: cosine({ from: 0.1, steps: epochs * loader.length }),
  momentum: 0.9,
  nesterov: true,
});
for (let epoch = 0; epoch < epochs; epoch++) {
  let total = 0;
  for (let batch = 0; batch < loader.length; batch++) {
    // A step is a scope: its batch and all it makes of it are freed at its end.
    total += scope(() => {
      const { inputs, labels } = loader.next();
      const loss = () => crossEntropy(network.forward(inputs), labels);
      const { value, gradients } = valueAndGrad(loss, optimizer.parameters);
      optimizer.step(gradients);
      return value.item();
    });
  }
  if (epoch % 7 === 0) console.log(epoch, (total / loader.length).toFixed(3));
}
// => 0 1.…
// => 7 0.0…
// => 14 0.0…

const logits = network.forward(test.inputs);
const { accuracy, nll } = score(logits, test.labels);
console.log(accuracy > 0.96, nll < 0.15); // => true true

// A network that says 90 % should be right nine times out of ten: by how much is it off?
const bins = calibration(softmax(logits).dataSync(), test.labels.dataSync());
console.log(calibrationError(bins) < 0.05); // => true
