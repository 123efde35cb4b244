import {
  cast,
  DTypeError,
  formatShape,
  fullLike,
  isFloat,
  sameShape,
  ShapeError,
  type Tensor,
} from '@renyi/tensor';
import { checkResult, checkVariables } from './checks.js';
import { Dual } from './dual.js';
import type { JvpTable } from './jvp-rule.js';
import { jvpTable } from './jvp-table.js';

/** The value of a function at a point, and its derivative in a direction. */
export interface JacobianVectorProduct {
  readonly output: Tensor;
  /** How the output moves when the inputs move along their tangents; of the output's shape and dtype. */
  readonly tangent: Tensor;
}

/**
 * Runs `f` at `inputs` while they move along `tangents`: the Jacobian multiplied with a vector from the right, in forward
 * mode. Cost: a small multiple of that of `f`, whatever the size of the output; nothing is kept.
 * The tangent is zero where the output does not depend on an input that moves.
 * @param tangents a direction for each input, float and of its shape
 * @throws DTypeError when an input, a tangent or the output is not float
 * @throws ShapeError when a tangent does not have its input's shape
 * @see jax.jvp, torch.func.jvp
 *
 * @example
 * import { tensor } from '@renyi/tensor';
 * import { jvp } from '@renyi/autodiff';
 * const { output, tangent } = jvp((x) => x.mul(x), [tensor([1, 2, 3])], [tensor([1, 0, 10])]);
 * console.log(output.toArray()); // => [ 1, 4, 9 ]
 * console.log(tangent.toArray()); // => [ 2, 0, 60 ]
 */
export function jvp(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
): JacobianVectorProduct {
  return jvpByRules(jvpTable, 'jvp', f, inputs, tangents);
}

/** `jvp` by a given table of rules, in the name of a given operation. */
export function jvpByRules(
  rules: JvpTable,
  operation: string,
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  tangents: readonly Tensor[],
): JacobianVectorProduct {
  checkVariables(operation, inputs);
  checkTangents(operation, inputs, tangents);
  const dual = new Dual(rules);
  let moved: Tensor;
  try {
    moved = f(...inputs.map((x, i) => dual.move(x, cast(tangents[i] as Tensor, x.dtype))));
  } finally {
    dual.stop();
  }
  checkResult(operation, moved);
  const output = dual.primalOf(moved);
  return { output, tangent: dual.tangentOf(moved) ?? fullLike(output, 0) };
}

/** @throws ShapeError, DTypeError unless each input has a direction to move along. */
function checkTangents(operation: string, inputs: readonly Tensor[], tangents: readonly Tensor[]): void {
  if (tangents.length !== inputs.length) {
    throw new ShapeError(operation, {
      expected: `a tangent for each of ${inputs.length} inputs`,
      got: String(tangents.length),
    });
  }
  for (const [i, { shape, dtype }] of tangents.entries()) {
    const due = (inputs[i] as Tensor).shape;
    if (!sameShape(shape, due)) {
      throw new ShapeError(operation, {
        expected: `a tangent of the input's shape ${formatShape(due)}`,
        got: formatShape(shape),
        difference: `tangent ${i} of ${tangents.length}`,
      });
    }
    if (!isFloat(dtype)) {
      throw new DTypeError(operation, {
        expected: 'a float32 or float64 tangent',
        got: dtype,
        difference: `tangent ${i} of ${tangents.length}`,
      });
    }
  }
}
