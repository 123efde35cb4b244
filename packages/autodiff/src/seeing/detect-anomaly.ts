import { isFloat, type PrimitiveName, Tensor } from '@renyi/tensor';
import { type Parameter, substitute, withoutRepetition } from '../parameter.js';
import { leavesOf, parameters as areParameters, type Tree } from '../tree.js';
import { AnomalyError, type NotFinite } from './anomaly-error.js';
import { stackHere, userFrames } from './call-site.js';
import { Onlooker } from './onlooker.js';
import type { ObservedNode, TapeObserver } from './tape-observer.js';

export interface AnomalyOptions {
  /** Only NaN counts: for functions that mean their infinities, such as a mask of -Infinity. */
  readonly nanOnly?: boolean;
  /** Parameters that the function uses: operations on them alone are checked, too. */
  readonly parameters?: Tree<Parameter>;
}

/**
 * `f`, watched: the first operation whose output is not finite, or which hands on a gradient that is not, throws an
 * `AnomalyError` that names it and the place where it was called. Give it the function that takes the derivative
 * (`detectAnomaly(grad(loss))`), and the backward pass is watched as well; of the operations within a derivative's rule only
 * what comes out is looked at.
 *
 * It watches the tensors in the arguments, in arrays and plain records of them, and whatever is made from these. Nothing
 * outside of this call is affected. It reads every result at once and notes every call: for debugging.
 * @throws AnomalyError
 * @throws BackendError on a backend that cannot be read at once
 * @see torch.autograd.detect_anomaly, jax_debug_nans
 *
 * @example
 * import { sqrt, type Tensor, tensor } from '@renyi/tensor';
 * import { AnomalyError, detectAnomaly, grad } from '@renyi/autodiff';
 * const norm = (x: Tensor) => sqrt(x.mul(x).sum());
 * try {
 *   detectAnomaly(grad(norm))(tensor([0, 0])); // the derivative of the square root has a pole at 0
 * } catch (error) {
 *   if (error instanceof AnomalyError) console.log(error.phase, error.primitive, error.value);
 * }
 * // => backward sqrt Infinity
 */
export function detectAnomaly<Arguments extends unknown[], Result>(
  f: (...inputs: Arguments) => Result,
  options: AnomalyOptions = {},
): (...inputs: Arguments) => Result {
  return (...inputs) => {
    const detector = new Detector(options.nanOnly ?? false);
    const { distinct } = withoutRepetition(
      leavesOf('detectAnomaly', areParameters, options.parameters ?? [], 'to watch'),
    );
    const values = distinct.map((parameter) => detector.watch(parameter.value));
    const watched = mapTensors(inputs, (x) => detector.watch(x)) as Arguments;
    try {
      const result = substitute(distinct, values, () => f(...watched), 'detectAnomaly');
      return mapTensors(result, (x) => detector.primalOf(x)) as Result;
    } finally {
      detector.stop();
    }
  };
}

class Detector extends Onlooker implements TapeObserver {
  override readonly tapeObserver: TapeObserver = this;
  readonly #sites = new WeakMap<ObservedNode, Error>();
  /** How many backward passes are on their way: one may run inside another's, in a rule that computes again. */
  #depth = 0;

  constructor(private readonly nanOnly: boolean) {
    super();
  }

  protected saw(
    primitive: PrimitiveName,
    operands: readonly Tensor[],
    _attributes: object,
    output: Tensor,
  ): void {
    // Of a rule, the result counts: what it computes on the way may be infinite where it is masked afterwards.
    if (this.#depth > 0) return;
    const anomaly = this.#find(output);
    if (anomaly === undefined) return;
    throw new AnomalyError({
      phase: 'forward',
      primitive,
      ...anomaly,
      shape: output.shape,
      dtype: output.dtype,
      operands: [...operands.keys()].filter((i) => this.#find(operands[i] as Tensor) !== undefined),
      site: userFrames(stackHere()).join('\n'),
    });
  }

  recorded(node: ObservedNode): void {
    this.#sites.set(node, stackHere());
  }

  visiting(_node: ObservedNode, _g: Tensor, pushBack: () => void): void {
    this.#depth += 1;
    try {
      pushBack();
    } finally {
      this.#depth -= 1;
    }
  }

  contributed(node: ObservedNode, _parent: ObservedNode, contribution: Tensor): void {
    const anomaly = this.#find(contribution);
    if (anomaly === undefined) return;
    throw new AnomalyError({
      phase: 'backward',
      primitive: node.operation as PrimitiveName,
      ...anomaly,
      shape: contribution.shape,
      dtype: contribution.dtype,
      operands: [],
      site: userFrames(this.#sites.get(node) as Error).join('\n'),
    });
  }

  /** The first element that is not as it should be. */
  #find(x: Tensor): { readonly value: NotFinite; readonly position: number[] } | undefined {
    if (!isFloat(x.dtype)) return undefined;
    const elements = x.dataSync();
    const isWrong = this.nanOnly ? Number.isNaN : (element: number) => !Number.isFinite(element);
    let place = elements.findIndex(isWrong);
    if (place < 0) return undefined;
    const value = String(elements[place]) as NotFinite;
    const position = x.shape.map(() => 0);
    for (let axis = x.rank - 1; axis >= 0; axis--) {
      const extent = x.shape[axis] as number;
      position[axis] = place % extent;
      place = Math.floor(place / extent);
    }
    return { value, position };
  }
}

/** The same arrays and plain records with other tensors; anything else as it is. */
function mapTensors(value: unknown, f: (x: Tensor) => Tensor): unknown {
  if (value instanceof Tensor) return f(value);
  if (Array.isArray(value)) return value.map((entry) => mapTensors(entry, f));
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapTensors(entry, f)]));
}
