import * as api from '@renyi/tensor';
import type { ConvolutionOptions, ConvTransposeOptions, Tensor } from '@renyi/tensor';
import { type Attributes, input, type Inputs, type Operation, optional, type Table } from './operation.js';

type Convolve = (x: Tensor, weight: Tensor, options: ConvolutionOptions) => Tensor;
type ConvolveTransposed = (x: Tensor, weight: Tensor, options: ConvTransposeOptions) => Tensor;

function steps(inputs: Inputs, { stride, dilation = 1, groups = 1 }: Attributes) {
  return { ...optional('bias', inputs['bias']), stride: stride ?? 1, dilation, groups };
}

function convolution(f: Convolve): Operation {
  return (inputs, attrs) =>
    f(input(inputs, 'x'), input(inputs, 'weight'), { ...steps(inputs, attrs), padding: attrs.padding ?? 0 });
}

function transposed(f: ConvolveTransposed): Operation {
  return (inputs, attrs) =>
    f(input(inputs, 'x'), input(inputs, 'weight'), {
      ...steps(inputs, attrs),
      padding: typeof attrs.padding === 'string' ? 0 : (attrs.padding ?? 0),
      outputPadding: attrs.output_padding ?? 0,
    });
}

export const convolutions: Table = {
  conv1d: convolution(api.conv1d),
  conv2d: convolution(api.conv2d),
  conv_transpose1d: transposed(api.convTranspose1d),
  conv_transpose2d: transposed(api.convTranspose2d),
};
