/*
 * A convolutional network learns handwritten digits: filters slide over the images, batch normalization keeps the numbers in
 * range, and pooling keeps the strongest answer of each place.
 */
import { valueAndGrad } from '@renyi/autodiff';
import {
  Adam,
  BatchNorm2d,
  Conv2d,
  Flatten,
  Linear,
  MaxPool2d,
  ReLU,
  score,
  Sequential,
  stratifiedSplit,
  summary,
} from '@renyi/nn';
import { loadDigits } from '@renyi/nn/digits';
import { crossEntropy, Generator, scope, type Tensor } from '@renyi/tensor';

const generator = new Generator(1);
const digits = await loadDigits();
const [test, training] = stratifiedSplit(digits, [0.2], generator);
if (training === undefined || test === undefined) throw new Error('two parts were asked for');

const network = new Sequential(
  new Conv2d(1, 16, 3, { padding: 1, bias: false, generator }),
  new BatchNorm2d(16),
  new ReLU(),
  new MaxPool2d(2),
  new Conv2d(16, 32, 3, { padding: 1, bias: false, generator }),
  new BatchNorm2d(32),
  new ReLU(),
  new MaxPool2d(2),
  new Flatten(),
  new Linear(128, 10, { generator }),
);
console.log(String(summary(network, [1, 1, 8, 8])));
// => layer  kind         output         parameters  multiply-adds
// => ------------------------------------------------------------
// =>        Sequential   [1, 10]             6,138         84,224
// =>   0    Conv2d       [1, 16, 8, 8]         144          9,216
// =>   1    BatchNorm2d  [1, 16, 8, 8]          32              0
// =>   2    ReLU         [1, 16, 8, 8]           0              0
// =>   3    MaxPool2d    [1, 16, 4, 4]           0              0
// =>   4    Conv2d       [1, 32, 4, 4]       4,608         73,728
// =>   5    BatchNorm2d  [1, 32, 4, 4]          64              0
// =>   6    ReLU         [1, 32, 4, 4]           0              0
// =>   7    MaxPool2d    [1, 32, 2, 2]           0              0
// =>   8    Flatten      [1, 128]                0              0
// =>   9    Linear       [1, 10]             1,290          1,280

const images = (inputs: Tensor): Tensor => inputs.reshape([-1, 1, 8, 8]);
const optimizer = new Adam(network.parameters(), { learningRate: 0.01 });
const batchSize = 64;
for (let epoch = 0; epoch < 3; epoch++) {
  const order = generator.permutation(training.size);
  for (let start = 0; start < order.length; start += batchSize) {
    // A step is a scope: what it makes on the way is freed at its end.
    scope(() => {
      const { inputs, labels } = training.batch(order.subarray(start, start + batchSize));
      const { gradients } = valueAndGrad(
        () => crossEntropy(network.forward(images(inputs)), labels),
        optimizer.parameters,
      );
      optimizer.step(gradients);
    });
  }
}

// Images are now normalized by what all batches were like, and not by each other.
network.eval();
const { inputs, labels } = test.tensors();
const { accuracy } = score(network.forward(images(inputs)), labels);
console.log(accuracy > 0.95); // => true
