import {
  elu,
  gelu,
  type GeluOptions,
  leakyRelu,
  logSoftmax,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  type SoftplusOptions,
  type Tensor,
  tanh,
} from '@renyi/tensor';
import { Module } from './module.js';

/** max(x, 0), elementwise; derivative 1 where x > 0, else 0. @see torch.nn.ReLU */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** tanh(x), elementwise; derivative 1 - tanh(x)^2. @see torch.nn.Tanh */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/** `sigmoid`, elementwise. @see torch.nn.Sigmoid */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** `silu`, x sigmoid(x), elementwise. @see torch.nn.SiLU */
export class SiLU extends Module {
  override forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/** `selu`, elementwise. @see torch.nn.SELU */
export class SELU extends Module {
  override forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/** `gelu`, x times the normal distribution function, elementwise. @see torch.nn.GELU */
export class GELU extends Module {
  constructor(readonly options: GeluOptions = {}) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return gelu(x, this.options);
  }
}

/** `leakyRelu`, elementwise. @see torch.nn.LeakyReLU */
export class LeakyReLU extends Module {
  constructor(readonly options: { readonly negativeSlope?: number } = {}) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return leakyRelu(x, this.options);
  }
}

/** `elu`, elementwise. @see torch.nn.ELU */
export class ELU extends Module {
  constructor(readonly options: { readonly alpha?: number } = {}) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return elu(x, this.options);
  }
}

/** `softplus`, elementwise. @see torch.nn.Softplus */
export class Softplus extends Module {
  constructor(readonly options: SoftplusOptions = {}) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return softplus(x, this.options);
  }
}

/** `softmax` along an axis, the last by default. @see torch.nn.Softmax */
export class Softmax extends Module {
  constructor(readonly axis: number = -1) {
    super();
  }

  /** @throws ShapeError for an axis that x does not have @throws DomainError for no classes */
  override forward(x: Tensor): Tensor {
    return softmax(x, { axis: this.axis });
  }
}

/** `logSoftmax` along an axis, the last by default. @see torch.nn.LogSoftmax */
export class LogSoftmax extends Module {
  constructor(readonly axis: number = -1) {
    super();
  }

  /** @throws ShapeError for an axis that x does not have @throws DomainError for no classes */
  override forward(x: Tensor): Tensor {
    return logSoftmax(x, { axis: this.axis });
  }
}
