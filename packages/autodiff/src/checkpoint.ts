import { ConfigError, isFloat, scope, scopeOfStep, type Tensor } from '@renyi/tensor';
import { resultLeaves } from './checks.js';
import type { Dual } from './dual.js';
import type { JointPullback, Node } from './node.js';
import { currentSubstitution, substituteAgain } from './parameter.js';
import { isSeenWithin, mapParts, partsOf } from './parts.js';
import type { Recorder } from './recorder.js';
import { currentRegion, Region } from './region.js';
import { rebuild, type Tree } from './tree.js';

/**
 * `f`, of which nothing is kept for the backward pass: it is run again when that pass gets there. Saves memory for time:
 * of `f` there are only its results, and what it was given, until then.
 *
 * Values and derivatives are those of `f` itself, in either mode, to every order and in any mix: bit for bit, but for reverse
 * mode over other derivatives, where the same numbers are summed in another order. What `f` closes over is differentiated
 * too, parameters included. In forward mode nothing is kept anyway, and nothing is run twice.
 *
 * `f` has to do the same each time: draw random numbers outside of it, or from a generator that it makes itself. Constants
 * that it closes over have to be there still. It runs in a scope of its own: tensors that it makes and does not return
 * are freed.
 * @param f returns a tensor or a tree of tensors
 * @throws DTypeError when it returns anything else; ConfigError when it returns something else the second time
 * @see jax.checkpoint, torch.utils.checkpoint
 *
 * Source: T. Chen et al., Training deep nets with sublinear memory cost, 2016.
 *
 * @example
 * import { type Tensor, tensor } from '@renyi/tensor';
 * import { checkpoint, grad } from '@renyi/autodiff';
 * let runs = 0;
 * const block = checkpoint((x: Tensor) => {
 *   runs += 1;
 *   return x.tanh().exp();
 * });
 * console.log(grad((x) => block(x).sum())(tensor([0])).toArray(), runs); // => [ 1 ] 2
 */
export function checkpoint<Arguments extends unknown[] = Tensor[], Output extends Tree<Tensor> = Tensor>(
  f: (...args: Arguments) => Output,
): (...args: Arguments) => Output {
  return (...args) => {
    const substitution = currentSubstitution();
    const region = new Region();
    const run = (): Output => f(...args);
    const output = scope(() => region.run(run));
    let leaves = resultLeaves('checkpoint', output);
    const around = currentRegion();
    for (const dual of region.moving) dual.notice();
    // Outer ones first: what an inner one records consists of values of the outer ones.
    const used = [...region.used].sort(([a], [b]) => a.level - b.level);
    const outermost = used[0]?.[0];
    // Who looks on from within a derivative sees operations, and all of them are kept.
    if (outermost !== undefined && leaves.some((y) => isSeenWithin(outermost.level, y))) return run();
    for (const [recorder, nodes] of used) {
      if (recorder.passes([])) (around as Region).use(recorder, nodes);
      else {
        const again = (): readonly Tensor[] => resultLeaves('checkpoint', substituteAgain(substitution, run));
        leaves = record(recorder, [...nodes], leaves, again, region.moving);
      }
    }
    return rebuild(output, leaves) as Output;
  };
}

/** The outputs of a region as results of one operation, whose pullback runs the region again. */
function record(
  recorder: Recorder,
  parents: readonly Node[],
  outputs: readonly Tensor[],
  again: () => readonly Tensor[],
  moving: ReadonlySet<Dual>,
): Tensor[] {
  const { level } = recorder;
  const parts = partsOf(level, outputs);
  // What the region was given and hands back is recorded already.
  const isNew = parts.map((part) => isFloat(part.dtype) && recorder.nodeOf(part) === undefined);
  const values = parts.filter((_, i) => isNew[i]);
  const inside = [...moving].filter((dual) => dual.level > level);
  const recorded = recorder.joint('checkpoint', parents, values, rerun(recorder, again, inside, isNew));
  let next = 0;
  let nextNew = 0;
  return outputs.map((y) =>
    mapParts(level, y, (part) => (isNew[next++] === true ? (recorded[nextNew++] as Tensor) : part)),
  );
}

/**
 * The pullback of a region: runs it again, with the duals that moved `inside` of the recorder, and walks through what that
 * records. A function of its own, since a closure keeps all that those beside it close over: this one keeps no results.
 */
function rerun(
  recorder: Recorder,
  again: () => readonly Tensor[],
  inside: readonly Dual[],
  isNew: readonly boolean[],
): JointPullback {
  const runAgain = inside.reduce<() => readonly Tensor[]>(
    (run, dual) => () => dual.again(run),
    () => partsOf(recorder.level, again()),
  );
  return (cotangents, walk, { parents }) => {
    // What the second run makes is freed, but for the cotangents.
    scopeOfStep(() => {
      const { result, nodes } = recorder.again(runAgain);
      if (result.length !== isNew.length) {
        throw new ConfigError('checkpoint', {
          expected: `a function that gives ${isNew.length} tensors again`,
          got: String(result.length),
        });
      }
      const results = result.filter((_, i) => isNew[i]);
      for (const [i, g] of cotangents.entries()) {
        const node = recorder.nodeOf(results[i] as Tensor);
        if (g !== undefined && node !== undefined) walk.accumulate(node, g);
      }
      walk.run(nodes);
      return parents.map((parent) => walk.cotangents.get(parent));
    });
  };
}
