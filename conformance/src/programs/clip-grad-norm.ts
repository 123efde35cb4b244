import { clipGradientNorm } from '@renyi/nn';
import type { Tensor } from '@renyi/tensor';
import type { Program } from '../adapter-contract.js';
import type { GoldenCase, GoldenNumber, GoldenTensor } from '../format.js';
import { toTensor } from '../tensors.js';

interface ClipCase extends GoldenCase {
  readonly attrs: { readonly max_norm: number; readonly norm_type: number | 'inf' };
  readonly grads_in: readonly GoldenTensor[];
  readonly total_norm: GoldenNumber;
  readonly grads_out: readonly GoldenTensor[];
}

export const clipGradNorm: Program = async (golden, { dec }) => {
  const { attrs, grads_in, total_norm, grads_out } = golden as unknown as ClipCase;
  const order = attrs.norm_type === 'inf' ? Number.POSITIVE_INFINITY : attrs.norm_type;
  const given = grads_in.map((x) => toTensor(dec(x)));
  const { gradients, norm } = clipGradientNorm(given, attrs.max_norm, { order });
  const clipped = grads_out.map(async ({ data: want }, i) => {
    const got = await (gradients[i] as Tensor).data();
    return { name: `gradient ${i}`, got, want };
  });
  return [{ name: 'norm', got: [norm], want: [total_norm] }, ...(await Promise.all(clipped))];
};
