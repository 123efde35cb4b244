import { Parameter } from '@renyi/autodiff';
import {
  add,
  batchNorm,
  cast,
  ConfigError,
  div,
  type DType,
  formatShape,
  ones,
  ShapeError,
  type Tensor,
  zeros,
} from '@renyi/tensor';
import { StateBuffer } from '../state-buffer.js';
import { Module } from '../module.js';
import { movedStatistics } from '../running-statistics.js';
import { checkCounts } from './checks.js';

export interface BatchNormModuleOptions {
  /** Added to the variance; 1e-5 by default. */
  readonly epsilon?: number;
  /** How much of a batch goes into the running averages, 0.1 by default; null for the average of all batches so far. */
  readonly momentum?: number | null;
  /** Whether there is a weight and a bias for each channel; true by default. */
  readonly affine?: boolean;
  /** Whether there are running averages; true by default. Without them, evaluation takes the batch's own statistics too. */
  readonly trackRunningStats?: boolean;
  /** float32 (the default) or float64. */
  readonly dtype?: DType;
}

/** In training the batch's statistics, which also move the running averages; in evaluation the running averages. */
abstract class BatchNorm extends Module {
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  readonly runningMean: StateBuffer | undefined;
  readonly runningVariance: StateBuffer | undefined;
  readonly batchesTracked: StateBuffer | undefined;
  readonly #epsilon: number;
  readonly #momentum: number | null;

  /** @throws ConfigError unless there is a channel, and the momentum is in [0, 1] or null */
  constructor(
    readonly channels: number,
    options: BatchNormModuleOptions = {},
  ) {
    super();
    const {
      epsilon = 1e-5,
      momentum = 0.1,
      affine = true,
      trackRunningStats = true,
      dtype = 'float32',
    } = options;
    checkCounts('BatchNorm', { channels });
    if (momentum !== null && !(momentum >= 0 && momentum <= 1)) {
      throw new ConfigError('BatchNorm', {
        expected: 'a momentum from 0 to 1, or null',
        got: String(momentum),
      });
    }
    const shape = [channels];
    this.weight = affine ? new Parameter(ones(shape, { dtype })) : undefined;
    this.bias = affine ? new Parameter(zeros(shape, { dtype })) : undefined;
    if (trackRunningStats) {
      this.runningMean = new StateBuffer(zeros(shape, { dtype }));
      this.runningVariance = new StateBuffer(ones(shape, { dtype }));
      this.batchesTracked = new StateBuffer(zeros([], { dtype: 'int32' }));
    }
    this.#epsilon = epsilon;
    this.#momentum = momentum;
  }

  protected override fields(): Iterable<readonly [string, unknown]> {
    return [
      ['weight', this.weight],
      ['bias', this.bias],
      ['running_mean', this.runningMean],
      ['running_var', this.runningVariance],
      ['num_batches_tracked', this.batchesTracked],
    ];
  }

  protected normalized(operation: string, x: Tensor, ranks: readonly number[]): Tensor {
    if (!ranks.includes(x.rank) || x.shape[1] !== this.channels) {
      const forms = ranks.map(
        (rank) => `[batch, ${[this.channels, 'length', 'width'].slice(0, rank - 1).join(', ')}]`,
      );
      const expected = ranks.length === 1 ? `[batch, ${this.channels}, height, width]` : forms.join(' or ');
      throw new ShapeError(operation, { expected, got: formatShape(x.shape) });
    }
    const options = {
      epsilon: this.#epsilon,
      ...(this.weight && { weight: this.weight.value }),
      ...(this.bias && { bias: this.bias.value }),
    };
    const { runningMean: mean, runningVariance: variance } = this;
    if (!this.training && mean && variance) {
      return batchNorm(x, { ...options, mean: mean.value, variance: variance.value });
    }
    const y = batchNorm(x, options);
    if (this.training) this.#track(x);
    return y;
  }

  #track(x: Tensor): void {
    const { runningMean, runningVariance, batchesTracked } = this;
    if (!(runningMean && runningVariance && batchesTracked)) return;
    batchesTracked.value = add(batchesTracked.value, 1);
    const momentum = this.#momentum ?? div(1, cast(batchesTracked.value, runningMean.value.dtype));
    const previous = { mean: runningMean.value, variance: runningVariance.value };
    const { mean, variance } = movedStatistics(x, previous, momentum);
    runningMean.value = mean;
    runningVariance.value = variance;
  }
}

/**
 * `batchNorm` of x [batch, channels] or [batch, channels, length]. In training with the batch's statistics, which also move the
 * running averages by `momentum`, the variance as the unbiased one; in evaluation with these averages.
 * @see torch.nn.BatchNorm1d
 */
export class BatchNorm1d extends BatchNorm {
  /** @throws ShapeError for another shape @throws DomainError in training for a single element a channel */
  override forward(x: Tensor): Tensor {
    return this.normalized('BatchNorm1d', x, [2, 3]);
  }
}

/**
 * `batchNorm` of x [batch, channels, height, width]. In training with the batch's statistics, which also move the running averages
 * by `momentum`, the variance as the unbiased one; in evaluation with these averages.
 * @see torch.nn.BatchNorm2d
 *
 * @example
 * import { Generator } from '@renyi/tensor';
 * import { BatchNorm2d } from '@renyi/nn';
 * const layer = new BatchNorm2d(3);
 * layer.forward(new Generator(0).normal([4, 3, 8, 8]));
 * console.log(Object.keys(layer.stateDict()).join(' ')); // => weight bias running_mean running_var num_batches_tracked
 * console.log(layer.stateDict().num_batches_tracked?.item()); // => 1
 */
export class BatchNorm2d extends BatchNorm {
  /** @throws ShapeError for another shape @throws DomainError in training for a single element a channel */
  override forward(x: Tensor): Tensor {
    return this.normalized('BatchNorm2d', x, [4]);
  }
}
