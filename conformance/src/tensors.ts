import { type DType, type Tensor, tensor } from '@renyi/tensor';
import type { Answer } from './adapter-contract.js';
import type { DecodedTensor, FloatDType } from './format.js';

let floatDType: FloatDType = 'float64';

/** The dtype of all float tensors from now on. */
export function useFloat(dtype: FloatDType): void {
  floatDType = dtype;
}

function dtypeOf(dtype: DecodedTensor['dtype']): DType {
  if (dtype === 'int64') return 'int32';
  return dtype === 'bool' ? 'bool' : floatDType;
}

export function toTensor({ shape, dtype, data }: DecodedTensor): Tensor {
  return tensor(Float64Array.from(data, Number), { shape, dtype: dtypeOf(dtype) });
}

export async function toAnswer(x: Tensor): Promise<Answer> {
  return { shape: x.shape, data: await x.data() };
}
