import { Linear, Module } from '@renyi/nn';
import { type DType, Generator, relu, type Tensor } from '@renyi/tensor';

export type State = Readonly<Record<string, Tensor>>;

function extent(state: State, name: string, axis: number): number {
  return (state[name] as Tensor).shape[axis] as number;
}

/** A layer as large as the weights it is to take over. */
function linearOf(state: State, name: string): Linear {
  const [outputs, inputs] = [0, 1].map((axis) => extent(state, `${name}.weight`, axis)) as [number, number];
  const { dtype } = state[`${name}.weight`] as { readonly dtype: DType };
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
