import { BatchNorm2d, Conv2d, EmbeddingBag, LayerNorm, Linear, Module } from '@renyi/nn';
import {
  adaptiveAvgPool2d,
  type DType,
  flatten,
  gelu,
  Generator,
  maxPool2d,
  relu,
  reshape,
  tanh,
  type Tensor,
} from '@renyi/tensor';

export type State = Readonly<Record<string, Tensor>>;

/** The extents of a layer's weight, with which a layer as large is made. */
function weightOf(
  state: State,
  name: string,
): { readonly extents: readonly number[]; readonly dtype: DType } {
  const { shape: extents, dtype } = state[`${name}.weight`] as Tensor;
  return { extents, dtype };
}

/** A layer as large as the weights it is to take over. */
function linearOf(state: State, name: string): Linear {
  const { extents, dtype } = weightOf(state, name);
  const [outputs, inputs] = extents as [number, number];
  return new Linear(inputs, outputs, { generator: new Generator(0), dtype });
}

/** fc2(relu(fc1(x))). */
export class Perceptron extends Module {
  readonly fc1: Linear;
  readonly fc2: Linear;

  constructor(state: State) {
    super();
    this.fc1 = linearOf(state, 'fc1');
    this.fc2 = linearOf(state, 'fc2');
  }

  override forward(x: Tensor): Tensor {
    return this.fc2.forward(relu(this.fc1.forward(x)));
  }
}

/** Pictures of 8 x 8: max_pool2d(relu(bn1(conv1)), 2), gelu(conv2), the mean of each channel, fc. */
export class Convolutional extends Module {
  readonly conv1: Conv2d;
  readonly bn1: BatchNorm2d;
  readonly conv2: Conv2d;
  readonly fc: Linear;

  constructor(state: State) {
    super();
    const { extents, dtype } = weightOf(state, 'conv1');
    const options = { generator: new Generator(0), dtype };
    const [channels] = extents as [number];
    const [filters] = weightOf(state, 'conv2').extents as [number];
    this.conv1 = new Conv2d(1, channels, 3, { ...options, padding: 1, bias: false });
    this.bn1 = new BatchNorm2d(channels, { dtype });
    this.conv2 = new Conv2d(channels, filters, 3, { ...options, stride: 2, padding: 1, groups: 2 });
    this.fc = linearOf(state, 'fc');
  }

  override forward(x: Tensor): Tensor {
    const pictures = reshape(x, [-1, 1, 8, 8]);
    const first = maxPool2d(relu(this.bn1.forward(this.conv1.forward(pictures))), 2);
    const second = gelu(this.conv2.forward(first));
    return this.fc.forward(flatten(adaptiveAvgPool2d(second, 1), { start: 1 }));
  }
}

/** fc(tanh(ln(the mean of the words' rows))). */
export class BagOfWords extends Module {
  readonly emb: EmbeddingBag;
  readonly ln: LayerNorm;
  readonly fc: Linear;

  constructor(state: State) {
    super();
    const { extents, dtype } = weightOf(state, 'emb');
    const [rows, dimensions] = extents as [number, number];
    this.emb = new EmbeddingBag(rows, dimensions, { generator: new Generator(0), dtype });
    this.ln = new LayerNorm(dimensions, { dtype });
    this.fc = linearOf(state, 'fc');
  }

  override forward(words: Tensor): Tensor {
    return this.fc.forward(tanh(this.ln.forward(this.emb.forward(words))));
  }
}
