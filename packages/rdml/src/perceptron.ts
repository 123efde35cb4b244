import { Adam, AdamW, type Dataset, mlp, type Module, type Optimizer, Sequential, SGD } from '@renyi/nn';
import { ConfigError, flatten, type Generator, type Tensor } from '@renyi/tensor';
import type { TrainingConfig } from './config.js';
import { modelOf } from './model-setting.js';
import { isConstant } from './schedule.js';

/** What a network must know of the rows that it is given. */
export type RowKind = Pick<Dataset, 'features' | 'classes' | 'shape' | 'dtype'>;

/** How students come to be, where they are no multi-layer perceptrons. */
export type StudentFactory = (
  k: number,
  settings: TrainingConfig,
  generator: Generator,
  rows: RowKind,
) => { readonly module: Module; readonly optimizer: Optimizer };

/**
 * A multi-layer perceptron as the settings describe it, with its optimizer.
 * @throws ConfigError for another model, and for rows that are no numbers
 */
export function newPerceptron(
  _: number,
  settings: TrainingConfig,
  generator: Generator,
  { features, classes, shape, dtype }: RowKind,
): { module: Module; optimizer: Optimizer } {
  const { name } = modelOf(settings.model);
  if (name !== 'mlp') {
    throw new ConfigError('Training', {
      expected: 'model to be mlp',
      got: name,
      remedy: 'For other networks pass { newStudent } with that of @renyi/rdml/models',
    });
  }
  if (dtype === 'int32') {
    throw new ConfigError('Training', {
      expected: 'model to be fasttext or charcnn for texts',
      got: name,
    });
  }
  const layers = mlp([features, ...settings.hidden, classes], { generator });
  const module = shape.length === 1 ? layers : new OnFlatRows(...layers.layers);
  return { module, optimizer: newOptimizer(module, settings) };
}

/** Layers that see each image as a row of numbers. */
class OnFlatRows extends Sequential {
  override forward(x: Tensor): Tensor {
    return super.forward(flatten(x, { start: 1 }));
  }
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
