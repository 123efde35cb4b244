import { type Dataset, mlp, type Module, type Optimizer, SGD } from '@renyi/nn';
import type { Generator } from '@renyi/tensor';
import type { TrainingConfig } from './config.js';
import { isConstant } from './schedule.js';

/** How students come to be, where they are no multi-layer perceptrons. */
export type StudentFactory = (
  k: number,
  settings: TrainingConfig,
  generator: Generator,
  dataset: Dataset,
) => { readonly module: Module; readonly optimizer: Optimizer };

/** A multi-layer perceptron as the settings describe it, with stochastic gradient descent. */
export function newPerceptron(
  _: number,
  settings: TrainingConfig,
  generator: Generator,
  { features, classes }: Pick<Dataset, 'features' | 'classes'>,
): { module: Module; optimizer: Optimizer } {
  const { hidden, learningRate, momentum, weightDecay } = settings;
  const module = mlp([features, ...hidden, classes], { generator });
  const options = {
    // A schedule sets the rate before each step.
    learningRate: isConstant(learningRate) ? learningRate : 1,
    momentum,
    nesterov: momentum > 0,
    weightDecay,
  };
  return { module, optimizer: new SGD(module.parameters(), options) };
}
