import {
  bind,
  type Inputs,
  isFloat,
  type Primitive,
  type PrimitiveName,
  primitives,
  type Tensor,
} from '@renyi/tensor';
import type { Sample } from './primitive-samples.testing.js';

/** The primitive as a function of its float operands, the others held fixed. */
export function asFunction(
  name: PrimitiveName,
  { inputs, attributes }: Sample<PrimitiveName>,
): [(...xs: Tensor[]) => Tensor, Tensor[]] {
  const places = [...inputs.keys()].filter((i) => isFloat((inputs[i] as Tensor).dtype));
  const f = (...xs: Tensor[]): Tensor => {
    const operands: Tensor[] = [...inputs];
    for (const [i, place] of places.entries()) operands[place] = xs[i] as Tensor;
    return bind(primitives[name] as Primitive<'add'>, operands as unknown as Inputs<'add'>, attributes);
  };
  return [f, places.map((place) => inputs[place] as Tensor)];
}
