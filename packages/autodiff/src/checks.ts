import {
  BackendError,
  checkLive,
  DTypeError,
  formatShape,
  isFloat,
  sameShape,
  ShapeError,
  Tensor,
} from '@renyi/tensor';
import { leavesOf, tensors, type Tree } from './tree.js';

/** @throws DTypeError unless every tensor is float: integers have no derivative. */
export function checkVariables(operation: string, variables: readonly Tensor[]): void {
  for (const [i, variable] of variables.entries()) {
    const { dtype, shape } = variable;
    checkLive(operation, variable, `tensor ${i} of ${variables.length}`);
    if (isFloat(dtype)) continue;
    throw new DTypeError(operation, {
      expected: 'float32 or float64 tensors to differentiate by',
      got: `${dtype} of shape ${formatShape(shape)}`,
      difference: `tensor ${i} of ${variables.length}`,
      remedy: 'Cast it to float32, or pass it as a further argument',
    });
  }
}

/** The tensors in what a function returned. @throws DTypeError when it is no tensor, nor a tree of them */
export function resultLeaves(operation: string, result: Tree<Tensor>): Tensor[] {
  const isTree = typeof result === 'object' && !((result as unknown) instanceof Promise);
  if (!isTree) {
    throw new DTypeError(operation, {
      expected: 'a function whose result is a tensor',
      got: (result as unknown) instanceof Promise ? 'a promise' : typeof result,
      remedy: 'Return the tensor itself, neither item() nor a promise of it',
    });
  }
  const leaves = leavesOf(operation, tensors, result, 'in what the function returns');
  for (const y of leaves) checkLive(operation, y);
  return leaves;
}

/** @throws DTypeError unless what a function returned is float. */
export function checkFloat(operation: string, result: Tensor): void {
  if (!isFloat(result.dtype)) {
    throw new DTypeError(operation, { expected: 'a function whose result is float', got: result.dtype });
  }
}

/** @throws ShapeError, DTypeError unless the loss is one float. */
export function checkLoss(operation: string, loss: Tensor): void {
  if (!(loss instanceof Tensor)) {
    resultLeaves(operation, loss);
    throw new DTypeError(operation, { expected: 'a function whose result is a tensor', got: 'a tree' });
  }
  checkLive(operation, loss);
  checkFloat(operation, loss);
  if (loss.rank !== 0) {
    throw new ShapeError(operation, {
      expected: 'a function whose result is a scalar, shape []',
      got: `shape ${formatShape(loss.shape)}`,
      remedy: 'Reduce it with sum() or mean(), or give a cotangent to vjp',
    });
  }
}

/**
 * The tensors in a cotangent of an output, or in the tangents of inputs, in the order of those in `points`.
 * @throws ShapeError, DTypeError, BackendError unless there is one for each of them, in the same place: of its shape, on its
 *   backend, and a tangent float
 */
export function checkDirection(
  operation: string,
  name: 'cotangent' | 'tangent',
  points: Tree<Tensor>,
  direction: unknown,
  of: 'input' | 'output' = name === 'cotangent' ? 'output' : 'input',
): Tensor[] {
  // Refuses what is no tree.
  leavesOf(operation, tensors, direction as Tree<Tensor>, `to be a ${name}`);
  const due = leavesByPlace(points);
  const found = leavesByPlace(direction as Tree<Tensor>);
  const missing = [...due.keys()].filter((place) => !found.has(place));
  const unexpected = [...found.keys()].filter((place) => !due.has(place));
  if (missing.length > 0 || unexpected.length > 0) {
    const label = (place: string): string => (place === '' ? 'a single tensor' : place);
    throw new ShapeError(operation, {
      expected:
        name === 'tangent' && of === 'input' && Array.isArray(points)
          ? `a tangent for each of ${points.length} inputs`
          : `a ${name} in the form of the ${of}`,
      got: `${found.size} ${found.size === 1 ? 'tensor' : 'tensors'}`,
      difference: [
        ...missing.map((place) => `missing ${label(place)}`),
        ...unexpected.map((place) => `unexpected ${label(place)}`),
      ].join(', '),
    });
  }
  return Array.from(due, ([place, point], i) => {
    const g = found.get(place) as Tensor;
    const difference = place === '' ? {} : { difference: `${name} ${i} of ${due.size}` };
    checkLive(operation, g, difference.difference);
    checkOne(operation, name, of, point, g, difference);
    return g;
  });
}

function checkOne(
  operation: string,
  name: string,
  of: string,
  point: Tensor,
  { shape, dtype, storage }: Tensor,
  difference: { readonly difference?: string },
): void {
  if (!sameShape(shape, point.shape)) {
    const expected = `a ${name} of the ${of}'s shape ${formatShape(point.shape)}`;
    throw new ShapeError(operation, { expected, got: formatShape(shape), ...difference });
  }
  // A cotangent is cast to the dtype of the output.
  if (name === 'tangent' && !isFloat(dtype)) {
    throw new DTypeError(operation, { expected: 'a float32 or float64 tangent', got: dtype, ...difference });
  }
  if (storage.backend !== point.storage.backend) {
    throw new BackendError(operation, {
      expected: `a ${name} on the ${of}'s backend '${point.storage.backend.name}'`,
      got: `one on '${storage.backend.name}'`,
      ...difference,
      remedy: 'Move it with to(): nothing is copied between backends without a call that says so',
    });
  }
}

/** The tensors of a tree by their places, such as `.w[1]`, in the order of `leavesOf`. */
export function leavesByPlace(tree: Tree<Tensor>, at = ''): Map<string, Tensor> {
  if (tree instanceof Tensor) return new Map([[at, tree]]);
  const below = Array.isArray(tree)
    ? tree.map((branch: Tree<Tensor>, i) => leavesByPlace(branch, `${at}[${i}]`))
    : Object.entries(tree).map(([key, branch]) => leavesByPlace(branch, `${at}.${key}`));
  return new Map(below.flatMap((leaves) => [...leaves]));
}
