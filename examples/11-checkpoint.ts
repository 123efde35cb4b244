/*
 * A network that PyTorch trained goes on here, and back. In Python, `safetensors.torch.save_file(network.state_dict(), path)` writes such a file
 * and `network.load_state_dict(safetensors.torch.load_file(path))` reads one; names and layouts are the same on both sides.
 */
import { decodeSafetensors, encodeSafetensors, Linear, score, Sequential } from '@renyi/nn';
import { readData } from '@renyi/nn/data';
import { Generator } from '@renyi/tensor';
import { dataFile, fashionFiles, fashionNetwork } from './fashion.js';

const file = await dataFile('fashion-cnn.safetensors');
const { tensors, metadata } = decodeSafetensors(file.bytes);
console.log(Object.keys(tensors).slice(0, 4).join(' ')); // => 1.num_batches_tracked 5.num_batches_tracked 0.weight 1.bias

// The same layers in the same order: what they start from does not matter.
const network = fashionNetwork(new Generator(0));
network.loadStateDict(tensors);

// As right as it was there, on the same test images.
const data = await readData(await fashionFiles());
if (data.kind !== 'numbers' || data.test === undefined)
  throw new Error('images in two parts were to be read');
const { inputs, labels } = data.test.tensors();
const { accuracy } = score(network.eval().forward(inputs.reshape([-1, ...data.shape])), labels);
console.log(`${Math.round(accuracy * labels.size)} of ${labels.size}, in PyTorch ${metadata['right']}`);
// => 158 of 200, in PyTorch 158 of 200

// What does not fit is refused, all of it at once.
try {
  new Sequential(new Linear(784, 10, { generator: new Generator(0) })).loadStateDict(tensors);
} catch (error) {
  console.log(error instanceof Error && error.message.includes('5.running_mean')); // => true
}

console.log(encodeSafetensors(network.stateDict()).length > 37_000); // => true
