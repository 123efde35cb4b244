import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  type AvgPoolOptions,
  maxPool1d,
  maxPool2d,
  type MaxPoolOptions,
  type PerAxis,
  type Tensor,
} from '@renyi/tensor';
import { Module } from '../module.js';

/** `maxPool1d` as a module. @see torch.nn.MaxPool1d */
export class MaxPool1d extends Module {
  constructor(
    readonly kernel: PerAxis,
    readonly options: MaxPoolOptions = {},
  ) {
    super();
  }

  /** @throws ShapeError, ConfigError as `maxPool1d` */
  override forward(x: Tensor): Tensor {
    return maxPool1d(x, this.kernel, this.options);
  }
}

/** `maxPool2d` as a module. @see torch.nn.MaxPool2d */
export class MaxPool2d extends Module {
  constructor(
    readonly kernel: PerAxis,
    readonly options: MaxPoolOptions = {},
  ) {
    super();
  }

  /** @throws ShapeError, ConfigError as `maxPool2d` */
  override forward(x: Tensor): Tensor {
    return maxPool2d(x, this.kernel, this.options);
  }
}

/** `avgPool1d` as a module. @see torch.nn.AvgPool1d */
export class AvgPool1d extends Module {
  constructor(
    readonly kernel: PerAxis,
    readonly options: AvgPoolOptions = {},
  ) {
    super();
  }

  /** @throws ShapeError, ConfigError as `avgPool1d` */
  override forward(x: Tensor): Tensor {
    return avgPool1d(x, this.kernel, this.options);
  }
}

/** `avgPool2d` as a module. @see torch.nn.AvgPool2d */
export class AvgPool2d extends Module {
  constructor(
    readonly kernel: PerAxis,
    readonly options: AvgPoolOptions = {},
  ) {
    super();
  }

  /** @throws ShapeError, ConfigError as `avgPool2d` */
  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.kernel, this.options);
  }
}

/** `adaptiveAvgPool1d` as a module. @see torch.nn.AdaptiveAvgPool1d */
export class AdaptiveAvgPool1d extends Module {
  constructor(readonly size: PerAxis) {
    super();
  }

  /** @throws ShapeError, ConfigError as `adaptiveAvgPool1d` */
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool1d(x, this.size);
  }
}

/** `adaptiveAvgPool2d` as a module. @see torch.nn.AdaptiveAvgPool2d */
export class AdaptiveAvgPool2d extends Module {
  constructor(readonly size: PerAxis) {
    super();
  }

  /** @throws ShapeError, ConfigError as `adaptiveAvgPool2d` */
  override forward(x: Tensor): Tensor {
    return adaptiveAvgPool2d(x, this.size);
  }
}
