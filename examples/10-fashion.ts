/*
 * A convolutional network learns Fashion-MNIST from files: which format they have and which of them are for testing is told by themselves. 400 images
 * are few, so each is seen shifted and mirrored, otherwise in every epoch. `pnpm experiment:fashion` does it with 10,000, beside PyTorch.
 */
import { valueAndGrad } from '@renyi/autodiff';
import { AdamW, oneCycle, score } from '@renyi/nn';
import {
  compose,
  DataLoader,
  randomCrop,
  randomFlip,
  readData,
  scalingOf,
  standardize,
} from '@renyi/nn/data';
import { crossEntropy, Generator, scope } from '@renyi/tensor';
import { fashionFiles, fashionNetwork } from './fashion.js';

const data = await readData(await fashionFiles());
if (data.kind !== 'numbers' || data.test === undefined)
  throw new Error('images in two parts were to be read');
const { format, shape, report } = data;
console.log(format, shape, report.train.size, report.test?.size, report.overlap); // => idx [ 1, 28, 28 ] 400 200 0

const scaling = scalingOf(data.train, { channels: 1 });
const [training, test] = [standardize(data.train, scaling), standardize(data.test, scaling).tensors()];

const generator = new Generator(1);
const network = fashionNetwork(generator);
const loader = new DataLoader(training, {
  batchSize: 40,
  generator,
  shape,
  transform: compose(randomCrop(1), randomFlip()),
});
const epochs = 8;
const optimizer = new AdamW(network.parameters(), {
  learningRate: oneCycle({ from: 0.001, peak: 0.02, to: 0.0001, steps: epochs * loader.length }),
  weightDecay: 0.01,
});
for (let epoch = 0; epoch < epochs; epoch++) {
  // The next batch is prepared while something else is waited for.
  for await (const { inputs, labels } of loader) {
    scope(() => {
      const loss = () => crossEntropy(network.forward(inputs), labels);
      optimizer.step(valueAndGrad(loss, optimizer.parameters).gradients);
    });
    for (const x of [inputs, labels]) x.dispose();
  }
}

network.eval();
const { accuracy } = score(network.forward(test.inputs.reshape([-1, ...shape])), test.labels);
console.log(accuracy > 0.7); // => true
