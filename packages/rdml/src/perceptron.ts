import { Adam, AdamW, type Dataset, mlp, type Module, type Optimizer, SGD } from '@renyi/nn';
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

/** A multi-layer perceptron as the settings describe it, with its optimizer. */
export function newPerceptron(
  _: number,
  settings: TrainingConfig,
  generator: Generator,
  { features, classes }: Pick<Dataset, 'features' | 'classes'>,
): { module: Module; optimizer: Optimizer } {
  const module = mlp([features, ...settings.hidden, classes], { generator });
  return { module, optimizer: newOptimizer(module, settings) };
}

/** The optimizer that the settings name, for all parameters of a module. */
export function newOptimizer(module: Module, settings: TrainingConfig): Optimizer {
  const { optimizer, momentum, weightDecay } = settings;
  // A schedule sets the rate before each step.
  const learningRate = isConstant(settings.learningRate) ? settings.learningRate : 1;
  const parameters = module.parameters();
  switch (optimizer) {
    case 'nesterov':
      return new SGD(parameters, { learningRate, momentum, nesterov: momentum > 0, weightDecay });
    case 'sgd':
      return new SGD(parameters, { learningRate, momentum, weightDecay });
    case 'adam':
      return new Adam(parameters, { learningRate, weightDecay });
    case 'adamw':
      return new AdamW(parameters, { learningRate, weightDecay });
  }
}
