/**
 * Networks of the literature, each with its paper.
 * @packageDocumentation
 */
export { CharCNN } from './models/char-cnn.js';
export { DenseNet121 } from './models/densenet.js';
export { FastText } from './models/fasttext.js';
export { GoogLeNet } from './models/googlenet.js';
export { LeNet } from './models/lenet.js';
export { MobileNet } from './models/mobilenet.js';
export type { ImageModelOptions, ModelOptions } from './models/options.js';
export {
  type ResNet,
  resnet18,
  resnet34,
  resnet50,
  type ResNetOptions,
  seResnet50,
} from './models/resnet.js';
export { VGG16 } from './models/vgg.js';
export { VisionTransformer, type VisionTransformerOptions } from './models/vit.js';
